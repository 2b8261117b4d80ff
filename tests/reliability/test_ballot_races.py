"""A hundred members press four times each: a hundred ballots, and nothing tells whose is whose.

Controls take the guards away. On SQLite the one writer does what the row lock does on PostgreSQL.
"""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from accounts.models import User
from communities.models import CouncilTerm, SeatKind
from communities.services.councils import seat_member
from core.verify import run
from deliberation.choices import RightUse
from deliberation.models import Ballot, BallotBox, VotingRight
from deliberation.services import ballots
from demo.walk import Walk
from tests.deliberation.council import opened
from tests.deliberation.secret import close_ballot, open_ballot, paper, voter
from tests.reliability.racing import alone, race, words
from tests.world import build_world

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NOW = datetime(2017, 6, 1, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MEMBERS, TIMES, THREADS = 100, 4, 40
PART = MEMBERS * TIMES // THREADS


def council_of(count, settings):
    """(walk, box, keys of the accounts): a council of that size, all present, a ballot open."""
    settings.OUTBOX_INLINE = False
    with transaction.atomic():
        world = build_world()
        home, troupe = world.home, world.troupe
        term = CouncilTerm.objects.get(community=home.community)
        while len(home.members) < count:
            person = troupe.person()
            seat_member(term=term, person=person, seat=SeatKind.RESIDENT, actor=world.founder,
                        now=troupe.now)  # fmt: skip
            home.members.append(person)
        walk = Walk(home, now=NOW).to("reviewed")
        meeting = opened(walk, present=count)
        box = open_ballot(walk, meeting)
        return walk, box, [voter(person, walk.now).pk for person in home.members]


def press(walk, box, keys, told):
    """Vote for each of these accounts in turn; counts what came of it."""

    def act():
        for key in keys:
            user = User.objects.get(pk=key)
            choice = secrets.choice(["yes", "no", "abstain"])
            outcome = alone(
                lambda user=user, choice=choice: ballots.cast_ballot(
                    item_id=box.item_id, choice=choice, actor=user, now=walk.now
                )
            )
            told.append(outcome.word)

    return act


def rush(walk, box, keys):
    """Four threads work on the same ten members at once; how often each answer came."""
    told, parts = [], MEMBERS // PART
    jobs = []
    for number in range(THREADS):
        first = (number % parts) * PART
        jobs.append(press(walk, box, keys[first : first + PART], told))
    outcomes = race(jobs)
    assert words(outcomes) == {"done": THREADS}
    return {word: told.count(word) for word in set(told)}


def test_a_hundred_members_voting_four_times_cast_a_hundred_ballots(settings, figure):
    walk, box, keys = council_of(MEMBERS, settings)
    told = rush(walk, box, keys)
    assert told == {"done": MEMBERS, "already_voted": MEMBERS * (TIMES - 1)}
    assert Ballot.objects.filter(box=box).count() == MEMBERS
    assert not VotingRight.objects.filter(box=box).exclude(used=RightUse.PHONE).exists()
    item = close_ballot(walk, box)
    assert item.yes + item.no + item.abstain == item.entitled == MEMBERS
    assert list(run(walk.now, only={"I7", "I11"}).findings) == []
    figure(f"{MEMBERS * TIMES} presses in {THREADS} threads: {Ballot.objects.count()} ballots")


def test_control_without_its_guards_there_are_more(settings, monkeypatch, figure):
    walk, box, keys = council_of(MEMBERS, settings)
    monkeypatch.setattr(ballots, "use_rights", lambda *args: None)
    monkeypatch.setattr(ballots, "_free_slot", lambda box: (secrets.randbelow(30_000) + 1, 30_000))
    rush(walk, box, keys)
    assert Ballot.objects.filter(box=box).count() > MEMBERS
    figure(f"without rights and places: {Ballot.objects.count()} ballots")


def test_the_places_alone_keep_it_to_a_hundred(settings, monkeypatch):
    """The check of the right taken away: the constraint on the places still holds."""
    walk, box, keys = council_of(MEMBERS, settings)
    monkeypatch.setattr(ballots, "use_rights", lambda *args: None)
    told = rush(walk, box, keys)
    assert Ballot.objects.filter(box=box).count() == MEMBERS
    assert told["done"] == MEMBERS


def test_a_phone_and_a_paper_at_once_are_one_vote(settings):
    walk, box, keys = council_of(13, settings)
    for person, key in zip(walk.cast.members, keys, strict=True):
        user = User.objects.get(pk=key)
        outcomes = race([
            lambda user=user: ballots.cast_ballot(
                item_id=box.item_id, choice="yes", actor=user, now=walk.now
            ),
            lambda person=person: paper(walk, box, [person]),
        ])  # fmt: skip
        assert words(outcomes) == {"done": 1, "already_voted": 1}
    used = list(VotingRight.objects.filter(box=box).values_list("used", flat=True))
    assert used.count("phone") == Ballot.objects.count() and "" not in used


def test_the_last_vote_counts_or_comes_too_late_never_both(settings):
    for _round in range(6):
        walk, box, keys = council_of_one_more(settings)
        last = User.objects.get(pk=keys[-1])
        walk.now = box.ends_at
        cast, closed = race([
            lambda box=box, last=last, walk=walk: ballots.cast_ballot(
                item_id=box.item_id, choice="yes", actor=last, now=walk.now
            ),
            lambda box=box, walk=walk: close_ballot(walk, box, is_cut_off=True),
        ])  # fmt: skip
        assert closed.word == "done" and cast.word in ("done", "ballot_over")
        assert closed.value.yes == Ballot.objects.filter(box=box).count()
    assert list(run(walk.now, only={"I7"}).findings) == []


_WORLD = {}


def council_of_one_more(settings):
    """A new matter before the same council of thirteen; all but the last have voted yes."""
    if BallotBox.objects.exists():
        home = _WORLD["home"]
        with transaction.atomic():
            walk = Walk(home, now=NOW).to("reviewed")
            box = open_ballot(walk, opened(walk, present=13))
    else:
        walk, box, _keys = council_of(13, settings)
        _WORLD["home"] = walk.cast
    keys = [voter(person, walk.now).pk for person in walk.cast.members]
    for key in keys[:-1]:
        ballots.cast_ballot(
            item_id=box.item_id, choice="yes", actor=User.objects.get(pk=key), now=walk.now
        )
    return walk, box, keys


# What the rows themselves tell --------------------------------------------------------------------


def transactions(table, where):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, xmin::text FROM {table} WHERE box_id = %s", [where])
        return dict(cursor.fetchall())


def linked(box):
    """Pairs (right, ballot) that carry the same transaction, where that names one right."""
    rights = transactions("delib_voting_right", box.pk)
    cast = transactions("delib_ballot", box.pk)
    return [
        (right, ballot)
        for ballot, by in cast.items()
        for right, also in rights.items()
        if by == also and list(rights.values()).count(by) == 1
    ]


@pytest.mark.postgres
def test_no_transaction_links_a_right_and_a_ballot(settings, needs_postgresql):
    walk, box, keys = council_of(13, settings)
    for key in keys:
        user = User.objects.get(pk=key)
        ballots.cast_ballot(item_id=box.item_id, choice="yes", actor=user, now=walk.now)
        assert linked(box) == []


@pytest.mark.postgres
def test_control_writing_one_right_alone_links_it(settings, needs_postgresql, monkeypatch):
    def one_alone(box, keys, use):
        box.rights.filter(pk__in=keys).update(used=use)

    monkeypatch.setattr(ballots, "use_rights", one_alone)
    walk, box, keys = council_of(13, settings)
    for key in keys:
        user = User.objects.get(pk=key)
        ballots.cast_ballot(item_id=box.item_id, choice="yes", actor=user, now=walk.now)
    assert len(linked(box)) == 13


@pytest.mark.skipif(connection.vendor != "sqlite", reason="rowid is SQLite's")
def test_the_place_in_the_table_is_the_random_key(settings):
    walk, box, keys = council_of(13, settings)
    order = []
    for key in keys:
        known = set(Ballot.objects.values_list("pk", flat=True))
        user = User.objects.get(pk=key)
        ballots.cast_ballot(item_id=box.item_id, choice="yes", actor=user, now=walk.now)
        order.append(Ballot.objects.exclude(pk__in=known).get().pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid, id FROM delib_ballot ORDER BY rowid")
        rows = cursor.fetchall()
    assert all(row == key for row, key in rows)
    assert [key for _row, key in rows] == sorted(order) != order
