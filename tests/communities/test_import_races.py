"""Two people with one table, a worker that dies, a table of ten thousand rows."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from communities.machine import ImportState
from communities.models import Need, NeedSource
from communities.roles import Role
from communities.services import import_runs, import_work, import_writing
from core import outbox, verify
from core.models import AuditEvent, LedgerRow
from tests.communities.sheets import as_csv, fresh, line, xlsx

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROWS = 30


@pytest.fixture(autouse=True)
def later(settings):
    """Work waits in the outbox, as where a broker is."""
    settings.OUTBOX_INLINE = False


@pytest.fixture
def confirmed(now):
    """A confirmed import of the rows: confirmed(actor, home)."""

    def make(actor, home, rows=ROWS):
        lines = [line(home, f"A{n}") for n in range(rows)]
        run = import_runs.upload_needs(upload=xlsx(*lines), actor=actor, now=now)
        import_work.check(run_id=run.pk, now=now)
        import_runs.confirm_import(run_id=run.pk, actor=actor, now=now)
        return run

    return make


def at_once(*acts):
    """What each simultaneous act raised, None for a good one."""
    start = Barrier(len(acts))

    def one(act):
        try:
            start.wait()
            act()
        except Exception as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.fixture
def two_runs(clerk, holder_of, home, confirmed):
    return [confirmed(one, home) for one in (clerk, holder_of(Role.STATION_CLERK, home))]


def gated(monkeypatch):
    """Both have read their rows before either of them writes."""
    gate, plain = Barrier(2), import_work._rows_again

    def read_then_wait(run, now):
        rows = plain(run, now)
        gate.wait(20)
        return rows

    monkeypatch.setattr(import_work, "_rows_again", read_then_wait)


def write_both(runs, now):
    return at_once(*[lambda run=run: import_work.write(run_id=run.pk, now=now) for run in runs])


def test_two_people_with_one_table_make_every_need_once(two_runs, now, monkeypatch):
    gated(monkeypatch)
    assert write_both(two_runs, now) == [None, None]
    runs = [fresh(run) for run in two_runs]
    assert {run.state for run in runs} == {ImportState.DONE}
    assert sorted((run.made_rows, run.known_rows) for run in runs) == [(0, ROWS), (ROWS, 0)]
    assert Need.objects.count() == NeedSource.objects.count() == ROWS
    assert verify.run(now=now).findings == []


def test_without_the_second_look_only_the_constraint_stands(two_runs, now, monkeypatch):
    """The control: nobody asks again behind the lock. The UNIQUE key still lets no row in twice,
    and the loser leaves nothing; the next try finds everything known.
    """
    gated(monkeypatch)
    plain = import_writing._known
    monkeypatch.setattr(import_writing, "_known", lambda rows: set())
    errors = write_both(two_runs, now)
    assert sorted(type(error) for error in errors if error) == [IntegrityError]
    assert Need.objects.count() == ROWS
    monkeypatch.setattr(import_writing, "_known", plain)
    monkeypatch.setattr(import_work, "_rows_again", lambda run, now: [])
    for run in two_runs:
        import_work.write(run_id=run.pk, now=now)
    assert sorted(fresh(run).made_rows for run in two_runs) == [0, ROWS]
    assert verify.run(now=now).findings == []


def test_without_any_guard_every_need_would_stand_twice(two_runs, now, monkeypatch):
    """The control of the control: keys that never meet are what a table without them has."""
    monkeypatch.setattr(import_writing, "_known", lambda rows: set())
    plain = import_work._rows_again

    def another_key(run, now):
        return [row._replace(key=f"{run.pk}-{row.key}"[:64]) for row in plain(run, now)]

    monkeypatch.setattr(import_work, "_rows_again", another_key)
    gated(monkeypatch)
    assert write_both(two_runs, now) == [None, None]
    assert Need.objects.count() == 2 * ROWS


def test_two_workers_on_one_run_write_it_once(clerk, home, now, confirmed, monkeypatch):
    run = confirmed(clerk, home)
    gated(monkeypatch)
    assert write_both([run, run], now) == [None, None]
    assert (fresh(run).made_rows, Need.objects.count()) == (ROWS, ROWS)
    assert AuditEvent.objects.filter(kind="need_import.done").count() == 1


def test_an_import_and_single_filings_share_the_numbers(clerk, home, now, confirmed, a_need):
    run = confirmed(clerk, home)
    acts = [lambda: import_work.write(run_id=run.pk, now=now)]
    acts += [lambda: a_need(home)] * 5
    assert at_once(*acts) == [None] * 6
    numbers = sorted(int(number[-5:]) for number in Need.objects.values_list("number", flat=True))
    assert numbers == list(range(1, ROWS + 6))
    assert verify.run(now=now).findings == []


def test_how_far_the_writing_is_can_be_seen_before_it_ends(
    clerk, home, now, confirmed, monkeypatch
):
    """On PostgreSQL; on SQLite, with its one writer, others see the last word of the reading."""
    monkeypatch.setattr(import_writing, "CHUNK", 10)
    run = confirmed(clerk, home)
    plain, seen = import_writing.leave_filed, []

    def looked_at(*args, **kwargs):
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT state, done_rows FROM comm_need_import WHERE id = %s", [run.pk])
            seen.append(cursor.fetchone())
        other.close()
        return plain(*args, **kwargs)

    monkeypatch.setattr(import_writing, "leave_filed", looked_at)
    import_work.write(run_id=run.pk, now=now)
    steps = [15, 15, 15] if connection.vendor == "sqlite" else [15, 20, 25]
    assert seen == [("writing", done) for done in steps]


# A worker that dies ------------------------------------------------------------------------------

BOOT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from tests import settings as s
s.DATABASES["default"]["NAME"] = {name!r}
s.STORAGES["default"]["OPTIONS"]["location"] = {media!r}
import django
django.setup()
"""
KILLED = """
import sys, time
from django.utils import timezone
from communities.services import import_writing
from core import outbox
import_writing.CHUNK = 10
plain = import_writing.leave_filed
calls = []

def slow(*args, **kwargs):
    calls.append(1)
    if len(calls) == {stop}:
        print("half way", flush=True)
        time.sleep(60)
    return plain(*args, **kwargs)

import_writing.leave_filed = slow
{guard}
outbox.work(now=timezone.now())
"""
# The control: every statement commits by itself.
IN_PIECES = """
from contextlib import nullcontext
import core.bulk, core.chain, core.numbers
from communities.services import import_work

class InPieces:
    atomic = staticmethod(nullcontext)

def nothing():
    pass

for module in (core.bulk, core.chain, core.numbers, import_writing):
    module.require_transaction = nothing
import_writing._locked_pools = lambda ids: list(
    import_writing.NeedPool.objects.select_related("community__street__district")
    .filter(community__in=ids))
import_writing.chain.lock_heads = lambda *names: None
import_writing.take_block = lambda series, count: 1_001
plain_rows = import_work._rows_again

def then_in_pieces(run, now):
    rows = plain_rows(run, now)
    import_work.transaction = InPieces
    return rows

import_work._rows_again = then_in_pieces
"""


