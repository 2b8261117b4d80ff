"""Secret ballots in short words: open, vote, hand out paper, count, close."""

from accounts.models import User
from accounts.services import create_user
from deliberation.models import BallotBox
from deliberation.services import ballots, paper_counts
from tests.deliberation.council import item_of
from tests.reliability.attempts import png


def voter(person, at):
    """The member's own account, made when first asked for."""
    known = User.objects.filter(person=person).first()
    return known or create_user(
        username=f"member{person.pk}", password=None, person=person, actor=None, now=at,
        is_office_user=False, is_demo=True,
    )  # fmt: skip


def voters(walk, number=None):
    """Accounts of the first members of the council, in seat order."""
    return [voter(person, walk.now) for person in walk.cast.members[:number]]


def open_ballot(walk, meeting, *, by=None, **words):
    words = {"minutes": 10, "tellers": "监票员二人"} | words
    return ballots.open_ballot(
        item_id=item_of(walk, meeting).pk, actor=by or walk.cast.clerk, now=walk.now, **words
    )


def cast(walk, box, user, choice="yes"):
    return ballots.cast_ballot(item_id=box.item_id, choice=choice, actor=user, now=walk.now)


def cast_all(walk, box, choices):
    """The first members vote in seat order: a letter each, y n a."""
    words = {"y": "yes", "n": "no", "a": "abstain"}
    for user, letter in zip(voters(walk, len(choices)), choices, strict=True):
        cast(walk, box, user, words[letter])


def paper(walk, box, people, *, by=None):
    members = box.item.meeting.members.filter(person__in=people).values_list("pk", flat=True)
    return ballots.mark_paper(
        item_id=box.item_id, member_ids=list(members), actor=by or walk.cast.clerk, now=walk.now
    )


def count(walk, box, by, *numbers, scan=True):
    """Key in a count of paper: yes, no, abstain, spoiled, missing; returns what it says."""
    words = ("yes", "no", "abstain", "spoiled", "missing")
    named = dict(zip(words, (*numbers, 0, 0, 0, 0)[:5], strict=True))
    return paper_counts.enter_tally(
        item_id=box.item_id, **named, scan=png() if scan else None, actor=by, now=walk.now
    )[1]


def close_ballot(walk, box, *, by=None, **words):
    return ballots.close_ballot(
        item_id=box.item_id, actor=by or walk.cast.clerk, now=walk.now, **words
    )


def again(box):
    return BallotBox.objects.get(pk=box.pk)
