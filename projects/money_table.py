"""The money of communities as plain rows for pages: cap, reserved, paid, left (fen). Read only."""

from django.db.models import Q

from communities.models import Community
from projects.models import Envelope
from projects.selectors import rule_set_in_force

FIRST_YEAR = 2015


def communities_of_scope(scope):
    """The communities whose money this person may read, in the order of the codes."""
    rows = Community.objects.select_related("street").order_by("code")
    if scope.all:
        return rows
    return rows.filter(Q(pk__in=scope.community_ids) | Q(street_id__in=scope.street_ids))


def cap_of_year(today, year):
    """The cap that a new envelope of the year would get; None without a rule set."""
    day = today if year == today.year else today.replace(year=year, month=1, day=1)
    rule_set = rule_set_in_force(day)
    return rule_set.community_year_cap_fen if rule_set else None


def rows_of_year(communities, *, year, default_cap):
    """One row per community, also for those that have not used any money of the year yet."""
    envelopes = {
        envelope.community_id: envelope
        for envelope in Envelope.objects.filter(year=year, community__in=communities)
    }
    rows = []
    for community in communities:
        envelope = envelopes.get(community.pk)
        cap = envelope.cap_fen if envelope else default_cap
        if cap is None:
            continue
        reserved = envelope.reserved_fen if envelope else 0
        paid = envelope.paid_fen if envelope else 0
        rows.append(
            {
                "community": community,
                "street": community.street,
                "cap_fen": cap,
                "reserved_fen": reserved,
                "paid_fen": paid,
                "free_fen": cap - reserved - paid,
                "is_used": envelope is not None,
                "paid_bar": paid * 1000 // cap,
                "reserved_bar": reserved * 1000 // cap,
            }
        )
    return rows


def sums(rows):
    """The totals under the table."""
    return {
        key: sum(row[key] for row in rows)
        for key in ("cap_fen", "reserved_fen", "paid_fen", "free_fen")
    }
