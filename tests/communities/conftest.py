"""Places and people of the tests, built by the services."""

import csv
from datetime import date
from pathlib import Path

import pytest

from accounts.services import create_person, create_user
from communities import selectors
from communities.models import Community, OfficeKind, Street
from communities.roles import Role
from communities.services.appointments import appoint
from communities.services.needs import file_need
from communities.services.places import load_places

CSV = Path(__file__).parents[2] / "demo/data/luohu_communities.csv"
SINCE = date(2017, 1, 1)
PASSWORD = "correct-horse-battery"


def luohu_rows():
    with CSV.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def founder(db, now):
    """The first account of a new system."""
    person = create_person(name="开办人", actor=None, now=now)
    return create_user(
        username="founder",
        password=PASSWORD,
        person=person,
        actor=None,
        now=now,
        is_superuser=True,
        is_staff=True,
    )


@pytest.fixture
def places(founder, now):
    """Two streets with two communities each."""
    rows = luohu_rows()
    chosen = [row for row in rows if row["street"] in ("东门街道", "翠竹街道")]
    kept = [
        row
        for street in ("东门街道", "翠竹街道")
        for row in [one for one in chosen if one["street"] == street][:2]
    ]
    load_places(rows=kept, actor=founder, now=now)
    return kept


@pytest.fixture
def dongmen(places):
    return Street.objects.select_related("district").get(name="东门街道")


@pytest.fixture
def cuizhu(places):
    return Street.objects.select_related("district").get(name="翠竹街道")


@pytest.fixture
def home(dongmen):
    """The community most tests happen in."""
    return selectors.communities_of(dongmen.code).first()


@pytest.fixture
def neighbour(dongmen):
    """Another community of the same street."""
    return selectors.communities_of(dongmen.code).last()


@pytest.fixture
def far(cuizhu):
    """A community of another street."""
    return selectors.communities_of(cuizhu.code).first()


@pytest.fixture
def a_user(db, now):
    def make(username, **options):
        person = create_person(name=f"{username}的本人", actor=None, now=now)
        return create_user(
            username=username, password=PASSWORD, person=person, actor=None, now=now, **options
        )

    return make


@pytest.fixture
def holder_of(a_user, founder, now):
    """A signed-up person who holds the role at the place: holder_of(Role.COMMITTEE_CLERK, home)."""
    kinds = {
        Role.COMMITTEE_CLERK: OfficeKind.RESIDENTS_COMMITTEE,
        Role.COMMITTEE_SIGNER: OfficeKind.RESIDENTS_COMMITTEE,
        Role.PARTY_SIGNER: OfficeKind.PARTY_COMMITTEE,
        Role.STATION_CLERK: OfficeKind.WORKSTATION,
        Role.AFFAIRS_CLERK: OfficeKind.AFFAIRS,
        Role.DEPARTMENT_REVIEWER: OfficeKind.SAFETY,
        Role.STREET_APPROVER: OfficeKind.STREET_OFFICE,
        Role.DISTRICT_OFFICER: OfficeKind.CIVIL_AFFAIRS,
        Role.AUDITOR: OfficeKind.CIVIL_AFFAIRS,
        Role.SYSTEM_ADMIN: OfficeKind.CIVIL_AFFAIRS,
    }

    def make(role, place, username="", starts_on=SINCE, ends_on=None):
        user = a_user(username or f"{role}.{place.pk}".replace("_", "-"), is_demo=True)
        level = (
            "community"
            if isinstance(place, Community)
            else ("street" if isinstance(place, Street) else "district")
        )
        if role in kinds:
            where = {"office": selectors.office_of(kinds[role], **{level: place})}
        elif role == Role.ORGANISATION_AGENT:
            where = {"organisation": place}
        else:
            where = {"community": place}
        appoint(
            person=user.person,
            role=role,
            starts_on=starts_on,
            ends_on=ends_on,
            actor=founder,
            now=now,
            **where,
        )
        user.refresh_from_db()
        return user

    return make


@pytest.fixture
def clerk(holder_of, home):
    return holder_of(Role.COMMITTEE_CLERK, home, "clerk")


@pytest.fixture
def a_need(now):
    def make(community, **fields):
        words = {
            "category": "safety",
            "content": "三栋楼下的台阶松动，老人容易摔倒",
            "actor": None,
            "now": now,
        }
        return file_need(community_id=community.pk, **(words | fields))

    return make


@pytest.fixture
def sign_in(client, settings):
    # demo accounts do without the second factor; what is tested here lies behind it
    settings.DEMO = True

    def enter(user):
        client.force_login(user, backend="accounts.backends.AccountBackend")
        return client

    return enter
