"""Step 4 on the day: recusal, quorum of the item, tallies, named and secret votes, the result."""

import pytest

from communities.models import CouncilTerm, Need, NeedStatus, SeatKind
from communities.roles import Role
from communities.services.councils import seat_member
from deliberation.choices import State
from deliberation.models import MemberVote, Recusal
from deliberation.services import items, meetings, votes
from projects.models import LineItem, Proposal
from tests.deliberation.council import (
    announce,
    close,
    defer,
    item_of,
    items_of,
    member,
    named,
    open_meeting,
    opened,
    people,
    vote,
)
from tests.deliberation.helpers import last_kind, last_row, leaves_nothing_half_way, refused


@pytest.fixture
def reviewed(walk):
    return walk().to(State.REVIEWED)


def seat(world, person):
    term = CouncilTerm.objects.get(community=world.home.community)
    seat_member(
        term=term, person=person, seat=SeatKind.ENTERPRISE, actor=world.founder,
        now=world.troupe.now,
    )  # fmt: skip


def recusal(meeting, person, reason="是邻居的亲属"):
    return {"member_id": member(meeting, person).pk, "reason": reason}


# The tally ---------------------------------------------------------------------------------------


def test_a_vote_that_carries_leaves_every_number_in_the_ledger(reviewed):
    meeting = opened(reviewed)
    item = vote(reviewed, meeting, 8, 2, 1, discussion="居民问受益人数", presenter="社工小陈")
    assert (item.result, item.entitled, item.voted_at) == ("carried", 11, reviewed.now)
    assert reviewed.again().matter.state == State.RESOLVED
    columns = last_row(reviewed, 4).columns
    expected = {
        "title": reviewed.title, "state": "议事会审议通过", "note": meeting.number,
        "meeting_no": meeting.number, "chair": str(reviewed.cast.members[0]),
        "recorder": str(reviewed.cast.clerk.person), "members": "13", "quorum": "9",
        "present": "11", "residents": "5", "deputies": "1", "is_valid": "有效",
        "purpose": "审议立项", "amount": "50000.00", "presenter": "社工小陈",
        "discussion": "居民问受益人数", "recused": "", "method": "举手表决（计数）", "yes": "8",
        "no": "2", "abstain": "1", "threshold": "超过11的半数", "result": "通过",
    }  # fmt: skip
    assert {key: columns[key] for key in expected} == expected
    assert last_kind(reviewed) == "meeting.voted"


@pytest.mark.parametrize(
    "present, tally, carried",
    [
        (11, (6, 5, 0), True),
        (11, (5, 6, 0), False),
        (11, (5, 0, 6), False),
        (10, (5, 5, 0), False),
        (10, (6, 0, 4), True),
    ],
)
def test_more_than_half_of_those_present_must_say_yes(reviewed, present, tally, carried):
    meeting = opened(reviewed, present=present)
    vote(reviewed, meeting, *tally)
    wanted = State.RESOLVED if carried else State.REJECTED
    assert reviewed.again().matter.state == wanted


@pytest.mark.parametrize("tally", [(11, 1, 0), (10, 0, 0), (12, -1, 0), (13, 0, -2), (0, 0, 0)])
def test_a_tally_counts_everybody_present_once_and_nobody_else(reviewed, tally):
    refused("tally_wrong", vote, reviewed, opened(reviewed), *tally)


def test_a_lost_vote_rejects_names_the_step_and_frees_the_needs(reviewed):
    vote(reviewed, opened(reviewed), 3, 8, 0)
    matter = reviewed.again().matter
    assert (matter.state, matter.rejected_step) == (State.REJECTED, "resolved")
    assert matter.closed_at == reviewed.now
    assert Need.objects.get(pk=reviewed.need.pk).status == NeedStatus.OPEN
    assert last_row(reviewed, 4).columns["result"] == "不通过"


def test_an_item_is_voted_on_once_in_an_open_meeting_by_its_clerk(reviewed, walk, world):
    other = walk().to(State.REVIEWED)
    meeting = announce(reviewed, items=items_of(reviewed, other))
    refused("no_open_meeting", vote, reviewed, meeting)
    reviewed.days(4)
    open_meeting(reviewed, meeting)
    refused("not_your_act", vote, reviewed, meeting, by=world.neighbour.clerk)
    refused("not_your_act", vote, reviewed, meeting, by=world.home.party)
    refused("method_unknown", vote, reviewed, meeting, method="shouting")
    refused("text_missing", vote, reviewed, meeting, tellers=" ")
    refused("not_found", votes.vote, item_id=0, method="hands", actor=world.home.clerk,
            now=reviewed.now)  # fmt: skip
    vote(reviewed, meeting)
    refused("no_open_meeting", vote, reviewed, meeting)
    refused("no_open_meeting", defer, reviewed, meeting)


def test_somebody_presents_the_item(reviewed):
    meeting = announce(reviewed, items=items_of(reviewed, presenter=""))
    reviewed.days(4)
    open_meeting(reviewed, meeting)
    refused("text_missing", vote, reviewed, meeting)
    assert vote(reviewed, meeting, presenter="申报人").presenter == "申报人"


# Named and secret --------------------------------------------------------------------------------


