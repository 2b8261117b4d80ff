"""`manage.py replay_luohu`: the years 2015–2017 walked again, with the real totals."""

import gc
import sys
import time
from contextlib import contextmanager
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core.models import AuditEvent
from demo.plan import Plan
from demo.replay import Replay, WrongDatabase
from portal.reports import programme


class Command(BaseCommand):
    help = (
        "Replay 2015-01 to 2017-11-30 on the 112 communities: invented contents, the real totals. "
        "Needs a migrated database without proposals; a stopped run is continued by the next."
    )

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=2017, help="same seed, same database")
        parser.add_argument("--share", type=float, default=1.0, help="a part of it, e.g. 0.05")
        parser.add_argument(
            "--as-if", choices=["2.0"], help="walk all 3,523 by the rules of 2017, for volume"
        )
        parser.add_argument("--progress", action="store_true", help="counter also when not a tty")

    def handle(self, *args, seed, share, as_if, progress, **options):
        if not 0 < share <= 1:
            raise CommandError("--share lies between 0 and 1")
        if AuditEvent._meta.db_table not in connection.introspection.table_names():
            raise CommandError("This database has no tables yet; run manage.py migrate first.")
        plan = Plan(seed=seed, share=share, walks_everything=as_if is not None)
        self.begun, self.last = time.monotonic(), 0.0
        self.shows = progress or sys.stderr.isatty()
        try:
            with rarely_collecting():
                fresh = Replay(plan, tell=self.tell).run()
        except WrongDatabase as error:
            raise CommandError(str(error)) from error
        seconds = time.monotonic() - self.begun
        report = programme(date(2017, 11, 30)).as_dict()
        total = report["passed"]["total"]
        self.stdout.write(
            f"{fresh} of {len(plan.communities)} communities replayed in {seconds:.0f} s: "
            f"{total['projects']} projects passed, {total['amount']} 万元, "
            f"{report['meetings']['since_programme']} council meetings."
        )

    def tell(self, done, total):
        """Counter and time to go, once a second at most."""
        now = time.monotonic()
        if not self.shows or (now - self.last < 1 and done < total):
            return
        self.last = now
        left = (now - self.begun) / done * (total - done)
        self.stderr.write(f"{done}/{total} projects, {left:.0f} s to go")


@contextmanager
def rarely_collecting():
    """Millions of small objects pass by; looking through them each time costs a tenth."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
