"""Named questions about rounds of questionnaires. Read only."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities import rules
from communities.models import RoundState, RoundTally, SolicitationRound
from communities.permissions import scope_of
from core.refusals import NotFound, Reason


def public_rounds():
    """Rounds anybody may read: those whose figures are fixed, the latest first."""
    return SolicitationRound.objects.public().with_places().order_by("-closed_on", "-pk")


def public_round(number):
    one = public_rounds().filter(number=number).first()
    if one is None:
        raise unknown()
    return one


def rounds_for(user, on):
    """The rounds of the places this person works for, in every state, the latest first."""
    scope = scope_of(user, on)
    rows = SolicitationRound.objects.with_places().order_by("-opened_on", "-pk")
    if scope.all:
        return rows
    return rows.filter(
        Q(pool__community__in=scope.community_ids) | Q(pool__community__street__in=scope.street_ids)
    )


def round_for(user, number, on):
    one = rounds_for(user, on).filter(number=number).first()
    if one is None:
        raise unknown()
    return one


def rounds_visible_to(user, on):
    """What anybody may read, and of one's own places the rest."""
    mine = rounds_for(user, on).order_by().values("pk")
    rows = SolicitationRound.objects.with_places().filter(
        Q(state=RoundState.CLOSED) | Q(pk__in=mine)
    )
    return rows.order_by("-opened_on", "-pk")


def visible_round(user, number, on):
    one = rounds_visible_to(user, on).filter(number=number).first()
    if one is None:
        raise unknown()
    return one


def unknown():
    """One answer for what does not exist and for what one may not see."""
    return NotFound(
        Reason(
            "round_unknown", _("没有这一轮问需，或还没有汇总公开。"), remedy=_("请核对轮次编号。")
        )
    )


def key_of(number):
    """The key of the round of this number; 0, which no round has, when there is none."""
    rows = SolicitationRound.objects.filter(number=number).values_list("pk", flat=True)
    return rows.first() or 0


def filtered_rounds(rows, *, q="", street="", community="", state="", method=""):
    """The rows of a list, by codes and keys only: no lookup ever comes from an address."""
    words = {
        "pool__community__street__code": street,
        "pool__community__code": community,
        "state": state,
        "method": method,
    }
    rows = rows.filter(**{key: value for key, value in words.items() if value})
    return rows.filter(Q(number__icontains=q) | Q(title__icontains=q)) if q else rows


def rounds_to_key_in(communities, on):
    """Rounds whose paper forms may be keyed in as needs on that day, the latest first."""
    since = on - timedelta(days=rules.round_key_in_days())
    rows = SolicitationRound.objects.with_places().filter(pool__community__in=communities)
    return rows.filter(
        Q(state=RoundState.OPEN) | Q(state=RoundState.CLOSED, closed_on__gte=since)
    ).order_by("-opened_on", "-pk")


def tallies_to_cite(community):
    """What a proposal of this community may cite: the lines of its closed rounds, latest first."""
    rows = RoundTally.objects.filter(
        round__pool__community=community, round__state=RoundState.CLOSED
    )
    return rows.select_related("round").order_by("-round__closed_on", "-round", "-count", "pk")


def needs_of(one):
    """The needs keyed in from this round's forms that anybody may read: how many, and the first."""
    rows = one.needs.public().order_by("pk")
    return {"count": rows.count(), "first": list(rows[:20])}


def bars_of(one):
    """The lines of a round for a chart: each with its share of the valid forms, in percent."""
    return [
        {
            "label": line.label,
            "category": line.category_label,
            "count": line.count,
            "percent": line.count * 100 // one.valid if one.valid else 0,
        }
        for line in one.tallies.all()
    ]


def figures_of(one):
    """What the round says now: counts of forms, and of each label."""
    return {
        "handed_out": one.handed_out,
        "returned": one.returned,
        "valid": one.valid,
        "tallies": {line.label: line.count for line in one.tallies.all()},
    }
