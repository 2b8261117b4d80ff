"""`manage.py load_demo`: a Luohu one can walk through; `make demo` calls it each time."""

import unicodedata

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from demo.stage import OTHERS, PASSWORD, Stage, accounts, told


class Command(BaseCommand):
    help = "Load places, rule book, people and the demo's story; the second time nothing happens."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError(
                "The demo's accounts share one published password: set MINSHENG_DEMO=1 and use a "
                "database that is only for this."
            )
        story = told()
        if story is None:
            self.stdout.write("Telling the story ...")
            with transaction.atomic():
                Stage(now=timezone.now()).build()
        else:
            day = timezone.localdate(story.at).isoformat()
            self.stdout.write(f"The story was told on {day}; remove var/ for a fresh one.")
        self._tell_accounts()

    def _tell_accounts(self):
        rows = [("角色", "登录名", "姓名", "可以试试"), *accounts()]
        widths = [max(width(row[i]) for row in rows) for i in range(3)]
        self.stdout.write("")
        for row in rows:
            cells = [
                str(cell) + " " * (wide - width(cell))
                for cell, wide in zip(row, widths, strict=False)
            ]
            self.stdout.write("  ".join([*cells, row[3]]))
        self.stdout.write(f"\n密码均为 {PASSWORD}。{OTHERS}")


def width(text):
    """Columns a text takes on a terminal: Chinese letters take two."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in str(text))
