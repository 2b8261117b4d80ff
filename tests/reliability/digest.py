"""Did anything change? A digest over every row of every table, and a counter that says when to look.

The counter counts rows written on this connection, also those rolled back afterwards: while it
stands still nothing can have changed. When it moved, only the digest can say so.
"""

import hashlib

from django.db import connection

# Signing in, staying signed in and counting strangers write these; nothing else may.
SESSION_TABLES = frozenset({"django_session", "acc_session", "axes_accessattempt"})


def tables():
    """Every table of the database, in a fixed order."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def table_digest(cursor, table):
    """Digest over all rows of one table, in an order that does not depend on the plan."""
    name = connection.ops.quote_name(table)
    if connection.vendor == "postgresql":
        cursor.execute(
            f"SELECT md5(coalesce(string_agg(r::text, E'\\n' ORDER BY r::text), '')) FROM {name} r"
        )
        return cursor.fetchone()[0]
    cursor.execute(f"SELECT * FROM {name} ORDER BY 1")
    return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()


def table_digests(*, without=()):
    """Table → digest, so that a difference can be named."""
    names = [name for name in tables() if name not in without]
    with connection.cursor() as cursor:
        return {name: table_digest(cursor, name) for name in names}


def database_digest(*, without=()):
    """One digest over everything."""
    return hashlib.sha256(repr(sorted(table_digests(without=without).items())).encode()).hexdigest()


def changed_tables(before, after):
    """Names of the tables whose digest differs between two answers of `table_digests`."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )


def rows_written():
    """How many rows this connection wrote so far, undone ones included."""
    connection.ensure_connection()
    if _is_sqlite():
        return connection.connection.total_changes
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
            " FROM pg_stat_xact_user_tables"
        )
        return cursor.fetchone()[0]


def _is_sqlite():
    return connection.vendor == "sqlite"
