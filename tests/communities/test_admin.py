"""Django admin saves through services, asks appointments who may, and never writes a need."""

from datetime import date

import pytest

from communities.models import Appointment, Community, CouncilTerm, Organisation, Street
from communities.roles import Role
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

LISTS = ("district", "street", "community", "office", "gatekeepingdepartment", "organisation",
         "councilterm", "appointment", "needpool", "need")  # fmt: skip


@pytest.fixture
def admin(sign_in, founder):
    founder.is_demo = True
    founder.save()
    return sign_in(founder)


def at(model, tail=""):
    return f"/admin/communities/{model}/{tail}"


@pytest.mark.parametrize("model", LISTS)
def test_every_list_opens(model, admin, home, a_need):
    a_need(home)
    assert admin.get(at(model)).status_code == 200


def test_a_community_is_opened_with_its_pool_and_renamed(admin, dongmen):
    data = {"street": dongmen.pk, "code": "440303003998", "name": "新村社区", "abbr": "XC9"}
    assert admin.post(at("community", "add/"), data).status_code == 302
    community = Community.objects.get(code=data["code"])
    assert community.pool and community.offices.count() == 3
    admin.post(at("community", f"{community.pk}/change/"), {"name": "新屋社区", "abbr": "HACK"})
    community.refresh_from_db()
    assert (community.name, community.abbr) == ("新屋社区", "XC9")
    assert AuditEvent.objects.filter(kind="place.renamed").count() == 1


def test_a_role_is_given_and_ended_through_the_service(admin, clerk, neighbour):
    data = {
        "person": clerk.person_id,
        "role": Role.COMMITTEE_CLERK,
        "office": neighbour.offices.get(kind="residents_committee").pk,
        "starts_on": "2017-06-01",
    }
    assert admin.post(at("appointment", "add/"), data).status_code == 302
    given = Appointment.objects.get(office__community=neighbour)
    assert AuditEvent.objects.filter(kind="appointment.made", target_id=str(given.pk)).exists()
    admin.post(at("appointment", f"{given.pk}/change/"), {"ends_on": "2999-01-01"})
    given.refresh_from_db()
    assert given.ends_on == date(2999, 1, 1)


def test_a_refusal_is_told_on_the_form(admin, clerk, home):
    data = {
        "person": clerk.person_id,
        "role": Role.COMMITTEE_CLERK,
        "office": home.offices.get(kind="workstation").pk,
        "starts_on": "2017-06-01",
    }
    page = admin.post(at("appointment", "add/"), data, follow=True).content.decode()
    assert "不能设在" in page
    assert Appointment.objects.count() == 1


def test_a_term_is_opened_and_a_member_seated(admin, home, clerk):
    data = {"community": home.pk, "number": 1, "starts_on": "2017-01-01", "ends_on": "2020-12-31"}
    admin.post(at("councilterm", "add/"), data)
    term = CouncilTerm.objects.get()
    admin.post(
        at("appointment", "add/"),
        {
            "person": clerk.person_id,
            "role": Role.COUNCIL_MEMBER,
            "term": term.pk,
            "seat": "committee",
            "starts_on": "2017-01-01",
        },
    )
    assert term.seats.get().ends_on == date(2020, 12, 31)


def test_an_organisation_is_registered_and_put_to_rest(admin, home):
    data = {
        "kind": "filed",
        "name": "夕阳红舞蹈队",
        "filing_no": "罗社备1号",
        "community": home.pk,
        "registered_on": "2016-05-01",
    }
    admin.post(at("organisation", "add/"), data)
    body = Organisation.objects.get()
    admin.post(at("organisation", f"{body.pk}/change/"), data)
    body.refresh_from_db()
    assert not body.is_active
    kinds = AuditEvent.objects.filter(kind__startswith="organisation.").values_list("kind")
    assert {kind for (kind,) in kinds} == {"organisation.registered", "organisation.deactivated"}


def test_needs_are_only_read(admin, home, a_need):
    need = a_need(home)
    page = admin.get(at("need", f"{need.pk}/change/"))
    assert page.status_code == 200 and need.query_code not in page.content.decode()
    assert admin.get(at("need", "add/")).status_code == 403
    assert admin.post(at("need", f"{need.pk}/change/"), {"status": "solved"}).status_code == 403
    assert admin.post(at("need", f"{need.pk}/delete/"), {"post": "yes"}).status_code == 403


def test_staff_of_one_street_see_no_needs_of_another_in_admin(
    sign_in, holder_of, home, far, a_need
):
    need = a_need(home)
    stranger = holder_of(Role.AFFAIRS_CLERK, far.street)
    stranger.is_staff = True
    stranger.save()
    client = sign_in(stranger)
    assert need.number not in client.get(at("need")).content.decode()
    assert client.get(at("need", f"{need.pk}/change/")).status_code == 302
    assert client.get(at("street", "add/")).status_code == 403
    assert client.get(at("appointment", "add/")).status_code == 403
    assert Street.objects.count() == 2
