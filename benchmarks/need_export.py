"""The need pool as CSV and XLSX, each in a process of its own whose memory is measured.

python -m benchmarks.need_export [rows]
"""

import json
import sys

# _pool has set Django up
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from benchmarks import _pool
from communities.services import import_runs, import_work

MOST_MIB = 200
EXPORT = """
import json, sys, time
from tests.memory import peak_mib
from communities import need_exports, selectors
from core.exports import csv_stream, xlsx_stream
needs = selectors.filtered_needs(selectors.public_needs())
header = need_exports.header_of(need_exports.PUBLIC)
begun, used = time.perf_counter(), time.process_time()
rows = need_exports.public_rows(needs)
answer = csv_stream("x", header, rows) if sys.argv[1] == "csv" else xlsx_stream("x", "x", header, rows)
size = sum(len(block) for block in answer.streaming_content)
told = {"s": time.perf_counter() - begun, "cpu": time.process_time() - used, "size": size}
told["peak"] = peak_mib()
print(json.dumps(told))
"""


def main(rows=50_000):
    with _pool.database() as world:
        now = timezone.now()
        run = import_runs.upload_needs(
            upload=ContentFile(_pool.csv_of(rows), name="needs.csv"), actor=world.officer, now=now
        )
        import_work.check(run_id=run.pk, now=now)
        import_runs.confirm_import(run_id=run.pk, actor=world.officer, now=now)
        import_work.write(run_id=run.pk, now=now)
        worst = 0
        for form in ("csv", "xlsx"):
            told = json.loads(_pool.in_child(EXPORT, form))
            worst = max(worst, told["peak"])
            print(f"{connection.vendor}, {form}, {rows} needs: {told['s']:.1f} s "
                  f"(CPU {told['cpu']:.1f}), {told['size'] / 1e6:.1f} MB, "
                  f"peak {told['peak']:.0f} MiB")  # fmt: skip
    return 0 if worst < MOST_MIB else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
