from django.core.management.base import BaseCommand, CommandError

from core import docs


class Command(BaseCommand):
    help = "Write the pages of docs/ that come from the code; --check only compares."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="fail when a page is stale")

    def handle(self, *args, check=False, **options):
        if check:
            stale = docs.stale()
            if stale:
                raise CommandError(f"stale: {', '.join(stale)}; run manage.py build_docs")
            self.stdout.write("the generated pages are fresh")
            return
        written = docs.write()
        self.stdout.write(f"written: {', '.join(written)}" if written else "nothing to write")
