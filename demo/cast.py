"""Invented people with real offices: who acts in the demo, the replay and the tests.

Names are made of common syllables and belong to nobody.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Max

from accounts.models import User
from accounts.services import create_person, create_user
from communities.models import CouncilTerm, OfficeKind, OrganisationKind, SeatKind
from communities.roles import Role
from communities.selectors import gatekeepers_of, office_of
from communities.services.appointments import appoint
from communities.services.councils import open_term, seat_member
from communities.services.organisations import register_organisation

SURNAMES = "陈林黄李张吴刘王郑梁罗曾邓叶蔡何"
GIVEN = (
    "建华",
    "秀兰",
    "志强",
    "丽娟",
    "国平",
    "美玲",
    "伟明",
    "桂芳",
    "海燕",
    "永康",
    "晓敏",
    "德成",
    "玉珍",
    "俊杰",
)
SINCE = date(2015, 1, 1)
# organisations were there before their people were appointed: the rules ask for a year
OLD_ENOUGH = timedelta(days=3 * 365)
# 议事会 of 13 as in 新南社区's third term: 2 党委, 1 居委会, 1 人大代表, 2 企事业, 7 居民.
SEATS = (
    [SeatKind.PARTY] * 2 + [SeatKind.COMMITTEE, SeatKind.DEPUTY]
    + [SeatKind.ENTERPRISE] * 2 + [SeatKind.RESIDENT] * 7
)  # fmt: skip


def name_of(n):
    """The n-th invented name."""
    return SURNAMES[n % len(SURNAMES)] + GIVEN[(n // len(SURNAMES)) % len(GIVEN)]


@dataclass
class StreetCast:
    """The street's people: affairs desk, approver, one reviewer per gatekeeping department."""

    street: object
    affairs: User = None
    approver: User = None
    reviewers: dict = field(default_factory=dict)


@dataclass
class CommunityCast:
    """A community's people: clerk, two signers, station, resident, council and an organisation."""

    community: object
    street: StreetCast
    clerk: User = None
    party: User = None
    signer: User = None
    station: User = None
    resident: User = None
    agent: User = None
    organisation: object = None
    members: list = field(default_factory=list)


class Troupe:
    """Hires people through the services and keeps count, so that names and logins are stable."""

    def __init__(self, *, founder, now, password=None, is_demo=False, since=SINCE, count=0):
        self.founder, self.now, self.since = founder, now, since
        self.password, self.is_demo = password, is_demo
        self.count = count

    def person(self, name=None):
        """A new person, invented unless a name is given."""
        self.count += 1
        return create_person(name=name or name_of(self.count * 7), actor=self.founder, now=self.now)

    def user(self, login, *, is_office=True, person=None):
        """A new account for a new person, or for the person given."""
        return create_user(
            username=login, password=self.password, person=person or self.person(),
            actor=self.founder, now=self.now, is_demo=self.is_demo, is_office_user=is_office,
        )  # fmt: skip

    def give(self, user_or_person, role, **where):
        """Appoint; `where` is office, community or organisation."""
        person = getattr(user_or_person, "person", user_or_person)
        return appoint(
            person=person, role=role, starts_on=self.since, actor=self.founder, now=self.now,
            **where,
        )  # fmt: skip

    def officer(self, login, district, role=Role.DISTRICT_OFFICER):
        """Somebody at the district's civil affairs bureau."""
        user = self.user(login)
        self.give(user, role, office=office_of(OfficeKind.CIVIL_AFFAIRS, district=district))
        return user

    def street(self, street, login):
        """Hire the street: logins are `login`_affairs, _approver, _review_<department>."""
        cast = StreetCast(street)
        cast.affairs = self.user(f"{login}_affairs")
        self.give(
            cast.affairs, Role.AFFAIRS_CLERK, office=office_of(OfficeKind.AFFAIRS, street=street)
        )
        cast.approver = self.user(f"{login}_approver")
        self.give(
            cast.approver, Role.STREET_APPROVER,
            office=office_of(OfficeKind.STREET_OFFICE, street=street),
        )  # fmt: skip
        for office in gatekeepers_of(street, self.since):
            reviewer = self.user(f"{login}_review_{office.kind}")
            self.give(reviewer, Role.DEPARTMENT_REVIEWER, office=office)
            cast.reviewers[office] = reviewer
        return cast

    def recall_street(self, street, login):
        """The street's people again, hired in an earlier run; None when nobody was."""
        users = User.objects.select_related("person").filter(username__startswith=f"{login}_")
        by_login = {user.username: user for user in users}
        if f"{login}_affairs" not in by_login:
            return None
        cast = StreetCast(street, by_login[f"{login}_affairs"], by_login[f"{login}_approver"])
        for office in gatekeepers_of(street, self.since):
            cast.reviewers[office] = by_login[f"{login}_review_{office.kind}"]
        return cast

    def community(self, community, street_cast, login, *, seats=SEATS, credit_code=None):
        """Hire a community: logins are `login`_clerk, _party, _signer, _station, _resident, _agent."""
        cast = CommunityCast(community, street_cast)
        committee = office_of(OfficeKind.RESIDENTS_COMMITTEE, community=community)
        party = office_of(OfficeKind.PARTY_COMMITTEE, community=community)
        station = office_of(OfficeKind.WORKSTATION, community=community)
        for attribute, role, office in (
            ("clerk", Role.COMMITTEE_CLERK, committee),
            ("party", Role.PARTY_SIGNER, party),
            ("signer", Role.COMMITTEE_SIGNER, committee),
            ("station", Role.STATION_CLERK, station),
        ):
            user = self.user(f"{login}_{attribute}")
            self.give(user, role, office=office)
            setattr(cast, attribute, user)
        cast.resident = self.user(f"{login}_resident", is_office=False)
        self.give(cast.resident, Role.RESIDENT, community=community)
        cast.organisation = self.organisation(community, credit_code)
        cast.agent = self.user(f"{login}_agent", is_office=False)
        self.give(cast.agent, Role.ORGANISATION_AGENT, organisation=cast.organisation)
        cast.members = self.council(community, seats)
        return cast

    def organisation(self, community, credit_code=None, name=None):
        """A registered social organisation working in the community."""
        code = credit_code or credit_code_of(f"G{self.count:05d}")
        return register_organisation(
            kind=OrganisationKind.REGISTERED,
            name=name or f"{community.name}邻里互助服务中心", credit_code=code,
            community=community, registered_on=self.since - OLD_ENOUGH, actor=self.founder, now=self.now,
        )  # fmt: skip

    def council(self, community, seats=SEATS):
        """A council in office for five years; returns its people in seat order."""
        last = CouncilTerm.objects.filter(community=community).aggregate(Max("number"))
        term = open_term(
            community=community, number=(last["number__max"] or 0) + 1, starts_on=self.since,
            ends_on=date(self.since.year + 5, self.since.month, self.since.day),
            actor=self.founder, now=self.now,
        )  # fmt: skip
        people = []
        for seat in seats:
            person = self.person()
            seat_member(term=term, person=person, seat=seat, actor=self.founder, now=self.now)
            people.append(person)
        return people


def credit_code_of(tail):
    """A unified social credit code with a right check digit; the body is invented.

    GB 32100-2015: 17 characters and one check character.
    """
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = ("52440303" + tail.upper().replace("I", "1").replace("O", "0")).ljust(17, "0")[:17]
    total = sum(alphabet.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + alphabet[(31 - total % 31) % 31]
