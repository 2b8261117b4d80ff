"""Quorum, majority, recusal and abstention for every council of 5 to 30, against a second opinion.

The oracle shares no code with the rules: it puts people in a room, lets them leave and raise their
hands, and compares heads with exact fractions.
"""

import itertools
from fractions import Fraction

import pytest

from deliberation import rules
from deliberation.choices import State
from deliberation.models import MeetingMember
from tests.deliberation.council import announce, item_of, open_meeting, people, vote
from tests.deliberation.helpers import codes
from tests.deliberation.secret import cast_all, close_ballot, open_ballot

SIZES = range(5, 31)
TWO_THIRDS = Fraction(2, 3)


def valid(room, judges):
    """The oracle: more than two thirds of those who may judge this item sit in the room."""
    return bool(judges) and Fraction(len(room & judges), len(judges)) > TWO_THIRDS


def passes(ayes, voters):
    """The oracle: the ayes outnumber everybody else who may vote."""
    return len(ayes) > len(voters - ayes)


@pytest.mark.parametrize("size", SIZES)
def test_the_quorum_of_an_item_with_every_presence_and_recusal(size):
    council = set(range(size))
    for present in range(size + 1):
        room = set(range(present))
        for out_here, out_away in itertools.product(range(present + 1), range(size - present + 1)):
            judges = council - set(range(out_here)) - set(range(size - out_away, size))
            wanted = valid(room, judges)
            enough = present - out_here >= rules.item_quorum(size, out_here + out_away)
            assert enough is wanted, (size, present, out_here, out_away)


@pytest.mark.parametrize("size", SIZES)
def test_the_majority_with_every_tally(size):
    voters = set(range(size))
    for yes in range(size + 1):
        for no in range(size - yes + 1):
            abstain = size - yes - no
            assert rules.tally_adds_up(yes, no, abstain, size)
            assert not rules.tally_adds_up(yes, no, abstain, size + 1)
            assert rules.is_carried(yes, size) is passes(set(range(yes)), voters)


@pytest.mark.parametrize("size", SIZES)
def test_ballots_and_paper_with_every_split(size):
    """Phone votes y/n, paper y/n, the rest silent, spoilt or not handed back: all those abstain."""
    for yes, no in itertools.product(range(size + 1), repeat=2):
        if yes + no > size:
            continue
        for paper_yes in range(0, yes + 1, 2):
            for paper_no in range(0, no + 1, 3):
                choices = ["yes"] * (yes - paper_yes) + ["no"] * (no - paper_no)
                silent = size - yes - no
                for spoiled in {0, silent // 2, silent}:
                    paper = (paper_yes, paper_no, 0, spoiled, 0)
                    assert rules.ballot_tally(choices, paper, size) == (yes, no, silent)


def shrink(meeting, size):
    """Leave that many on the roster, as if the council had been so small when it was announced."""
    kept = list(meeting.members.order_by("pk").values_list("pk", flat=True)[:size])
    MeetingMember.objects.filter(meeting=meeting).exclude(pk__in=kept).delete()
    meeting.member_count, meeting.quorum = size, rules.quorum_needed(size)
    meeting.save()


@pytest.mark.parametrize("size, present", [(5, 3), (5, 4), (9, 6), (9, 7), (12, 8), (12, 9),
                                           (13, 8), (13, 9)])  # fmt: skip
def test_the_services_say_the_same_of_a_meeting(walk, size, present):
    reviewed = walk().to(State.REVIEWED)
    meeting = announce(reviewed)
    shrink(meeting, size)
    reviewed.days(4)
    if not valid(set(range(present)), set(range(size))):
        assert "no_quorum" in codes(open_meeting, reviewed, meeting, present=present)
        return
    open_meeting(reviewed, meeting, present=present)
    yes = present // 2
    item = vote(reviewed, meeting, yes, present - yes, 0)
    assert (item.result == "carried") is passes(set(range(yes)), set(range(present)))


@pytest.mark.parametrize("present, out_here, out_away", [(9, 1, 0), (9, 0, 4), (10, 1, 0), (10, 2, 0),
                                                         (11, 3, 0), (11, 2, 1), (13, 6, 0)])  # fmt: skip
def test_the_services_say_the_same_of_recusal(walk, present, out_here, out_away):
    reviewed = walk().to(State.REVIEWED)
    meeting = announce(reviewed)
    reviewed.days(4)
    open_meeting(reviewed, meeting, present=present)
    order = people(reviewed, 13)
    # the chair, the first of them, stays
    out = order[1 : out_here + 1] + order[13 - out_away :]
    recusals = [
        {"member_id": pk, "reason": "亲属"}
        for pk in meeting.members.filter(person__in=out).values_list("pk", flat=True)
    ]
    judges = set(order) - set(out)
    voters = judges & set(order[:present])
    if not valid(set(order[:present]), judges):
        assert "item_no_quorum" in codes(open_ballot, reviewed, meeting, recusals=recusals)
        return
    box = open_ballot(reviewed, meeting, recusals=recusals)
    assert box.entitled == len(voters)
    reviewed.now = box.ends_at
    close_ballot(reviewed, box, is_cut_off=True)
    item = item_of(reviewed, meeting)
    assert (item.result, item.abstain) == ("lost", len(voters))


@pytest.mark.parametrize("ayes", range(12))
def test_the_services_say_the_same_of_a_secret_ballot(walk, ayes):
    reviewed = walk().to(State.REVIEWED)
    meeting = announce(reviewed)
    reviewed.days(4)
    open_meeting(reviewed, meeting)
    box = open_ballot(reviewed, meeting)
    cast_all(reviewed, box, "y" * ayes)
    reviewed.now = box.ends_at
    item = close_ballot(reviewed, box, is_cut_off=True)
    assert (item.result == "carried") is passes(set(range(ayes)), set(range(11)))
