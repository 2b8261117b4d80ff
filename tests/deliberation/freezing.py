"""Words that the tests of frozen ledgers share."""

from datetime import date, timedelta

from django.db import connection

from core import append_only, outbox
from core.files import open_file
from deliberation import snapshots as reading
from deliberation.services import snapshots as services

ALL = (1, 2, 3, 4, 5, 6)


def freeze(walk, actor=None, place=None, ledgers=ALL, since=None, until=None, now=None):
    now = now or walk.now
    return services.freeze(
        place_code=(place or walk.cast.community).code, ledgers=ledgers,
        since=since or date(2017, 1, 1), until=until or now.date(), site="https://ms.example.org",
        actor=actor or walk.cast.clerk, now=now,
    )  # fmt: skip


def printed(snapshot, now):
    outbox.work(now=now + timedelta(minutes=1))
    return reading.printing(snapshot)


def content(file):
    with open_file(file.file) as stored:
        return stored.read()


def behind_the_back(table, sql, values=()):
    """A change by somebody who owns the database: triggers down, change, triggers up."""
    append_only.remove_guards(connection, table)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    append_only.install_guards(connection, table)
