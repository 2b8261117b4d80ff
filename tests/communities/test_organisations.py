"""Organisations carry their real numbers, and are registered by those of the place."""

from datetime import date

import pytest

from communities.models import Organisation
from communities.roles import Role
from communities.services import organisations as services
from core.models import AuditEvent
from core.refusals import BadInput, Conflict, NotAllowed, NotFound

pytestmark = pytest.mark.django_db

CODE = "91110000600037341L"
REGISTERED = {"kind": "registered", "name": "同心社工服务中心", "credit_code": CODE,
              "registered_on": date(2014, 5, 1)}  # fmt: skip
FILED = {"kind": "filed", "name": "夕阳红舞蹈队", "filing_no": "罗社备〔2016〕15号",
         "registered_on": date(2016, 5, 1)}  # fmt: skip


def test_an_organisation_is_registered_with_its_code(home, founder, now):
    body = services.register_organisation(
        **(REGISTERED | {"credit_code": " 91110000600037341l "}),
        community=home,
        actor=founder,
        now=now,
    )
    assert body.credit_code == CODE
    assert AuditEvent.objects.get(kind="organisation.registered").data["credit_code"] == CODE


@pytest.mark.parametrize(
    "wrong, code",
    [
        ({"credit_code": "91110000600037341M"}, "credit_code_wrong"),
        ({"credit_code": "9111000060003734"}, "credit_code_wrong"),
        ({"credit_code": ""}, "credit_code_missing"),
        ({"kind": "club"}, "kind_unknown"),
        ({"kind": "filed"}, "filing_no_missing"),
        ({"name": " "}, "name_missing"),
        ({"registered_on": date(2017, 6, 2)}, "registered_later"),
    ],
)
def test_a_register_entry_that_is_not_right_is_refused(wrong, code, founder, now):
    with pytest.raises(BadInput) as refusal:
        services.register_organisation(**(REGISTERED | wrong), actor=founder, now=now)
    assert refusal.value.codes == [code]
    assert not Organisation.objects.exists()


def test_a_number_is_registered_once(founder, now):
    services.register_organisation(**REGISTERED, actor=founder, now=now)
    services.register_organisation(**FILED, actor=founder, now=now)
    for fields, code in ((REGISTERED, "credit_code_taken"), (FILED, "filing_no_taken")):
        with pytest.raises(Conflict) as refusal:
            services.register_organisation(**fields, actor=founder, now=now)
        assert refusal.value.codes == [code]


@pytest.mark.parametrize(
    "role, allowed",
    [
        (Role.COMMITTEE_CLERK, True),
        (Role.AFFAIRS_CLERK, True),
        (Role.DISTRICT_OFFICER, True),
        (Role.COUNCIL_MEMBER, False),
        (Role.RESIDENT, False),
        (Role.AUDITOR, False),
    ],
)
def test_who_registers_organisations(role, allowed, holder_of, a_user, home, far, now):
    if role == Role.COUNCIL_MEMBER:
        actor = a_user("member")
    else:
        place = {Role.AFFAIRS_CLERK: home.street}.get(role, home)
        district = role in (Role.DISTRICT_OFFICER, Role.AUDITOR)
        actor = holder_of(role, home.street.district if district else place)
    act = {**FILED, "actor": actor, "now": now}
    if allowed:
        services.register_organisation(**act, community=home)
    else:
        with pytest.raises(NotAllowed):
            services.register_organisation(**act, community=home)
    if role in (Role.COMMITTEE_CLERK, Role.AFFAIRS_CLERK):
        with pytest.raises(NotAllowed):
            services.register_organisation(**act, community=far)


def test_a_clerk_does_not_move_a_body_into_another_community(clerk, home, far, now):
    body = services.register_organisation(**FILED, community=home, actor=clerk, now=now)
    services.update_organisation(organisation_id=body.pk, name="夕阳红合唱队", actor=clerk, now=now)
    assert AuditEvent.objects.get(kind="organisation.updated").data == {"fields": ["name"]}
    with pytest.raises(NotAllowed):
        services.update_organisation(organisation_id=body.pk, community=far, actor=clerk, now=now)
    with pytest.raises(NotFound):
        services.update_organisation(organisation_id=0, name="无", actor=clerk, now=now)


def test_an_organisation_is_put_to_rest_with_a_reason(clerk, home, now):
    body = services.register_organisation(**FILED, community=home, actor=clerk, now=now)
    act = {"organisation_id": body.pk, "is_active": False, "actor": clerk, "now": now}
    with pytest.raises(BadInput):
        services.set_organisation_active(**act, reason="")
    services.set_organisation_active(**act, reason="已注销")
    with pytest.raises(Conflict):
        services.set_organisation_active(**act, reason="已注销")
    assert AuditEvent.objects.get(kind="organisation.deactivated").reason == "已注销"
