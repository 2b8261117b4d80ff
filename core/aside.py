"""Words that others must see before a long transaction ends: how far it has come.

They go over a second connection that commits each of them at once. SQLite has one writer, so there
nobody can be told while the transaction writes; those who wait are told so instead.
"""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def speaker():
    """A function `say(sql, values)` that commits at once; None where the engine has one writer."""
    if connection.vendor == "sqlite":
        yield None
        return
    side = connection.copy()

    def say(sql, values):
        with side.cursor() as cursor:
            cursor.execute(sql, values)

    try:
        yield say
    finally:
        side.close()
