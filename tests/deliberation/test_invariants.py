"""`manage.py verify` finds nothing after an honest walk, and names what was tampered with."""

import pytest
from django.db import connection

from core.append_only import guarded_tables, remove_guards
from core.verify import run
from deliberation.choices import State
from deliberation.models import Matter, MatterEvent
from projects.models import Envelope


def findings(now):
    # The outbox is worked after commit, and a test commits nothing.
    return [str(one) for one in run(now).findings if one.code != "I12"]


@pytest.mark.parametrize("state", [State.SOLICITED, State.RESOLVED, State.ESTABLISHED])
def test_an_honest_walk_leaves_no_findings(walk, state):
    done = walk(type="works", wan=30).to(state)
    assert findings(done.now) == []


def lift_guards():
    for table in guarded_tables():
        remove_guards(connection, table)


TAMPERINGS = {
    "a state moved by update()": (
        lambda done: Matter.objects.filter(pk=done.pk).update(state=State.PUBLICISED),
        "I6",
    ),
    "a reservation enlarged": (
        lambda done: Envelope.objects.update(reserved_fen=1),
        "I2",
    ),
    "an event removed": (
        lambda done: raw("DELETE FROM delib_event WHERE matter_id = %s AND seq = 3", done.pk),
        "I6",
    ),
    "a member's attendance removed": (
        lambda done: raw("UPDATE delib_member SET is_present = %s", False),
        "I7",
    ),
}


def raw(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.parametrize("name", TAMPERINGS)
def test_verify_names_what_was_tampered_with(walk, name):
    tamper, code = TAMPERINGS[name]
    done = walk(type="works", wan=30).to(State.ESTABLISHED)
    lift_guards()
    tamper(done)
    assert any(line.startswith(code) for line in findings(done.now)), name


def test_the_guards_stop_a_rewrite_of_events(walk):
    done = walk().to(State.DECLARED)
    with pytest.raises(TypeError):
        MatterEvent.objects.filter(matter_id=done.pk).update(note="x")
