"""The secret ballot: who may vote, once, seen by nobody, and what follows when it closes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from deliberation.choices import BoxState, ItemResult, State
from deliberation.models import Ballot, BallotBox, Recusal, VotingRight
from deliberation.services import declaring, meetings
from tests.deliberation.council import (
    announce,
    close,
    defer,
    item_of,
    items_of,
    member,
    open_meeting,
    opened,
    vote,
)
from tests.deliberation.helpers import last_kind, last_row, leaves_nothing_half_way, refused
from tests.deliberation.secret import (
    again,
    cast,
    cast_all,
    close_ballot,
    open_ballot,
    paper,
    voter,
    voters,
)
from tests.reliability.digest import changed_tables, table_digests


@pytest.fixture
def reviewed(walk):
    return walk().to(State.REVIEWED)


@pytest.fixture
def meeting(reviewed):
    return opened(reviewed)


@pytest.fixture
def box(reviewed, meeting):
    return open_ballot(reviewed, meeting)


# Opening -----------------------------------------------------------------------------------------


def test_opening_fixes_who_may_vote(reviewed, meeting):
    away = reviewed.cast.members[3]
    recusals = [{"member_id": member(meeting, away).pk, "reason": "亲属"}]
    box = open_ballot(reviewed, meeting, recusals=recusals)
    entitled = [right.member.person_id for right in box.rights.select_related("member")]
    assert entitled == [p.pk for p in reviewed.cast.members[:11] if p != away]
    assert (box.entitled, box.state, box.open_key) == (10, BoxState.OPEN, meeting.pk)
    assert box.ends_at == reviewed.now + timedelta(minutes=10)
    assert Recusal.objects.get(item=box.item).reason == "亲属"
    event = AuditEvent.objects.get(kind="ballot.opened")
    assert event.data["entitled"] == 10


def test_an_applicant_on_the_council_is_recused_by_the_system(walk, world, reviewed, meeting):
    world.troupe.give(reviewed.cast.members[4], "organisation_agent",
                      organisation=reviewed.cast.organisation)  # fmt: skip
    box = open_ballot(reviewed, meeting)
    assert box.entitled == 10
    refused("not_entitled", cast, reviewed, box, voter(reviewed.cast.members[4], reviewed.now))


def test_opening_is_refused_with_its_reason(walk, reviewed, world):
    other = walk().to(State.REVIEWED)
    meeting = announce(reviewed, items=items_of(reviewed, other))
    refused("no_open_meeting", open_ballot, reviewed, meeting)
    reviewed.days(4)
    other.now = reviewed.now
    open_meeting(reviewed, meeting)
    refused("not_your_act", open_ballot, reviewed, meeting, by=world.neighbour.clerk)
    refused("not_your_act", open_ballot, reviewed, meeting, by=voters(reviewed, 1)[0])
    refused("text_missing", open_ballot, reviewed, meeting, tellers=" ")
    for minutes in (0, -5, 241):
        refused("ballot_minutes", open_ballot, reviewed, meeting, minutes=minutes)
    chair = {"member_id": member(meeting, reviewed.cast.members[0]).pk, "reason": "亲属"}
    refused("chair_recused", open_ballot, reviewed, meeting, recusals=[chair])
    open_ballot(reviewed, meeting)
    refused("ballot_once", open_ballot, reviewed, meeting)
    refused("other_ballot_open", open_ballot, other, meeting)
    refused("ballot_open", vote, reviewed, meeting)


def test_too_few_left_by_recusal_open_no_ballot(reviewed):
    meeting = opened(reviewed, present=9)
    out = [
        {"member_id": member(meeting, person).pk, "reason": "亲属"}
        for person in reviewed.cast.members[1:3]
    ]
    refused("item_no_quorum", open_ballot, reviewed, meeting, recusals=out)


# Casting -----------------------------------------------------------------------------------------


def test_each_member_votes_once_and_only_members(reviewed, world, box):
    first, second = voters(reviewed, 2)
    cast(reviewed, box, first, "no")
    refused("already_voted", cast, reviewed, box, first, "yes")
    refused("choice_unknown", cast, reviewed, box, second, "maybe")
    refused("not_entitled", cast, reviewed, box, voter(reviewed.cast.members[12], reviewed.now))
    refused("not_entitled", cast, reviewed, box, reviewed.cast.clerk)
    refused("not_entitled", cast, reviewed, box, world.far.clerk)
    cast(reviewed, box, second)
    assert Ballot.objects.count() == 2


def test_a_single_vote_leaves_no_event_no_message_and_no_time(reviewed, box):
    users = voters(reviewed, 5)
    before = table_digests()
    for user, choice in zip(users, ("yes", "no", "abstain", "yes", "no"), strict=True):
        cast(reviewed, box, user, choice)
    assert changed_tables(before, table_digests()) == ["delib_ballot", "delib_voting_right"]
    columns = {field.column for field in Ballot._meta.local_fields}
    assert columns == {"id", "box_id", "slot", "seats", "choice"}
    assert {field.column for field in VotingRight._meta.local_fields} == {
        "id", "box_id", "member_id", "used",
    }  # fmt: skip


def test_the_order_of_the_ballots_is_not_that_of_the_votes(reviewed, box):
    """Eleven votes in seat order: neither key nor place follows it. One chance in 11! each."""
    order = []
    for user in voters(reviewed, 11):
        known = set(Ballot.objects.values_list("pk", flat=True))
        cast(reviewed, box, user)
        order.append(Ballot.objects.exclude(pk__in=known).get())
    keys, slots = [one.pk for one in order], [one.slot for one in order]
    assert keys != sorted(keys) and slots != sorted(slots)
    assert sorted(slots) == list(range(1, 12))


def test_every_right_is_written_anew_with_each_vote(reviewed, box):
    """On PostgreSQL a row tells its transaction; after a vote all rights tell the same one."""
    first = voters(reviewed, 1)[0]
    with CaptureQueriesContext(connection) as asked:
        cast(reviewed, box, first)
    updates = [q["sql"] for q in asked if q["sql"].startswith("UPDATE")]
    assert len(updates) == 1
    assert updates[0].partition(" WHERE ")[2].endswith(f'"box_id" = {box.pk}')


# Closing -----------------------------------------------------------------------------------------


def test_when_all_have_voted_the_result_follows_as_from_any_vote(reviewed, box):
    cast_all(reviewed, box, "yyyyyynnnna")
    item = close_ballot(reviewed, box)
    assert (item.yes, item.no, item.abstain, item.entitled) == (6, 4, 1, 11)
    assert (item.result, item.method, item.voted_at) == ("carried", "secret", reviewed.now)
    assert reviewed.again().matter.state == State.RESOLVED
    columns = last_row(reviewed, 4).columns
    assert (columns["method"], columns["yes"], columns["threshold"]) == (
        "无记名投票", "6", "超过11的半数",
    )  # fmt: skip
    assert last_kind(reviewed) == "meeting.voted"
    assert again(box).state == BoxState.CLOSED
    event = AuditEvent.objects.get(kind="ballot.closed")
    assert event.data["ballots"] == again(box).digest
    assert (event.data["phone"], event.data["not_cast"]) == (11, 0)


def test_no_number_is_on_the_item_before_the_end(reviewed, box):
    cast_all(reviewed, box, "yyyyy")
    item = item_of(reviewed, box.item.meeting)
    assert (item.yes, item.no, item.abstain, item.result) == (0, 0, 0, ItemResult.OPEN)


def test_it_ends_early_only_when_all_have_voted(reviewed, world, box):
    cast_all(reviewed, box, "yyyyyyyyyy")
    refused("ballot_running", close_ballot, reviewed, box)
    refused("ballot_running", close_ballot, reviewed, box, is_cut_off=True)
    refused("not_your_act", close_ballot, reviewed, box, by=world.neighbour.clerk)
    reviewed.now = box.ends_at
    refused("cut_off_not_declared", close_ballot, reviewed, box)
    # late, but before the end was declared
    cast(reviewed, box, voters(reviewed, 11)[10])
    assert close_ballot(reviewed, box).yes == 11


@pytest.mark.parametrize("votes, carried", [("yyyyyy", True), ("yyyyy", False), ("", False)])
def test_whoever_did_not_vote_abstains(reviewed, box, votes, carried):
    cast_all(reviewed, box, votes)
    reviewed.now = box.ends_at
    item = close_ballot(reviewed, box, is_cut_off=True)
    assert (item.yes, item.no, item.abstain) == (len(votes), 0, 11 - len(votes))
    assert (item.result == ItemResult.CARRIED) is carried
    assert again(box).is_cut_off


def test_nothing_opens_it_again(reviewed, meeting, box):
    cast_all(reviewed, box, "y" * 11)
    close_ballot(reviewed, box)
    for act in (close_ballot, lambda walk, box: open_ballot(walk, meeting)):
        refused("no_open_meeting", act, reviewed, box)
    refused("ballot_over", cast, reviewed, box, voters(reviewed, 1)[0])
    refused("ballot_over", paper, reviewed, box, reviewed.cast.members[:1])
    assert close(reviewed, meeting).closed_at == reviewed.now


def test_an_item_put_off_makes_its_ballot_void(reviewed, meeting, box):
    cast_all(reviewed, box, "yyy")
    defer(reviewed, meeting, "会场断网")
    assert (again(box).state, again(box).open_key) == (BoxState.VOID, None)
    assert reviewed.again().matter.state == State.DEFERRED
    refused("ballot_over", cast, reviewed, box, voters(reviewed, 5)[4])
    close(reviewed, meeting)
    second = opened(reviewed)
    box = open_ballot(reviewed, second)
    cast_all(reviewed, box, "y" * 11)
    assert close_ballot(reviewed, box).result == ItemResult.CARRIED


def test_nobody_withdraws_while_the_council_votes(reviewed, box):
    refused("ballot_open", declaring.withdraw, matter_id=reviewed.pk, reason="另有安排",
            actor=reviewed.applicant, now=reviewed.now)  # fmt: skip


def test_a_failure_half_way_leaves_nothing(reviewed, meeting, monkeypatch):
    record = "core.audit.record"
    leaves_nothing_half_way(monkeypatch, open_ballot, reviewed, meeting, at=record)
    box = open_ballot(reviewed, meeting)
    users = voters(reviewed, 11)
    for user in users[:10]:
        cast(reviewed, box, user)
    create = "deliberation.services.ballots.Ballot.objects.create"
    leaves_nothing_half_way(monkeypatch, cast, reviewed, box, users[10], at=create)
    cast(reviewed, box, users[10])
    leaves_nothing_half_way(monkeypatch, close_ballot, reviewed, box)
    close_ballot(reviewed, box)
    assert BallotBox.objects.get().state == BoxState.CLOSED


def test_a_chair_who_is_recused_does_not_take_over_during_the_ballot(reviewed, meeting):
    away = reviewed.cast.members[3]
    recusals = [{"member_id": member(meeting, away).pk, "reason": "亲属"}]
    open_ballot(reviewed, meeting, recusals=recusals)
    refused("chair_recused", meetings.change_chair, meeting_id=meeting.pk, chair_id=away.pk,
            actor=reviewed.cast.clerk, now=reviewed.now)  # fmt: skip
