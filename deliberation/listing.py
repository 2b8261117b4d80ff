"""The list of proposals: filter, order and totals. Words of the address never become lookups."""

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from deliberation.choices import State

ORDERS = {
    "new": ("-entered_or_made", "-pk"),
    "old": ("entered_or_made", "pk"),
    "dear": ("-proposal__amount_fen", "-pk"),
    "cheap": ("proposal__amount_fen", "pk"),
}
LOOKUPS = {
    "street": "proposal__community__street__code",
    "community": "proposal__community__code",
    "type": "proposal__type",
    "year": "proposal__year",
    "state": "state",
}


def filtered(rows, *, q="", order="new", **words):
    """Rows of the list; unknown words are ignored, an unknown order is the newest first."""
    given = {LOOKUPS[key]: value for key, value in words.items() if key in LOOKUPS and value}
    rows = rows.filter(**given)
    for word in q.split():
        rows = rows.filter(Q(proposal__title__icontains=word) | Q(proposal__number__icontains=word))
    rows = rows.annotate(entered_or_made=Coalesce("entered_at", "proposal__created_at"))
    return rows.order_by(*ORDERS.get(order, ORDERS["new"]))


def totals(rows):
    """How many, how much was asked for, how much of it is established (fen)."""
    is_established = Q(state=State.ESTABLISHED)
    found = rows.order_by().aggregate(
        count=Count("pk"),
        amount_fen=Sum("proposal__amount_fen"),
        established=Count("pk", filter=is_established),
        established_fen=Sum("proposal__amount_fen", filter=is_established),
    )
    return {key: value or 0 for key, value in found.items()}