def child(settings, code):
    name = str(connection.settings_dict["NAME"])
    boot = BOOT.format(name=name, media=str(settings.MEDIA_ROOT))
    return subprocess.Popen(
        [sys.executable, "-c", boot + code],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_at(settings, stop, guard=""):
    """A worker killed in the third chunk of three."""
    worker = child(settings, KILLED.format(stop=stop, guard=guard))
    try:
        assert worker.stdout.readline() == "half way\n"
        worker.send_signal(signal.SIGKILL)
    finally:
        worker.wait(timeout=10)
        worker.stdout.close()


def test_a_killed_worker_leaves_nothing_and_another_takes_the_run_up(
    clerk, home, confirmed, settings, now
):
    run = confirmed(clerk, home)
    kill_at(settings, stop=3)
    assert fresh(run).state == ImportState.WRITING
    assert not (Need.objects.exists() or NeedSource.objects.exists() or LedgerRow.objects.exists())
    moment = timezone.now()
    outbox.work(now=moment)
    assert not Need.objects.exists(), "the lease still runs"
    report = outbox.work(now=moment + outbox.LEASE)
    assert report.errors == []
    assert (fresh(run).state, fresh(run).made_rows) == (ImportState.DONE, ROWS)
    assert Need.objects.count() == ROWS
    assert verify.run(now=moment).findings == []


def test_a_worker_that_wrote_in_pieces_would_leave_them(clerk, home, confirmed, settings, a_need):
    """The control: without the one transaction the killed worker leaves needs nobody announced."""
    a_need(home)  # the heads of the chains stand
    run = confirmed(clerk, home)
    kill_at(settings, stop=3, guard=IN_PIECES)
    assert fresh(run).state == ImportState.WRITING
    assert NeedSource.objects.count() > 0


# Ten thousand rows; fifty thousand are for benchmarks/need_import.py -----------------------------

WORK = """
import json, sys
from tests.memory import peak_mib
from django.utils import timezone
from communities.services import import_runs, import_work
from communities.models import NeedImport
run = NeedImport.objects.get(pk=int(sys.argv[1]))
now = timezone.now()
import_work.check(run_id=run.pk, now=now)
run.refresh_from_db()
assert run.state == "ready", run.findings
import_runs.confirm_import(run_id=run.pk, actor=run.uploaded_by, now=now)
import_work.write(run_id=run.pk, now=now)
print(json.dumps(peak_mib()))
"""


@pytest.mark.slow
def test_ten_thousand_rows_need_little_memory(clerk, home, now, settings, figure):
    count = 10_000
    words = "楼下的台阶松动已经很久，老人和孩子上下都不方便，下雨天更容易滑倒，请尽快派人来看看。"
    lines = [line(home, f"A{n}", content=f"{words}{n}") for n in range(count)]
    run = import_runs.upload_needs(upload=as_csv(*lines), actor=clerk, now=now)
    worker = child(settings, f"import sys\nsys.argv = ['', '{run.pk}']\n{WORK}")
    told = worker.communicate(timeout=240)[0]
    assert worker.returncode == 0
    peak = float(told)
    figure(f"rows={count} peak={peak:.0f} MiB")
    assert peak < 200
    assert (fresh(run).made_rows, Need.objects.count()) == (count, count)
    assert LedgerRow.objects.count() == count
    assert verify.run(now=now).findings == []
