import time
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core import invariants, outbox, periodic
from core.models import OutboxMessage
from core.verify import Checked
from tests.core.test_outbox import promise

State = OutboxMessage.State


def findings(now):
    return [f for f in invariants.outbox_moves(now) if not isinstance(f, Checked)]


@pytest.mark.django_db(transaction=True)
def test_late_and_dead_messages_are_findings(effects, later):
    now = timezone.now()
    promise(at=now - timedelta(minutes=14))
    assert findings(now) == []
    assert [f.code for f in findings(now + timedelta(minutes=2))] == ["I12"]
    OutboxMessage.objects.update(state=State.DEAD)
    assert [f.text for f in findings(now)] == ["多次失败后已放弃"]
    OutboxMessage.objects.update(state=State.DONE)
    assert findings(now + timedelta(days=1)) == []


@pytest.mark.django_db(transaction=True)
def test_a_tick_runs_jobs_then_works_what_they_promised(effects, later):
    @periodic.periodic("close windows")
    def close_windows(now):
        promise("count", key=f"{now:%Y}")

    out = StringIO()
    call_command("tick", stdout=out)
    assert "done=1 failed=0 dead=0; 1 jobs" in out.getvalue()
    assert sum(effects.values()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_stops_neither_the_others_nor_the_outbox(effects, later):
    ran = []

    @periodic.periodic("a")
    def broken(now):
        raise KeyError("x")

    @periodic.periodic("b")
    def fine(now):
        ran.append(now)

    promise()
    err = StringIO()
    with pytest.raises(CommandError, match="tried again"):
        call_command("tick", stdout=StringIO(), stderr=err)
    assert len(ran) == 1
    assert effects == {"k1": 1}
    assert "a: KeyError" in err.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_loop_outlives_a_failure(effects, later, monkeypatch):
    naps = []

    def sleep(seconds):
        naps.append(seconds)
        if len(naps) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(outbox, "work", lambda **_: (_ for _ in ()).throw(OSError("gone")))
    err = StringIO()
    with pytest.raises(KeyboardInterrupt):
        call_command("tick", loop=5, stdout=StringIO(), stderr=err)
    assert naps == [5, 5]
    assert err.getvalue().count("tick: OSError: gone") == 2


def test_a_job_has_one_function(effects):
    periodic.periodic("x")(lambda now: 1)
    with pytest.raises(ValueError, match="exists"):

        @periodic.periodic("x")
        def another(now):
            pass
