"""Many rows of one table at once, as fast as each engine takes them.

PostgreSQL is fed with COPY, every other engine with one prepared INSERT. Nothing of the ORM's
conversions is lost: dates and times are the only values that engines keep differently. No signals,
no defaults: the caller gives every column but the key.
"""

import re
from functools import lru_cache
from io import StringIO

from django.db import connection, models

from core.locks import require_transaction

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def insert(model, rows):
    """Add rows (mappings of column attribute → value; more keys do no harm). Returns how many."""
    require_transaction()
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = [field.attname for field in fields]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(field.column) for field in fields)
    if connection.vendor == "postgresql":
        lines = ["\t".join([_copied(row[name]) for name in names]) for row in rows]
        # COPY is not among the calls whose errors Django translates by itself
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", StringIO("\n".join(lines)))
        return len(lines)
    adapt = {name: _adapted(field) for name, field in zip(names, fields, strict=True)}
    values = [
        [row[name] if read is None else read(row[name]) for name, read in adapt.items()]
        for row in rows
    ]
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)
    return len(values)


def _adapted(field):
    """How the engine wants the values of a column; None: as they are."""
    if isinstance(field, models.DateField):  # date and time as well
        # the rows of one insert share their moment
        return lru_cache(16)(lambda value: field.get_db_prep_save(value, connection))
    return None


def _copied(value):
    """One value in the text format of COPY."""
    if isinstance(value, str):
        if _SPECIAL.search(value):
            value = _SPECIAL.sub(lambda match: _ESCAPES[match.group()], value)
        return value
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    return value.isoformat()
