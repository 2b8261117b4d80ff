import sys

from django.core.management.base import BaseCommand

from core import packages


class Command(BaseCommand):
    help = "Check an archive package against its manifest, from its file alone; exit 1 on faults."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", help="the zip that was handed out for a project")

    def handle(self, *args, file, **options):
        report = packages.check(file)
        for fault in report.faults:
            self.stdout.write(str(fault))
        self.stdout.write(f"{report.members} members, {len(report.faults)} faults")
        if report.manifest:
            self.stdout.write(f"manifest sha256 {report.manifest}")
        if report.faults:
            sys.exit(1)
