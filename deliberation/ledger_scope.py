"""Of which place, which days and which of the six books: what a document of ledgers is about."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from communities.models import Community, District, Street
from communities.permissions import scope_of
from communities.selectors import communities_of, streets
from core.calendar import start_of
from core.ledgers import LEDGERS, chain_name
from core.models import LedgerRow, PlaceCodes
from core.refusals import NotAllowed, NotFound, Reason
from deliberation.selectors import LEDGERS_FOR_STAFF
from projects.choices import Level


@dataclass(frozen=True)
class Place:
    """A community, a street or the district, with the places it lies in."""

    level: str
    district: District
    street: Street | None = None
    community: Community | None = None

    @property
    def codes(self):
        return (self.community or self.street or self.district).codes

    @property
    def code(self):
        return self.codes.narrowest

    @property
    def name(self):
        if self.community:
            return f"{self.street.name}{self.community.name}"
        return str(self.street or self.district)


@dataclass(frozen=True)
class Asked:
    """What a document is to hold: ledgers by number, a place, whole local days."""

    place: Place
    numbers: tuple
    since: date
    until: date

    def rows(self):
        return rows_of(self.place.codes, self.numbers, self.since, self.until)

    @property
    def ledgers(self):
        return [LEDGERS[number] for number in self.numbers]


def places_for(user, on):
    """The places this person may have a document of, the widest first."""
    scope = scope_of(user, on)
    wide = [one for one in District.objects.order_by("code") if scope.covers_district(one)]
    places = [Place(Level.DISTRICT, one) for one in wide]
    places += [
        Place(Level.STREET, one.district, one) for one in streets() if scope.covers_street(one)
    ]
    return places + [
        Place(Level.COMMUNITY, one.street.district, one.street, one)
        for one in communities_of()
        if scope.covers(one)
    ]


def places_read(user, on):
    """As `places_for`; whoever has none is told that ledgers are for staff."""
    places = places_for(user, on)
    if not places:
        raise NotAllowed(LEDGERS_FOR_STAFF)
    return places


def place_for(user, code, on):
    """The place of this code within one's scope; NotFound else, as if there were none."""
    for place in places_for(user, on):
        if place.code == code:
            return place
    raise NotFound(
        Reason(
            "place_unknown", _("没有这个社区、街道或区，或不在您的管辖范围内。"), "",
            _("请从列表中选择。"), field="place",
        )
    )  # fmt: skip


def rows_of(codes, numbers, since, until):
    """Ledger rows of a place and a period, in the order of a book.

    The order is that of the chains and not of keys, so it is the same in a restored database.
    """
    rows = LedgerRow.objects.filter(
        ledger__in=numbers, at__gte=start_of(since), at__lt=start_of(until + timedelta(days=1))
    )
    return rows.filter(**_within(codes)).order_by("ledger", "at", "chain", "seq")


def counts_of(asked):
    """How many rows of each ledger were asked for: {number: n}, one query."""
    rows = asked.rows().order_by().values("ledger").annotate(n=Count("pk"))
    return {row["ledger"]: row["n"] for row in rows}


def _within(codes):
    column = "community" if codes.community else "street" if codes.street else "district"
    return {f"{column}_code": codes.narrowest}


def chains_of(codes, numbers):
    """The names of every chain that rows of this place can be in."""
    found = {codes}
    if not codes.community:
        rows = Community.objects.filter(street__district__code=codes.district)
        for community, street in rows.values_list("code", "street__code"):
            if codes.street in ("", street):
                found |= {
                    PlaceCodes(codes.district, street),
                    PlaceCodes(codes.district, street, community),
                }
    return [chain_name(number, place) for number in numbers for place in sorted(found)]


def in_scope(scope):
    """A filter of rows with place codes of their own: those that lie in this scope."""
    if scope.all:
        return Q()
    communities = Q(pk__in=scope.community_ids) | Q(street_id__in=scope.street_ids)
    return (
        Q(community_code__in=Community.objects.filter(communities).values("code"))
        | Q(
            community_code="",
            street_code__in=Street.objects.filter(pk__in=scope.street_ids).values("code"),
        )
        | Q(
            street_code="",
            district_code__in=District.objects.filter(pk__in=scope.district_ids).values("code"),
        )
    )
