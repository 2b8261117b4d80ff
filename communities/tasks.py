"""Sweeping: counters of days gone by. A lost or doubled run changes nothing."""

from communities.services.flood import forget_expired
from core.periodic import periodic


@periodic("communities.forget_flood_counters")
def forget_flood_counters(now):
    return forget_expired(now=now)
