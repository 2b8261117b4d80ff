"""Step 4 up to the vote: announcement, frozen agenda and roster, attendance, quorum, the end."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from communities.models import Appointment, CouncilTerm
from communities.roles import Role
from communities.selectors import office_of
from communities.services.appointments import end_appointment
from communities.services.councils import seat_member
from core.models import AuditEvent, LedgerRow
from deliberation.choices import ItemResult, MeetingState, State
from deliberation.models import Meeting
from deliberation.services import declaring, meetings
from demo.walk import Walk
from projects.models import RuleSet
from tests.deliberation.council import (
    adjourn,
    announce,
    cancel,
    close,
    defer,
    item_of,
    items_of,
    open_meeting,
    opened,
    people,
    vote,
)
from tests.deliberation.helpers import last_kind, last_row, leaves_nothing_half_way, refused


@pytest.fixture
def reviewed(walk):
    return walk().to(State.REVIEWED)


def kinds(meeting):
    rows = AuditEvent.objects.filter(target_type="deliberation.meeting", target_id=str(meeting.pk))
    return list(rows.order_by("pk").values_list("kind", flat=True))


# The announcement --------------------------------------------------------------------------------


def test_an_announcement_freezes_agenda_and_roster_and_tells_the_quorum(reviewed):
    meeting = announce(reviewed)
    assert (meeting.state, meeting.member_count, meeting.quorum) == ("announced", 13, 9)
    assert meeting.number == f"{reviewed.cast.community}-2017-第1次"
    assert meeting.members.count() == 13
    assert meetings.agenda_digest(meeting) == meeting.agenda_digest
    item = item_of(reviewed, meeting)
    assert (item.amount_fen, item.presenter) == (reviewed.amount_fen, "社工小陈")
    row = last_row(reviewed, 4)
    when = timezone.localtime(meeting.starts_at).strftime("%Y-%m-%d %H:%M")
    assert row.columns == {
        "title": reviewed.title, "state": "“两委”审核通过", "note": meeting.number,
        "meeting_no": meeting.number, "announced_on": "2017-06-02", "announced_places": "宣传栏",
        "meeting_at": when, "place": "社区会议室", "chair": "", "recorder": "", "members": "13",
        "quorum": "9", "present": "0", "residents": "0", "deputies": "0", "purpose": "审议立项",
        "amount": "50000.00",
    }  # fmt: skip
    assert last_kind(reviewed) == "meeting.announced"
    assert kinds(meeting) == ["meeting.called"]


def test_a_meeting_is_announced_days_ahead_whatever_the_hour(reviewed):
    late = reviewed.now.replace(hour=23, minute=59)
    refused("announced_too_late", announce, reviewed, at=late + timedelta(days=2))
    refused("announced_too_late", announce, reviewed, at=reviewed.now - timedelta(days=30))
    early = (reviewed.now + timedelta(days=3)).replace(hour=0, minute=0)
    assert announce(reviewed, at=early).state == MeetingState.ANNOUNCED


def test_only_the_clerk_of_the_committee_announces(reviewed, world):
    home = world.home
    for other in (world.neighbour.clerk, home.party, home.street.affairs, home.resident):
        refused("not_convener", announce, reviewed, by=other)


def test_an_announcement_needs_place_agenda_and_matters_of_its_own_community(reviewed, world):
    refused("text_missing", announce, reviewed, place=" ")
    refused("text_missing", announce, reviewed, announced_places="")
    refused("agenda_empty", announce, reviewed, items=[])
    refused("agenda_twice", announce, reviewed, items=items_of(reviewed, reviewed))
    other = Walk(world.neighbour, now=reviewed.now).to(State.REVIEWED)
    refused("not_your_act", announce, reviewed, items=items_of(other))
    committee = office_of("residents_committee", community=world.neighbour.community)
    world.troupe.give(world.home.clerk, Role.COMMITTEE_CLERK, office=committee)
    refused("matter_elsewhere", announce, reviewed, items=items_of(reviewed, other))


def test_only_what_was_reviewed_is_put_to_the_vote(walk, reviewed):
    declared = walk().to(State.DECLARED)
    refused("wrong_state", announce, reviewed, items=items_of(reviewed, declared))
    refused("purpose_mismatch", announce, reviewed, items=items_of(reviewed, purpose="withdraw"))
    resolved = walk().to(State.RESOLVED)
    refused("purpose_mismatch", announce, resolved)


def test_a_matter_stands_on_one_open_agenda_at_a_time(reviewed):
    announce(reviewed)
    refused("already_on_agenda", announce, reviewed)


def test_without_rules_or_a_council_in_office_no_meeting_is_called(reviewed):
    after_the_term = datetime(2020, 3, 2, 10, tzinfo=reviewed.now.tzinfo)
    refused("no_council", announce, reviewed, at=after_the_term)
    RuleSet.objects.filter(code="2.0").update(effective_to=date(2017, 5, 31))
    refused("no_rule_set", announce, reviewed)


def test_the_roster_is_that_of_the_meetings_day_and_stays_as_announced(reviewed, world):
    term = CouncilTerm.objects.get(community=world.home.community)
    leaving, joining, late = world.home.members[-1], world.troupe.person(), world.troupe.person()
    day = timezone.localdate(reviewed.now) + timedelta(days=4)
    seat = {"term": term, "seat": "resident", "actor": world.founder, "now": reviewed.now}
    seat_member(person=joining, starts_on=day, **seat)
    appointment = Appointment.objects.get(person=leaving, role=Role.COUNCIL_MEMBER)
    end_appointment(
        appointment_id=appointment.pk, ends_on=day - timedelta(days=1), actor=world.founder,
        now=reviewed.now,
    )  # fmt: skip
    meeting = announce(reviewed)
    seat_member(person=late, **seat)
    roster = set(meeting.members.values_list("person", flat=True))
    assert len(roster) == meeting.member_count == 13
    assert joining.pk in roster and not {leaving.pk, late.pk} & roster
    reviewed.days(4)
    for absent in (leaving, late):
        present = [*people(reviewed, 10), absent.pk]
        refused("not_on_roster", open_meeting, reviewed, meeting, present=present)


# Attendance --------------------------------------------------------------------------------------


def test_a_meeting_opens_on_its_day_with_a_quorum(reviewed):
    meeting = announce(reviewed)
    refused("meeting_not_yet", open_meeting, reviewed, meeting)
    reviewed.days(4)
    refused("no_quorum", open_meeting, reviewed, meeting, present=8)
    refused("no_open_meeting", vote, reviewed, meeting)
    opened = open_meeting(reviewed, meeting, present=9)
    assert (opened.state, opened.present_count, opened.resident_count) == ("open", 9, 5)
    assert kinds(meeting) == ["meeting.called", "meeting.opened"]
    refused("meeting_state", open_meeting, reviewed, meeting)


def test_an_inclusive_rule_counts_two_thirds_exactly(walk):
    RuleSet.objects.filter(code="2.0").update(is_quorum_inclusive=True, quorum_denominator=26,
                                              quorum_numerator=18)  # fmt: skip
    reviewed = walk().to(State.REVIEWED)
    meeting = announce(reviewed)
    assert meeting.quorum == 9
    RuleSet.objects.filter(code="2.0").update(is_quorum_inclusive=False)
    assert announce(walk().to(State.REVIEWED)).quorum == 10


def test_a_meeting_is_opened_by_its_convener_with_a_chair_who_is_there(reviewed, world):
    meeting = announce(reviewed)
    reviewed.days(4)
    refused("not_convener", open_meeting, reviewed, meeting, by=world.neighbour.clerk)
    refused("officer_missing", open_meeting, reviewed, meeting, chair_id=0)
    refused("officer_missing", open_meeting, reviewed, meeting, recorder_id=0)
    absent = world.home.members[-1].pk
    refused("chair_absent", open_meeting, reviewed, meeting, chair_id=absent)
    refused("chair_absent", open_meeting, reviewed, meeting, chair_id=world.home.clerk.person_id)
    refused("count_negative", open_meeting, reviewed, meeting, resident_count=-1)
    stranger = [*people(reviewed, 10), world.home.resident.person_id]
    refused("not_on_roster", open_meeting, reviewed, meeting, present=stranger)
    refused("not_found", open_meeting, reviewed, Meeting(pk=0))


def test_the_chair_passes_to_a_member_who_is_there(reviewed, world):
    meeting = opened(reviewed)
    act = {"meeting_id": meeting.pk, "actor": world.home.clerk, "now": reviewed.now}
    refused("chair_absent", meetings.change_chair, chair_id=world.home.members[12].pk, **act)
    other = world.home.members[1].pk
    refused("not_convener", meetings.change_chair, chair_id=other, **act | {"actor": world.officer})
    meetings.change_chair(chair_id=other, **act)
    assert Meeting.objects.get(pk=meeting.pk).chair_id == other
    assert kinds(meeting)[-1] == "meeting.chair_changed"
    vote(reviewed, meeting)
    close(reviewed, meeting)
    refused("meeting_state", meetings.change_chair, chair_id=other, **act)


# 流会, 取消, 缓议 ------------------------------------------------------------------------------------


def test_a_meeting_without_a_quorum_is_adjourned_and_a_new_one_resolves(reviewed, world):
    meeting = announce(reviewed)
    refused("meeting_not_yet", adjourn, reviewed, meeting)
    reviewed.days(4)
    refused("has_quorum", adjourn, reviewed, meeting, present=9)
    refused("not_convener", adjourn, reviewed, meeting, by=world.neighbour.clerk)
    refused("count_negative", adjourn, reviewed, meeting, deputy_count=-1)
    adjourn(reviewed, meeting, resident_count=3)
    assert reviewed.again().matter.state == State.DEFERRED
    columns = last_row(reviewed, 4).columns
    assert (columns["is_valid"], columns["result"], columns["present"]) == ("无效", "流会", "8")
    assert columns["note"] == "实到8人，不足法定人数9人"
    assert kinds(meeting) == ["meeting.called", "meeting.adjourned"]
    refused("meeting_state", adjourn, reviewed, meeting)
    refused("meeting_state", open_meeting, reviewed, meeting)
    second = opened(reviewed)
    assert second.session == 2
    vote(reviewed, second)
    assert reviewed.again().matter.state == State.RESOLVED


def test_a_cancelled_meeting_defers_its_matters(reviewed, world):
    meeting = announce(reviewed)
    refused("text_missing", cancel, reviewed, meeting, reason=" ")
    refused("not_convener", cancel, reviewed, meeting, by=world.neighbour.clerk)
    cancel(reviewed, meeting)
    assert reviewed.again().matter.state == State.DEFERRED
    assert last_row(reviewed, 4).columns["note"] == "台风"
    assert kinds(meeting)[-1] == "meeting.cancelled"
    reviewed.days(4)
    refused("meeting_state", open_meeting, reviewed, meeting)
    refused("meeting_state", cancel, reviewed, opened(reviewed))


def test_an_item_put_off_waits_for_another_meeting(walk, reviewed):
    other = walk().to(State.REVIEWED)
    meeting = announce(reviewed, items=items_of(reviewed, other))
    reviewed.days(4)
    refused("no_open_meeting", defer, reviewed, meeting)
    open_meeting(reviewed, meeting)
    refused("text_missing", defer, reviewed, meeting, reason="")
    defer(reviewed, meeting)
    assert reviewed.again().matter.state == State.DEFERRED
    assert last_kind(reviewed) == "meeting.deferred"
    refused("wrong_state", vote, reviewed, meeting)
    other.now = reviewed.now
    refused("items_open", close, reviewed, meeting)
    vote(other, meeting)
    close(reviewed, meeting)
    assert item_of(reviewed, meeting).result == ItemResult.VOID


def test_a_meeting_ends_with_minutes_when_every_item_has_its_result(reviewed, world):
    meeting = announce(reviewed)
    refused("meeting_state", close, reviewed, meeting)
    reviewed.days(4)
    open_meeting(reviewed, meeting)
    refused("items_open", close, reviewed, meeting)
    vote(reviewed, meeting)
    refused("text_missing", close, reviewed, meeting, minutes=" ")
    refused("not_convener", close, reviewed, meeting, by=world.neighbour.clerk)
    closed = close(reviewed, meeting)
    assert (closed.state, closed.closed_at) == (MeetingState.CLOSED, reviewed.now)
    assert kinds(meeting)[-1] == "meeting.closed"
    refused("meeting_state", close, reviewed, meeting)


def test_what_the_applicant_withdrew_is_not_voted_on_and_does_not_hold_up_the_meeting(reviewed):
    meeting = announce(reviewed)
    declaring.withdraw(
        matter_id=reviewed.pk, reason="另有安排", actor=reviewed.applicant, now=reviewed.now
    )
    reviewed.days(4)
    open_meeting(reviewed, meeting)
    refused("wrong_state", vote, reviewed, meeting)
    assert close(reviewed, meeting).state == MeetingState.CLOSED


def test_a_failure_half_way_leaves_nothing(reviewed, monkeypatch):
    leaves_nothing_half_way(monkeypatch, announce, reviewed)
    leaves_nothing_half_way(monkeypatch, announce, reviewed, at="core.audit.record")
    meeting = announce(reviewed)
    leaves_nothing_half_way(monkeypatch, cancel, reviewed, meeting)
    reviewed.days(4)
    leaves_nothing_half_way(monkeypatch, adjourn, reviewed, meeting)
    record = "core.audit.record"
    leaves_nothing_half_way(monkeypatch, open_meeting, reviewed, meeting, at=record)
    open_meeting(reviewed, meeting)
    leaves_nothing_half_way(monkeypatch, defer, reviewed, meeting)
    vote(reviewed, meeting)
    leaves_nothing_half_way(monkeypatch, close, reviewed, meeting, at=record)


def test_each_row_of_the_ledger_names_its_place_and_clerk(reviewed):
    announce(reviewed)
    row = LedgerRow.objects.filter(ledger=4).latest("pk")
    assert row.place == reviewed.cast.community.codes
    assert (row.actor_id, row.level, row.event) == (
        reviewed.cast.clerk.pk, "community", "announce_meeting",
    )  # fmt: skip
