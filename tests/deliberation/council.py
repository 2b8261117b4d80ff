"""Step 4 in short words: announce, open, vote, close — each act alone, for tests of refusals."""

from datetime import timedelta

from deliberation.services import meetings, votes


def items_of(*walks, purpose="establish", presenter="社工小陈"):
    return [
        {"matter_id": walk.pk, "purpose": purpose, "presenter": presenter} for walk in walks
    ]  # fmt: skip


def announce(walk, *, by=None, at=None, items=None, **words):
    words = {"place": "社区会议室", "announced_places": "宣传栏"} | words
    return meetings.announce(
        community_id=walk.cast.community.pk, starts_at=at or walk.now + timedelta(days=4),
        items=items_of(walk) if items is None else items, actor=by or walk.cast.clerk,
        now=walk.now, **words,
    )  # fmt: skip


def people(walk, number):
    """The ids of the first members of the council."""
    return [person.pk for person in walk.cast.members[:number]]


def open_meeting(walk, meeting, *, by=None, present=11, **words):
    present = people(walk, present) if isinstance(present, int) else present
    words = {
        "chair_id": walk.cast.members[0].pk, "recorder_id": walk.cast.clerk.person_id,
        "present_ids": present, "resident_count": 5, "deputy_count": 1,
    } | words  # fmt: skip
    return meetings.open_meeting(
        meeting_id=meeting.pk, actor=by or walk.cast.clerk, now=walk.now, **words
    )


def opened(walk, *, present=11, **words):
    """A meeting for this walk alone that is open, four days later."""
    meeting = announce(walk, **words)
    walk.days(4)
    return open_meeting(walk, meeting, present=present)


def item_of(walk, meeting):
    return meeting.items.get(matter_id=walk.pk)


def vote(walk, meeting, yes=11, no=0, abstain=0, *, by=None, **words):
    words = {"method": "hands", "tellers": "监票员二人"} | words
    return votes.vote(
        item_id=item_of(walk, meeting).pk, yes=yes, no=no, abstain=abstain,
        actor=by or walk.cast.clerk, now=walk.now, **words,
    )  # fmt: skip


def defer(walk, meeting, reason="资料不全"):
    return votes.defer_item(
        item_id=item_of(walk, meeting).pk, reason=reason, actor=walk.cast.clerk, now=walk.now
    )


def adjourn(walk, meeting, present=8, *, by=None, **words):
    return votes.adjourn(
        meeting_id=meeting.pk, present_ids=people(walk, present), actor=by or walk.cast.clerk,
        now=walk.now, **words,
    )  # fmt: skip


def cancel(walk, meeting, reason="台风", *, by=None):
    return votes.cancel(
        meeting_id=meeting.pk, reason=reason, actor=by or walk.cast.clerk, now=walk.now
    )


def close(walk, meeting, minutes="逐项表决，当场宣布。", *, by=None):
    return votes.close(
        meeting_id=meeting.pk, minutes=minutes, actor=by or walk.cast.clerk, now=walk.now
    )


def named(meeting, choices):
    """Votes by name of those present, in seat order: a letter each, y n a."""
    words = {"y": "yes", "n": "no", "a": "abstain"}
    present = meeting.members.filter(is_present=True).order_by("pk")
    return [
        {"member_id": member.pk, "choice": words[letter]}
        for member, letter in zip(present, choices, strict=True)
    ]


def member(meeting, person):
    return meeting.members.get(person=person)