def test_a_named_vote_lists_everybody_present_exactly(reviewed):
    meeting = opened(reviewed)
    by_name = {"method": "named", "tellers": ""}
    full = named(meeting, "yyyyyyyynna")
    outsider = {"member_id": meeting.members.filter(is_present=False)[0].pk, "choice": "yes"}
    refused("votes_do_not_match", vote, reviewed, meeting, votes=full[:-1], **by_name)
    refused("votes_do_not_match", vote, reviewed, meeting, votes=[*full, full[0]], **by_name)
    refused("votes_do_not_match", vote, reviewed, meeting, votes=[*full, outsider], **by_name)
    strange = [full[0] | {"choice": "perhaps"}, *full[1:]]
    refused("choice_unknown", vote, reviewed, meeting, votes=strange, **by_name)
    # the numbers come from the names, whatever was typed beside them
    item = vote(reviewed, meeting, 0, 11, 0, votes=full, **by_name)
    assert (item.yes, item.no, item.abstain, item.result) == (8, 2, 1, "carried")
    assert MemberVote.objects.filter(item=item, choice="yes").count() == 8


def test_a_counted_vote_leaves_no_names(reviewed):
    meeting = opened(reviewed)
    refused("votes_not_named", vote, reviewed, meeting, votes=named(meeting, "y" * 11))
    item = vote(reviewed, meeting, 7, 4, 0)
    assert not MemberVote.objects.exists()
    row = last_row(reviewed, 4)
    chair, *others = reviewed.cast.members
    assert not [person for person in others if str(person) in row.body.replace(str(chair), "")]
    assert item.result == "carried"


def test_nobody_types_in_a_secret_vote_alone(reviewed):
    refused("secret_by_ballot", vote, reviewed, opened(reviewed), method="secret")


# Recusal -----------------------------------------------------------------------------------------


def test_a_recused_member_neither_counts_nor_votes(reviewed):
    meeting = opened(reviewed)
    away = reviewed.cast.members[1]
    refused("tally_wrong", vote, reviewed, meeting, 11, recusals=[recusal(meeting, away)])
    item = vote(reviewed, meeting, 10, recusals=[recusal(meeting, away)])
    assert item.entitled == 10
    assert last_row(reviewed, 4).columns["recused"] == str(away)


def test_a_recusal_names_a_member_and_a_reason(reviewed, world):
    meeting = opened(reviewed)
    blank = recusal(meeting, reviewed.cast.members[1], " ")
    refused("recusal_without_reason", vote, reviewed, meeting, 10, recusals=[blank])
    refused("not_on_roster", vote, reviewed, meeting, 10,
            recusals=[{"member_id": 0, "reason": "亲属"}])  # fmt: skip


def test_the_applicant_on_the_council_is_recused_without_anybody_asking(walk, world):
    seat(world, world.home.station.person)
    works = walk(type="works", wan=30).to(State.REVIEWED)
    present = [*people(works, 11), works.cast.station.person_id]
    meeting = opened(works, present=present)
    assert (meeting.member_count, meeting.present_count) == (14, 12)
    refused("tally_wrong", vote, works, meeting, 12)
    item = vote(works, meeting, 11)
    gone = Recusal.objects.get(item=item)
    assert gone.member.person_id == works.cast.station.person_id
    assert gone.reason == "本项目申报人或申报组织经办人"


def test_an_agent_of_the_applying_organisation_is_recused_too(reviewed, world):
    away = reviewed.cast.members[2]
    organisation = reviewed.matter.proposal.organisation
    world.troupe.give(away, Role.ORGANISATION_AGENT, organisation=organisation)
    meeting = opened(reviewed)
    refused("tally_wrong", vote, reviewed, meeting, 11)
    assert vote(reviewed, meeting, 10).recusals.get().member.person == away
    assert items.interested_members(item_of(reviewed, meeting), reviewed.now.date())


def test_a_recused_chair_hands_over_first(reviewed):
    meeting = opened(reviewed)
    first, second = reviewed.cast.members[:2]
    away = {"recusals": [recusal(meeting, first)]}
    refused("chair_recused", vote, reviewed, meeting, 10, **away)
    meetings.change_chair(
        meeting_id=meeting.pk, chair_id=second.pk, actor=reviewed.cast.clerk, now=reviewed.now
    )
    vote(reviewed, meeting, 10, **away)
    assert last_row(reviewed, 4).columns["chair"] == str(second)


def test_the_quorum_is_taken_again_without_those_recused(reviewed):
    # 13 members, 9 present; of the 12 left without one recused, 9 must be there
    meeting = opened(reviewed, present=9)
    one = [recusal(meeting, reviewed.cast.members[1])]
    refused("item_no_quorum", vote, reviewed, meeting, 8, recusals=one)
    defer(reviewed, meeting, "回避后人数不足")
    close(reviewed, meeting)
    assert reviewed.again().matter.state == State.DEFERRED


def test_absent_members_who_are_recused_make_the_quorum_smaller(reviewed):
    # of 13, 4 recused and absent: more than two thirds of 9 is 7
    meeting = opened(reviewed, present=9)
    absent = [recusal(meeting, person) for person in reviewed.cast.members[9:]]
    assert vote(reviewed, meeting, 9, recusals=absent).entitled == 9


# What was announced ------------------------------------------------------------------------------

CHANGES = {
    "the amount": lambda pk: Proposal.objects.filter(pk=pk).update(amount_fen=1),
    "the summary": lambda pk: Proposal.objects.filter(pk=pk).update(summary="另一个项目"),
    "a budget line": lambda pk: LineItem.objects.filter(proposal=pk).update(name="烟花"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_council_votes_on_what_was_announced_to_the_letter(reviewed, name):
    meeting = opened(reviewed)
    CHANGES[name](reviewed.matter.proposal_id)
    refused("content_changed", vote, reviewed, meeting)


def test_a_failure_half_way_leaves_nothing(reviewed, monkeypatch):
    meeting = opened(reviewed)
    by_name = {"method": "named", "votes": named(meeting, "y" * 9 + "nn")}
    leaves_nothing_half_way(monkeypatch, vote, reviewed, meeting, **by_name)
    leaves_nothing_half_way(monkeypatch, vote, reviewed, meeting, at="core.ledgers.append")
