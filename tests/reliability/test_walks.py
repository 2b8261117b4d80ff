"""Random walks: any act by anybody at any time over three matters that share one envelope.

Walks of 25 steps: 100 on SQLite and 100 others on PostgreSQL with `make test`, 2,000 in `.ci/run`, which
sets the environment variable TEST_WALKS to 1,000 an engine. After each step the book of every matter, the money, the
ledgers and the votes are checked against a table of legal steps written by hand; at the end of
each walk the invariants of `manage.py verify` are asked, every tenth time with all chains.
"""

import itertools
import os
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from deliberation.acts import ACTS
from deliberation.choices import State
from deliberation.models import Matter
from tests.reliability import walking
from tests.reliability.people import everybody

STEPS = 25
PARTS = 4
ON_SQLITE = connection.vendor == "sqlite"
HOW = ["next", "next", "right", "any", "any", "wait"]
WHATS = list(itertools.product(sorted(walking.RIGHTFUL), walking.ROLES, range(5)))
WALKS = int(os.environ.get("TEST_WALKS") or 100)


class Walks(RuleBasedStateMachine):
    """One walk: a savepoint that is rolled back at its end."""

    stage = taken = None

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.party = None

    @initialize(picks=st.lists(st.integers(0, 999), min_size=3, max_size=3))
    def begin(self, picks):
        starts = list(self.stage.matters)
        self.party = walking.Party(self.stage, [starts[n % len(starts)] for n in picks])
        self.taken["walks"] += 1

    # One rule: hypothesis leaves whole rules out of some walks, and waiting alone is no walk.
    @rule(which=st.integers(0, 2), how=st.sampled_from(HOW), what=st.sampled_from(WHATS))
    def step(self, which, how, what):
        self.taken[self.party.step(which, how, *what)] += 1

    @invariant()
    def the_books_are_right(self):
        if self.party is not None:
            self.taken["wrong"] = True
            self.party.check()
            self.taken["wrong"] = False

    def teardown(self):
        try:
            if self.party is not None and not self.taken["wrong"]:
                self.party.verify()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)


def walk(stage, walks, number, *, phases=None):
    """Run walks of one seed; what was done, refused and waited."""
    taken = {"walks": 0, "done": 0, "refused": 0, "waited": 0, "wrong": False}
    machine = seed(number)(type("Walks", (Walks,), {"stage": stage, "taken": taken}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=walks, stateful_step_count=STEPS + 1, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
            phases=phases or (Phase.generate, Phase.shrink), print_blob=False,
        ),
    )  # fmt: skip
    return taken


@pytest.fixture
def stage(world):
    return walking.set_stage(world, everybody(world))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_random_walks_keep_what_must_hold(stage, figure, part):
    walks = -(-WALKS // PARTS)
    taken = walk(stage, walks, number=part + (0 if ON_SQLITE else PARTS))
    assert taken["walks"] >= walks
    steps = taken["done"] + taken["refused"] + taken["waited"]
    # hypothesis ends a walk early now and then
    assert steps >= walks * STEPS * 0.8
    # a walk that is refused everything would prove nothing
    assert taken["done"] > steps / 6
    assert not taken.pop("wrong")
    figure(f"{taken}, {steps} steps, invariants {stage.verified} times, chains {stage.chains}")


def test_control_an_edge_too_many_in_the_machine_is_found(stage, monkeypatch, figure):
    tempt(stage, monkeypatch, "established", ("establish", "withdraw", "station"))
    edges = Matter.withdraw._django_fsm
    edges.add_transition(Matter.withdraw, State.ESTABLISHED, State.WITHDRAWN)
    try:
        with pytest.raises(AssertionError, match="withdraw from established to withdrawn"):
            walk(stage, 400, number=1, phases=[Phase.generate])
    finally:
        del edges.transitions[State.ESTABLISHED]
    figure(f"found after {stage.verified} walks")


def test_control_a_policy_left_out_is_found(stage, monkeypatch, figure):
    tempt(stage, monkeypatch, "posted", ("post_notice", "conclude_notice", "clerk"))
    open_to_all = replace(ACTS["conclude_notice"], policy=lambda matter, actor, now: [])
    monkeypatch.setitem(ACTS, "conclude_notice", open_to_all)
    # the CHECK of the table refuses what the policy no longer does
    with pytest.raises(IntegrityError, match="notice_never_ends_early"):
        walk(stage, 400, number=2, phases=[Phase.generate])
    figure(f"found after {stage.verified} walks")


def tempt(stage, monkeypatch, start, step):
    """One start only, and the wrong step as the usual one, so that a control is over soon."""
    last, act, role = step
    stage.matters = {start: stage.matters[start]}
    stage.now = stage.matters[start].now
    monkeypatch.setitem(walking.NEXT, last, (act, role, 0))
