import time

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from core import outbox, periodic


class Command(BaseCommand):
    help = "Work the outbox and run the periodic jobs, once or every N seconds."

    def add_arguments(self, parser):
        parser.add_argument("--loop", type=float, metavar="SECONDS", help="repeat until stopped")
        parser.add_argument("--limit", type=int, default=500, help="messages per tick")

    def handle(self, *args, loop=None, limit=500, **options):
        if loop is None:
            if not self.tick(limit, options["verbosity"]):
                raise CommandError("some work failed; it will be tried again")
            return
        while True:
            try:
                self.tick(limit, verbosity=options["verbosity"] - 1)
            except Exception as error:
                # The loop outlives a database that is away for a while.
                self.stderr.write(f"tick: {type(error).__name__}: {error}")
            close_old_connections()
            time.sleep(loop)

    def tick(self, limit, verbosity):
        """One round; False when something failed."""
        # Jobs come first: what they enqueue is worked in the same round.
        runs = periodic.run_all(timezone.now())
        report = outbox.work(now=timezone.now(), limit=limit)
        problems = [f"{run.name}: {run.error}" for run in runs if run.error] + report.errors
        if verbosity > 0 or problems:
            self.stdout.write(f"tick: outbox {report}; {len(runs)} jobs")
        for problem in problems:
            self.stderr.write(f"tick: {problem}")
        return not problems
