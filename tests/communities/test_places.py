"""The map: 112 communities in ten streets, each with its pool and offices."""

import pytest

from communities import selectors
from communities.models import (
    Community,
    District,
    GatekeepingDepartment,
    NeedPool,
    Office,
    OfficeKind,
    Street,
)
from communities.roles import Role
from communities.services import gatekeeping
from communities.services import places as services
from core.models import AuditEvent
from core.refusals import BadInput, Conflict, NotAllowed
from core.verify import run
from tests.communities.conftest import luohu_rows

pytestmark = pytest.mark.django_db


def test_luohu_has_112_pools_one_per_committee(founder, now):
    services.load_places(rows=luohu_rows(), actor=founder, now=now)
    assert (District.objects.count(), Street.objects.count()) == (1, 10)
    assert Community.objects.count() == NeedPool.objects.count() == 112
    assert Office.objects.count() == 4 + 10 * 7 + 112 * 3
    assert GatekeepingDepartment.objects.count() == 10 * 6
    assert run(now, only=["P1"]).findings == []


def test_loading_again_changes_nothing(founder, now):
    services.load_places(rows=luohu_rows()[:5], actor=founder, now=now)
    events = AuditEvent.objects.count()
    made = services.load_places(rows=luohu_rows()[:5], actor=founder, now=now)
    assert made == {"districts": 0, "streets": 0, "communities": 0}
    assert AuditEvent.objects.count() == events


def test_abbreviations_are_unique_within_their_street():
    rows = luohu_rows()
    assert len({(row["street_code"], row["abbr"]) for row in rows}) == 112
    assert len({row["street_abbr"] for row in rows}) == 10


def test_a_row_with_a_gap_is_refused_with_its_line_and_nothing_is_loaded(founder, now):
    rows = luohu_rows()[:3]
    rows[1]["abbr"] = " "
    with pytest.raises(BadInput) as refusal:
        services.load_places(rows=rows, actor=founder, now=now)
    assert "第3行" in str(refusal.value)
    assert Community.objects.count() == 0


@pytest.mark.parametrize("role", [Role.COMMITTEE_CLERK, Role.AFFAIRS_CLERK, Role.DISTRICT_OFFICER])
def test_only_the_system_admin_sets_up_places(role, holder_of, home, now):
    place = {
        Role.COMMITTEE_CLERK: home,
        Role.AFFAIRS_CLERK: home.street,
        Role.DISTRICT_OFFICER: home.street.district,
    }[role]
    with pytest.raises(NotAllowed):
        services.load_places(rows=luohu_rows()[:1], actor=holder_of(role, place), now=now)
    with pytest.raises(NotAllowed):
        services.load_places(rows=luohu_rows()[:1], actor=None, now=now)


def test_a_street_may_have_its_own_list_of_gatekeepers_from_a_day_on(dongmen, founder, now):
    today = now.date()
    assert selectors.gatekeepers_of(dongmen, today).count() == 6
    gatekeeping.set_gatekeeping(
        street=dongmen,
        kinds=[OfficeKind.SAFETY, OfficeKind.DEVELOPMENT],
        since=today,
        actor=founder,
        now=now,
    )
    kinds = set(selectors.gatekeepers_of(dongmen, today).values_list("kind", flat=True))
    assert kinds == {"safety", "development"}
    yesterday = today.replace(year=today.year - 1)
    assert selectors.gatekeepers_of(dongmen, yesterday).count() == 6


def test_a_list_of_gatekeepers_is_never_empty(dongmen, founder, now):
    with pytest.raises(BadInput):
        gatekeeping.set_gatekeeping(
            street=dongmen, kinds=[], since=now.date(), actor=founder, now=now
        )


def test_a_place_is_opened_once_and_renamed_with_a_trace(dongmen, founder, now):
    fields = {"street": dongmen, "code": "440303003999", "name": "新设社区", "abbr": "XSQ"}
    community = services.open_community(**fields, actor=founder, now=now)
    assert community.pool and community.offices.count() == 3
    with pytest.raises(Conflict):
        services.open_community(**fields, actor=founder, now=now)
    services.rename_place(place=community, name="改名社区", actor=founder, now=now)
    event = AuditEvent.objects.get(kind="place.renamed")
    assert event.data == {"from": "新设社区", "to": "改名社区"}


def test_codes_of_places_go_from_wide_to_narrow(home):
    codes = home.codes
    assert home.code.startswith(codes.street) and codes.street.startswith(codes.district)
    assert home.street.codes.community == ""


def test_a_department_joins_and_leaves_the_list_but_never_the_last_one(dongmen, founder, now):
    today = now.date()
    office = selectors.office_of(OfficeKind.STREET_OFFICE, street=dongmen)
    row = gatekeeping.add_gatekeeping(
        street=dongmen, office=office, since=today, actor=founder, now=now
    )
    assert office in selectors.gatekeepers_of(dongmen, today)
    with pytest.raises(Conflict):
        gatekeeping.add_gatekeeping(
            street=dongmen, office=office, since=today, actor=founder, now=now
        )
    gatekeeping.end_gatekeeping(department_id=row.pk, until=today, actor=founder, now=now)
    assert AuditEvent.objects.filter(kind__startswith="gatekeeping.").count() == 2
    gatekeeping.set_gatekeeping(
        street=dongmen, kinds=[OfficeKind.SAFETY], since=today, actor=founder, now=now
    )
    last = GatekeepingDepartment.objects.get(street=dongmen, until=None)
    with pytest.raises(Conflict):
        gatekeeping.end_gatekeeping(department_id=last.pk, until=today, actor=founder, now=now)


def test_only_offices_of_the_street_keep_its_gate(dongmen, cuizhu, founder, now):
    office = selectors.office_of(OfficeKind.SAFETY, street=cuizhu)
    with pytest.raises(BadInput):
        gatekeeping.add_gatekeeping(
            street=dongmen, office=office, since=now.date(), actor=founder, now=now
        )
