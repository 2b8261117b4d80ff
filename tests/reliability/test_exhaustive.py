"""Every (situation × act × role): done exactly where the hand-written table says, else nothing moved.

The situations cover the thirteen states; acts on meetings and agenda items are asked as well. SQLite is
asked every pair. Refusals are decided above the database, so PostgreSQL is asked every pair that is to
be done and one in four of the others; TEST_PAIRS=all asks it all of them too.
"""

import itertools
import os

import pytest
from django.db import connection, transaction

from core.refusals import Refused
from deliberation.acts import ACTS
from deliberation.choices import State
from deliberation.meeting_acts import MEETING_ACTS
from deliberation.models import Matter
from tests.reliability import expected
from tests.reliability.attempts import ATTEMPTS
from tests.reliability.digest import database_digest, rows_written, table_digests
from tests.reliability.people import everybody
from tests.reliability.situations import build

CASES = [(table, name) for table, rows in expected.TABLES.items() for name in rows]
WALKS = {
    "works": {},
    "service": {"type": "service", "wan": 5},
    "resident": {"applicant_kind": "resident"},
}
# one situation a state is asked by everybody; those beside it by who might slip through
BESIDE = {
    "answered", "gatekept", "recorded", "half_signed", "announced_early", "announced", "open",
    "voted", "posted", "run_out", "submitted",
}  # fmt: skip
NEAR = (
    "nobody", "resident", "agent", "clerk", "party", "signer", "station", "affairs", "approver",
    "reviewer", "reviewer2", "double", "member", "founder", "officer", "far_clerk", "next_clerk",
)  # fmt: skip
ONE_IN = 1 if connection.vendor == "sqlite" or os.environ.get("TEST_PAIRS") == "all" else 4
EVERY = 40  # refusals between two digests that are taken even when nothing was written


@pytest.fixture
def people(world):
    return everybody(world)


class Undo(Exception):
    """Leave a savepoint as if nothing had been."""


class Watch:
    """Says after each refusal whether the database is what it was."""

    def __init__(self):
        self.written, self.digest = rows_written(), database_digest()
        self.asked = self.digests = 0

    def is_unchanged(self):
        self.asked += 1
        written = rows_written()
        if written == self.written and self.asked % EVERY:
            return True
        self.written, self.digests = written, self.digests + 1
        return database_digest() == self.digest

    def forget(self):
        """After something was done and undone."""
        self.written = rows_written()


def attempt_and_undo(act, situation, actor, watch):
    """What came of it: "done", or "refused" with its code, or what was wrong."""
    outcome = None
    try:
        with transaction.atomic():
            try:
                ATTEMPTS[act](situation, actor, situation.now)
            except Refused as refused:
                codes = [reason.code for reason in refused.reasons]
                outcome = "refused" if codes and all(codes) else "refused without a code"
                if not watch.is_unchanged():
                    outcome = f"refused ({codes}) and yet rows changed"
            else:
                outcome = "done"
            raise Undo
    except Undo:
        if outcome == "done":
            watch.forget()
        return outcome


@pytest.mark.parametrize(("table", "name"), CASES, ids=lambda value: str(value))
def test_each_pair_is_done_or_refused_as_the_table_says(world, people, table, name, figure):
    extra = dict(WALKS[table])
    situation = build(name, world.home, **extra)
    if table != "works" or name in BESIDE:
        people = {role: people[role] for role in NEAR}
    watch, wrong, done, turn = Watch(), [], 0, itertools.count()
    for act in ATTEMPTS:
        may = expected.allowed(table, name, act, people)
        for role, actor in people.items():
            if role not in may and next(turn) % ONE_IN:
                continue
            outcome = attempt_and_undo(act, situation, actor, watch)
            want = "done" if role in may else "refused"
            done += outcome == "done"
            if outcome != want:
                wrong.append(f"{act} by {role}: {outcome}, the table says {want}")
    assert wrong == []
    assert database_digest() == watch.digest
    figure(f"{done} done, {watch.asked} refused, {watch.digests} digests")


def test_the_attempts_cover_every_act_and_the_situations_every_state(world, people, figure):
    assert set(ACTS) | set(MEETING_ACTS) <= set(ATTEMPTS)
    for rows in expected.TABLES.values():
        assert {act for row in rows.values() for act in row} <= set(ATTEMPTS)
    named = {name for rows in expected.TABLES.values() for row in rows.values()
             for names in row.values() for name in names.split()}  # fmt: skip
    assert named <= {*people, "anyone"}
    # each act is done somewhere: none is tried with words that never do
    done = {act for rows in expected.TABLES.values() for row in rows.values() for act in row}
    assert done == set(ATTEMPTS)
    states = {build(name, world.home).state for name in expected.WORKS}
    assert states == set(State)
    whole = len(set(expected.WORKS) - BESIDE)
    assert whole == len(states)
    pairs = len(ATTEMPTS) * (whole * len(people) + (len(CASES) - whole) * len(NEAR))
    figure(
        f"{whole} states × {len(ATTEMPTS)} acts × {len(people)} roles, and {len(CASES) - whole}"
        f" situations beside them × {len(NEAR)} roles: {pairs} pairs"
    )


def test_a_refusal_that_leaves_a_trace_would_be_seen(world):
    """Control: the watch notices one flipped value, also when the counter alone is asked."""
    situation = build("declared", world.home)
    watch = Watch()
    assert watch.is_unchanged()
    before = table_digests()
    Matter.objects.filter(pk=situation.matter_id).update(round=7)
    assert not watch.is_unchanged()
    assert [name for name, value in table_digests().items() if value != before[name]] == [
        "delib_matter"
    ]
