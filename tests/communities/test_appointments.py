"""Roles begin and end on their dates, are given by the right people and exclude each other."""

from datetime import date, timedelta

import pytest

from accounts.services import create_person
from communities import selectors
from communities.models import Appointment, OfficeKind
from communities.permissions import appointments_of, holds, scope_of
from communities.roles import ROLES, Role
from communities.services import appointments as services
from core.models import AuditEvent
from core.refusals import BadInput, Conflict, NotAllowed
from core.verify import run

pytestmark = pytest.mark.django_db

TODAY = date(2017, 6, 1)


def committee(community):
    return selectors.office_of(OfficeKind.RESIDENTS_COMMITTEE, community=community)


def test_every_role_has_a_row_in_the_table():
    assert set(ROLES) == set(Role.values)


def test_a_role_holds_at_its_own_place_only(clerk, home, neighbour, far):
    assert holds(clerk, Role.COMMITTEE_CLERK, community=home, on=TODAY)
    assert holds(clerk, Role.COMMITTEE_CLERK, office=committee(home), on=TODAY)
    assert holds(clerk, Role.COMMITTEE_CLERK, on=TODAY)
    assert not holds(clerk, Role.COMMITTEE_CLERK, community=neighbour, on=TODAY)
    assert not holds(clerk, Role.COMMITTEE_CLERK, street=home.street, on=TODAY)
    assert not holds(clerk, Role.COMMITTEE_SIGNER, community=home, on=TODAY)


def test_a_street_role_is_no_community_role(holder_of, home):
    user = holder_of(Role.AFFAIRS_CLERK, home.street)
    assert holds(user, Role.AFFAIRS_CLERK, street=home.street, on=TODAY)
    assert not holds(user, Role.AFFAIRS_CLERK, community=home, on=TODAY)


@pytest.mark.parametrize(
    "day, held",
    [(date(2017, 2, 28), False), (date(2017, 3, 1), True), (date(2017, 5, 31), True),
     (date(2017, 6, 1), False)],
)  # fmt: skip
def test_a_role_holds_from_its_first_to_its_last_day(day, held, holder_of, home):
    user = holder_of(
        Role.COMMITTEE_CLERK, home, starts_on=date(2017, 3, 1), ends_on=date(2017, 5, 31)
    )
    assert holds(user, Role.COMMITTEE_CLERK, community=home, on=day) is held


def test_a_disabled_account_holds_nothing(clerk, home):
    clerk.is_active = False
    assert appointments_of(clerk, TODAY) == []
    assert scope_of(clerk, TODAY).is_empty


def test_nobody_is_a_visitor():
    assert appointments_of(None, TODAY) == []
    assert scope_of(None, TODAY).is_empty


def test_roles_are_asked_once_per_day(clerk, home, django_assert_num_queries):
    holds(clerk, Role.COMMITTEE_CLERK, community=home, on=TODAY)
    with django_assert_num_queries(0):
        holds(clerk, Role.COMMITTEE_CLERK, community=home, on=TODAY)
        scope_of(clerk, TODAY)


def test_a_new_role_is_known_at_once(clerk, home, neighbour, founder, now):
    assert not holds(clerk, Role.COMMITTEE_CLERK, community=neighbour, on=TODAY)
    services.appoint(
        person=clerk.person,
        role=Role.COMMITTEE_CLERK,
        office=committee(neighbour),
        starts_on=TODAY,
        actor=founder,
        now=now,
    )
    assert holds(clerk, Role.COMMITTEE_CLERK, community=neighbour, on=TODAY)


def test_scope_reaches_as_far_as_the_role(holder_of, home, neighbour, far):
    committee_scope = scope_of(holder_of(Role.COMMITTEE_CLERK, home), TODAY)
    street_scope = scope_of(holder_of(Role.AFFAIRS_CLERK, home.street), TODAY)
    district_scope = scope_of(holder_of(Role.AUDITOR, home.street.district), TODAY)
    admin_scope = scope_of(holder_of(Role.SYSTEM_ADMIN, home.street.district), TODAY)
    resident_scope = scope_of(holder_of(Role.RESIDENT, home), TODAY)
    covered = [
        [scope.covers(community) for community in (home, neighbour, far)]
        for scope in (committee_scope, street_scope, district_scope, admin_scope, resident_scope)
    ]
    assert covered == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
        [False, False, False],
        [False, False, False],
    ]


@pytest.mark.parametrize(
    "role, allowed",
    [
        (Role.SYSTEM_ADMIN, True),
        (Role.DISTRICT_OFFICER, True),
        (Role.AUDITOR, False),
        (Role.AFFAIRS_CLERK, False),
        (Role.COMMITTEE_CLERK, False),
        (Role.RESIDENT, False),
    ],
)
def test_who_may_appoint(role, allowed, holder_of, home, neighbour, now):
    where = {"district": home.street.district, "street": home.street}.get(ROLES[role].level, home)
    actor = holder_of(role, where, "appointer")
    newcomer = create_person(name="新来的人", actor=None, now=now)
    act = {
        "person": newcomer,
        "role": Role.STATION_CLERK,
        "office": selectors.office_of(OfficeKind.WORKSTATION, community=neighbour),
        "starts_on": TODAY,
        "actor": actor,
        "now": now,
    }
    if allowed:
        assert services.appoint(**act).appointed_by == actor
        event = AuditEvent.objects.get(kind="appointment.made", target_id=str(_last().pk))
        assert event.chain == neighbour.code
        assert newcomer.name not in event.body + event.target_label
    else:
        with pytest.raises(NotAllowed):
            services.appoint(**act)


def _last():
    return Appointment.objects.order_by("-pk").first()


