"""Ballots on paper: handed out once, counted by two people who do not see each other's numbers."""

import pytest

from core.models import AuditEvent
from deliberation.choices import ItemResult, State
from deliberation.models import PaperCount
from tests.deliberation.council import member, opened
from tests.deliberation.helpers import leaves_nothing_half_way, refused
from tests.deliberation.secret import (
    again,
    cast,
    cast_all,
    close_ballot,
    count,
    open_ballot,
    paper,
    voter,
    voters,
)


@pytest.fixture
def reviewed(walk):
    return walk().to(State.REVIEWED)


@pytest.fixture
def box(reviewed):
    return open_ballot(reviewed, opened(reviewed))


@pytest.fixture
def mixed(reviewed, box):
    """Six voted on phones (4 yes, 2 no), five took paper."""
    cast_all(reviewed, box, "yyyynn")
    return paper(reviewed, box, reviewed.cast.members[6:11])


def test_phone_and_paper_together_are_the_tally(reviewed, mixed):
    clerk, signer = reviewed.cast.clerk, reviewed.cast.signer
    assert count(reviewed, mixed, clerk, 2, 1, 1, 1, 0) is None
    assert count(reviewed, mixed, signer, 2, 1, 1, 1, 0, scan=False) is True
    item = close_ballot(reviewed, mixed)
    assert (item.yes, item.no, item.abstain, item.entitled) == (6, 3, 2, 11)
    assert item.result == ItemResult.CARRIED
    assert AuditEvent.objects.get(kind="ballot.closed").data["paper"] == 5


def test_one_vote_a_member_by_one_way(reviewed, box):
    first, second = voters(reviewed, 2)
    cast(reviewed, box, first)
    refused("already_voted", paper, reviewed, box, [first.person])
    paper(reviewed, box, [second.person])
    refused("already_voted", cast, reviewed, box, second)
    refused("already_voted", paper, reviewed, box, [second.person])
    # one of them has voted: nobody gets paper
    refused("already_voted", paper, reviewed, box, [reviewed.cast.members[4], second.person])


def test_paper_goes_to_those_entitled_from_the_convener(reviewed, world, box):
    refused("nobody_chosen", paper, reviewed, box, [])
    refused("not_convener", paper, reviewed, box, reviewed.cast.members[:1],
            by=world.neighbour.clerk)  # fmt: skip
    # on the roster, but not present
    refused("not_on_list", paper, reviewed, box, reviewed.cast.members[12:])
    paper(reviewed, box, reviewed.cast.members[:2])
    count(reviewed, box, reviewed.cast.clerk, 1, 1)
    refused("counting_begun", paper, reviewed, box, reviewed.cast.members[3:4])
    event = AuditEvent.objects.get(kind="ballot.paper_issued")
    assert event.data["count"] == 2


def test_two_different_people_count(reviewed, world, mixed):
    clerk = reviewed.cast.clerk
    count(reviewed, mixed, clerk, 5)
    refused("same_person", count, reviewed, mixed, clerk, 5)
    for nobody in (world.neighbour.clerk, world.far.signer, reviewed.cast.resident,
                   voter(reviewed.cast.members[12], reviewed.now)):  # fmt: skip
        refused("not_teller", count, reviewed, mixed, nobody, 5)
    # a member in the room may be a teller
    assert count(reviewed, mixed, voters(reviewed, 1)[0], 5) is True
    refused("paper_agreed", count, reviewed, mixed, reviewed.cast.signer, 5)


def test_a_recused_person_does_not_count(reviewed, world):
    meeting = opened(reviewed)
    away = reviewed.cast.members[3]
    box = open_ballot(
        reviewed, meeting, recusals=[{"member_id": member(meeting, away).pk, "reason": "亲属"}]
    )
    paper(reviewed, box, reviewed.cast.members[:2])
    refused("teller_recused", count, reviewed, box, voter(away, reviewed.now), 2)
    world.troupe.give(reviewed.cast.signer, "organisation_agent",
                      organisation=reviewed.cast.organisation)  # fmt: skip
    refused("teller_recused", count, reviewed, box, reviewed.cast.signer, 2)


def test_counts_that_differ_are_counted_anew_and_nobody_learns_the_other(reviewed, mixed):
    cast_ = reviewed.cast
    count(reviewed, mixed, cast_.clerk, 3, 2)
    assert count(reviewed, mixed, cast_.signer, 2, 3) is False
    assert (again(mixed).attempt, again(mixed).agreed) == (2, None)
    refused("paper_not_counted", close_ballot, reviewed, mixed)
    told = [event.body for event in AuditEvent.objects.filter(kind="ballot.paper_counted")]
    assert len(told) == 2 and not any("yes" in body for body in told)
    assert count(reviewed, mixed, cast_.clerk, 3, 2) is None
    assert count(reviewed, mixed, cast_.party, 3, 2) is True
    assert again(mixed).agreed == 2
    assert close_ballot(reviewed, mixed).yes == 7
    assert PaperCount.objects.count() == 4


@pytest.mark.parametrize("numbers", [(6,), (4,), (5, 1), (-1, 6), (0,)])
def test_a_count_accounts_for_every_paper_handed_out(reviewed, mixed, numbers):
    refused("paper_sum_wrong", count, reviewed, mixed, reviewed.cast.clerk, *numbers)


def test_spoiled_and_missing_papers_abstain(reviewed, mixed):
    for person in (reviewed.cast.clerk, reviewed.cast.signer):
        count(reviewed, mixed, person, 1, 0, 0, 2, 2)
    item = close_ballot(reviewed, mixed)
    assert (item.yes, item.no, item.abstain, item.result) == (5, 2, 4, ItemResult.LOST)


def test_the_sheet_of_the_count_is_kept(reviewed, mixed):
    count(reviewed, mixed, reviewed.cast.clerk, 5, scan=False)
    refused("scan_missing", count, reviewed, mixed, reviewed.cast.signer, 5, scan=False)
    count(reviewed, mixed, reviewed.cast.signer, 5)
    scan = PaperCount.objects.get(place=2).scan
    assert scan.purpose == "tally"


def test_without_paper_nothing_is_counted(reviewed, box):
    refused("no_paper", count, reviewed, box, reviewed.cast.clerk, 1)


def test_a_failure_half_way_leaves_nothing(reviewed, box, monkeypatch):
    people = reviewed.cast.members[:2]
    leaves_nothing_half_way(monkeypatch, paper, reviewed, box, people, at="core.audit.record")
    paper(reviewed, box, people)
    leaves_nothing_half_way(
        monkeypatch, count, reviewed, box, reviewed.cast.clerk, 2, at="core.audit.record"
    )
