"""What may be read of secret ballots: who may vote now, how many have; never a choice before the end."""

from django.db.models import Count, Exists, OuterRef, Q

from deliberation.choices import BoxState, RightUse
from deliberation.models import PaperCount, VotingRight


def ballots_of(user):
    """The rights of a person in the ballots that are open now, with their items."""
    return (
        VotingRight.objects.filter(box__state=BoxState.OPEN, member__person=user.person_id)
        .select_related(
            "box__item__meeting__community__street",
            "box__item__matter__proposal__community__street",
        )
        .annotate(
            has_paper=Exists(
                VotingRight.objects.filter(box=OuterRef("box"), used=RightUse.PAPER).order_by()
            )
        )
        .order_by("box__opened_at", "pk")
    )


def waiting_for(user):
    """How many open ballots wait for this person's vote."""
    return ballots_of(user).filter(used=RightUse.UNUSED).count()


def right_in(item, user):
    """The person's right in the item's ballot, or None."""
    person = getattr(user, "person_id", None)
    if person is None:
        return None
    return VotingRight.objects.filter(box__item=item, member__person=person).first()


def unused_of(item):
    """The members who have not voted, for handing out paper."""
    rights = VotingRight.objects.filter(box__item=item, used=RightUse.UNUSED)
    rights = rights.select_related("member__person").order_by("member_id")
    return [right.member for right in rights]


def with_counts(items):
    """Give every item with a ballot its `ballot`: how many may vote, have voted, hold paper."""
    boxes = {item.box.pk: item for item in items if getattr(item, "box", None)}
    for item in items:
        item.ballot = None
    if not boxes:
        return items
    rows = VotingRight.objects.filter(box__in=boxes).order_by().values("box")
    counts = rows.annotate(
        cast=Count("pk", filter=~Q(used=RightUse.UNUSED)),
        on_paper=Count("pk", filter=Q(used=RightUse.PAPER)),
    )
    for row in counts:
        item = boxes[row["box"]]
        item.ballot = {
            "state": item.box.state,
            "is_open": item.box.state == BoxState.OPEN,
            "is_all_in": row["cast"] == item.box.entitled,
            "entitled": item.box.entitled,
            "used": row["cast"],
            "paper": row["on_paper"],
            "ends_at": item.box.ends_at,
            "attempt": item.box.attempt,
            "is_paper_agreed": item.box.agreed is not None,
        }
    return items


def entered(item):
    """How many of the two have keyed in the present count of the paper: 0, 1 or 2."""
    box = item.box
    return PaperCount.objects.filter(box=box, attempt=box.attempt).count()