def test_nobody_appoints_himself(holder_of, home, now):
    admin = holder_of(Role.DISTRICT_OFFICER, home.street.district)
    with pytest.raises(NotAllowed) as refusal:
        services.appoint(
            person=admin.person,
            role=Role.COMMITTEE_CLERK,
            office=committee(home),
            starts_on=TODAY,
            actor=admin,
            now=now,
        )
    assert refusal.value.codes == ["own_appointment"]


def test_a_district_officer_makes_no_district_role(holder_of, home, a_user, now):
    officer = holder_of(Role.DISTRICT_OFFICER, home.street.district)
    with pytest.raises(NotAllowed) as refusal:
        services.appoint(
            person=a_user("friend").person,
            role=Role.AUDITOR,
            office=selectors.office_of(OfficeKind.CIVIL_AFFAIRS, district=home.street.district),
            starts_on=TODAY,
            actor=officer,
            now=now,
        )
    assert refusal.value.codes == ["district_role"]


@pytest.mark.parametrize(
    "role, where, code",
    [
        (Role.COMMITTEE_CLERK, {"community": True}, "wrong_holder"),
        (Role.COMMITTEE_CLERK, {}, "wrong_holder"),
        (Role.COMMITTEE_CLERK, {"office": OfficeKind.WORKSTATION}, "wrong_office"),
        (Role.RESIDENT, {"office": OfficeKind.WORKSTATION}, "wrong_holder"),
        ("mayor", {"community": True}, "role_unknown"),
        (Role.COUNCIL_MEMBER, {"community": True}, "seat_needs_term"),
    ],
)
def test_a_role_hangs_on_what_it_should(role, where, code, home, a_user, founder, now):
    if "community" in where:
        where = {"community": home}
    if "office" in where:
        where = {"office": selectors.office_of(where["office"], community=home)}
    with pytest.raises(BadInput) as refusal:
        services.appoint(
            person=a_user("newcomer").person, role=role, starts_on=TODAY, actor=founder, now=now,
            **where,
        )  # fmt: skip
    assert refusal.value.codes == [code]


def test_the_same_role_twice_at_once_is_refused(clerk, home, founder, now):
    with pytest.raises(Conflict) as refusal:
        services.appoint(
            person=clerk.person,
            role=Role.COMMITTEE_CLERK,
            office=committee(home),
            starts_on=TODAY + timedelta(days=900),
            actor=founder,
            now=now,
        )
    assert refusal.value.codes == ["already_appointed"]


def test_the_auditor_does_nothing_else(holder_of, home, founder, now):
    auditor = holder_of(Role.AUDITOR, home.street.district)
    with pytest.raises(Conflict) as refusal:
        services.appoint(
            person=auditor.person,
            role=Role.COMMITTEE_CLERK,
            office=committee(home),
            starts_on=TODAY,
            actor=founder,
            now=now,
        )
    assert refusal.value.codes == ["roles_exclude"]


def test_an_office_role_makes_an_office_account(holder_of, home):
    assert holder_of(Role.COMMITTEE_CLERK, home).is_office_user
    assert not holder_of(Role.RESIDENT, home).is_office_user


def test_ending_a_role_takes_the_right_away(clerk, home, founder, now):
    appointment = clerk.person.appointments.get()
    assert holds(clerk, Role.COMMITTEE_CLERK, community=home, on=TODAY)
    services.end_appointment(
        appointment_id=appointment.pk,
        ends_on=TODAY - timedelta(days=1),
        reason="调离",
        actor=founder,
        now=now,
    )
    assert not holds(clerk, Role.COMMITTEE_CLERK, community=home, on=TODAY)
    assert AuditEvent.objects.get(kind="appointment.ended").reason == "调离"


@pytest.mark.parametrize("days, code", [(-500, "ends_before_start"), (-2, "ends_in_the_past")])
def test_the_past_keeps_its_roles(days, code, clerk, founder, now):
    with pytest.raises(Conflict) as refusal:
        services.end_appointment(
            appointment_id=clerk.person.appointments.get().pk,
            ends_on=TODAY + timedelta(days=days),
            actor=founder,
            now=now,
        )
    assert refusal.value.codes == [code]


def test_ending_is_not_for_prolonging(holder_of, home, founder, now):
    user = holder_of(Role.COMMITTEE_CLERK, home, ends_on=TODAY)
    with pytest.raises(Conflict) as refusal:
        services.end_appointment(
            appointment_id=user.person.appointments.get().pk,
            ends_on=TODAY + timedelta(days=9),
            actor=founder,
            now=now,
        )
    assert refusal.value.codes == ["already_ends"]


def test_a_clerk_ends_no_roles(clerk, holder_of, home, now):
    other = holder_of(Role.STATION_CLERK, home)
    with pytest.raises(NotAllowed):
        services.end_appointment(
            appointment_id=other.person.appointments.get().pk, ends_on=TODAY, actor=clerk, now=now
        )


def test_a_failure_half_way_leaves_no_role(home, a_user, founder, now, monkeypatch):
    newcomer = a_user("newcomer")

    def broken(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr(services.audit, "record", broken)
    with pytest.raises(RuntimeError):
        services.appoint(
            person=newcomer.person,
            role=Role.COMMITTEE_CLERK,
            office=committee(home),
            starts_on=TODAY,
            actor=founder,
            now=now,
        )
    assert not newcomer.person.appointments.exists()
    newcomer.refresh_from_db()
    assert not newcomer.is_office_user


def test_overlaps_made_behind_the_services_are_found(clerk, now):
    assert run(now, only=["P3"]).findings == []
    twin = clerk.person.appointments.get()
    twin.pk = None
    twin.save(force_insert=True)
    assert [one.code for one in run(now, only=["P3"]).findings] == ["P3"]
