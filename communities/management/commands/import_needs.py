from pathlib import Path

from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from communities.machine import ImportState
from communities.selectors import communities_of
from communities.services import import_runs, import_trial, import_work
from core.refusals import Refused


class Command(BaseCommand):
    help = "Import needs from a table (XLSX, CSV) as somebody who may: all rows or none."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="login", required=True, help="login of the account")
        parser.add_argument("--community", default="", help="code, for rows that name none")
        parser.add_argument("--trial", action="store_true", help="check only; nothing is kept")

    def handle(self, *args, file, login, community, trial, **options):
        actor = User.objects.filter(username=login, is_active=True).first()
        if actor is None:
            raise CommandError(f"no active account {login!r}")
        place = communities_of().filter(code=community).first() if community else None
        if community and place is None:
            raise CommandError(f"no community of code {community!r}")
        if not file.is_file():
            raise CommandError(f"no file {file}")
        upload = ContentFile(file.read_bytes(), name=file.name)
        where = {"community_id": place and place.pk, "actor": actor, "now": timezone.now()}
        try:
            if trial:
                found = import_trial.try_table(upload=upload, **where)
                self.tell(found)
                return
            run = self.imported(import_runs.upload_needs(upload=upload, **where), actor)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.tell(run.found)
        if run.state != ImportState.DONE:
            raise CommandError(f"nothing was written: {run.get_state_display()}")
        self.stdout.write(f"{run}: {run.made_rows} new, {run.known_rows} imported before")

    def imported(self, run, actor):
        """The steps the pages take, without waiting for the outbox."""
        import_work.check(run_id=run.pk, now=timezone.now())
        run = import_runs.own_run(run.pk, actor)
        if run.state == ImportState.READY and not run.new_rows:
            raise CommandError(f"nothing is new: {run.known_rows} rows were imported before")
        if run.state == ImportState.READY:
            import_runs.confirm_import(run_id=run.pk, actor=actor, now=timezone.now())
            import_work.write(run_id=run.pk, now=timezone.now())
        return import_runs.own_run(run.pk, actor)

    def tell(self, found):
        for place in found["places"]:
            self.stdout.write(
                f"{place['code']} {place['name']}: {place['new']} new, "
                f"{place['known']} imported before"
            )
        for fault in found["faults"]:
            self.stderr.write(
                f"{fault['row']} {fault['column']} {fault['typed']!r}: "
                f"{fault['text']}{fault['remedy']}"
            )
        for reason in found["reasons"]:
            self.stderr.write(f"{reason['text']}{reason['remedy']}")
