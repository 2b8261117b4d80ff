"""Fifty thousand needs from a table, beside a bare insert of the same rows.

Every run has a database of its own (DATABASE_URL chooses the engine) and works the import in a
process of its own, whose memory is measured. The bare insert puts the finished rows of all tables
into copies of them: COPY on PostgreSQL, bulk_create on SQLite. It writes what the import writes,
without asking, checking, chaining or composing anything. Exits with 1 above the memory limit.

    python -m benchmarks.need_import [rows] [csv|xlsx]
"""

import json
import sys
import time
from io import StringIO

# _pool has set Django up
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from benchmarks import _pool
from communities.models import Need, NeedChange, NeedContact, NeedImport, NeedSource
from communities.services import import_runs
from core.models import AuditEvent, LedgerRow
from core.verify import run as verify

MOST_MIB = 300
TABLES = (Need, NeedSource, NeedContact, NeedChange, AuditEvent, LedgerRow)
WORKER = """
import json, sys, time
from tests.memory import peak_mib
from django.conf import settings
settings.OUTBOX_INLINE = False
from django.utils import timezone
from communities.models import NeedImport
from communities.services import import_runs, import_work

def timed(function, *args, **kwargs):
    begun, used = time.perf_counter(), time.process_time()
    result = function(*args, **kwargs)
    return result, time.perf_counter() - begun, time.process_time() - used

run = NeedImport.objects.get(pk=int(sys.argv[1]))
now = timezone.now()
told = {}
_none, told["trial"], told["trial_cpu"] = timed(import_work.check, run_id=run.pk, now=now)
run.refresh_from_db()
assert run.state == "ready", run.findings
import_runs.confirm_import(run_id=run.pk, actor=run.uploaded_by, now=now)
plain = import_work.Writing.write

def write(self, rows):
    made, told["inserting"], told["inserting_cpu"] = timed(plain, self, rows)
    return made

import_work.Writing.write = write
_none, told["import"], told["import_cpu"] = timed(import_work.write, run_id=run.pk, now=now)
told["peak"] = peak_mib()
print(json.dumps(told))
"""


def bare(rows_since):
    """Seconds to put the rows the import made into copies of their tables, nothing else."""
    return sum(_bare_one(model, rows_since.get(model, 0)) for model in TABLES)


def _bare_one(model, after):
    table, copy = model._meta.db_table, f"bare_{model._meta.db_table}"
    objects = list(model.objects.filter(pk__gt=after))
    with connection.cursor() as cursor, transaction.atomic():
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE {copy} (LIKE {table} INCLUDING ALL)")
            buffer = StringIO()
            cursor.copy_expert(f"COPY (SELECT * FROM {table} WHERE id > {after}) TO STDOUT", buffer)
            buffer.seek(0)
            begun = time.perf_counter()
            cursor.copy_expert(f"COPY {copy} FROM STDIN", buffer)
            return time.perf_counter() - begun
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s", [table])
        made = [row[0].replace(f'"{table}"', f'"{copy}"') for row in cursor.fetchall() if row[0]]
        for sql in made:
            if sql.startswith("CREATE TABLE"):
                cursor.execute(sql)
            elif "INDEX" in sql:
                cursor.execute(sql.replace('INDEX "', 'INDEX "bare_'))
        model._meta.db_table = copy
        begun = time.perf_counter()
        try:
            model.objects.bulk_create(objects, batch_size=2_000)
        finally:
            model._meta.db_table = table
        return time.perf_counter() - begun


def main(rows=50_000, kind="csv"):
    with _pool.database() as world:
        data = _pool.csv_of(rows) if kind == "csv" else _pool.xlsx_of(rows)
        run = import_runs.upload_needs(
            upload=ContentFile(data, name=f"needs.{kind}"), actor=world.officer, now=timezone.now()
        )
        since = {model: model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
                 for model in TABLES}  # fmt: skip
        told = json.loads(_pool.in_child(WORKER, run.pk))
        made = NeedImport.objects.get(pk=run.pk).made_rows
        findings = [one for one in verify(now=timezone.now()).findings if one.code != "I12"]
        floor = bare(since)
    print(f"{connection.vendor}, {kind}, {len(data) / 1e6:.1f} MB, {made} needs")
    print(f"  trial run   {told['trial']:6.1f} s (CPU {told['trial_cpu']:.1f})")
    print(f"  import      {told['import']:6.1f} s (CPU {told['import_cpu']:.1f}), of which the")
    print(f"  transaction {told['inserting']:6.1f} s (CPU {told['inserting_cpu']:.1f})")
    print(f"  bare insert {floor:6.1f} s → transaction {told['inserting'] / floor:.1f}×, "
          f"import {told['import'] / floor:.1f}×")  # fmt: skip
    print(f"  peak memory {told['peak']:6.0f} MiB (limit {MOST_MIB})")
    print(f"  verify      {len(findings)} findings")
    return 0 if made == rows and told["peak"] < MOST_MIB and not findings else 1


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(*[int(words[0])] if words else [], *words[1:2]))
