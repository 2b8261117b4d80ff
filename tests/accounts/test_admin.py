"""Django admin shows accounts and calls services; it shows no secret and saves nothing itself."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import Person, User
from core.models import AuditEvent
from tests.accounts.helpers import force_in, log_in, make_user, with_authenticator

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user("root", name="周管理", is_staff=True, is_superuser=True)
    force_in(client, user)
    return user


def act(client, user, key, reason="当面核实"):
    return client.post(f"/admin/accounts/user/{user.pk}/acts/{key}/", {"reason": reason})


def test_lists_and_pages_open(client, admin):
    user = make_user()
    for path in ("", f"user/{user.pk}/change/", "user/", "user/add/", "person/", "person/add/"):
        assert client.get(f"/admin/accounts/{path}").status_code == 200, path


def test_no_secret_is_on_any_page(client, admin):
    user = make_user()
    device, codes = with_authenticator(user)
    token, _words = services.issue_token(
        user=user, name="x", days=9, verified=True, actor=user, now=timezone.now()
    )
    page = client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    index = client.get("/admin/").content.decode()
    for secret in (user.password[:20], user.password[-10:], device.key, token.digest, *codes):
        assert secret not in page
    for app in ("otp_totp", "otp_static", "knox", "axes"):
        assert f"/admin/{app}/" not in index
        assert client.get(f"/admin/{app}/").status_code == 404


def test_opening_an_account_goes_through_the_service(client, admin):
    form = {"name": "陈新", "phone": "", "username": "Chen.Xin", "is_office_user": "on"}
    answer = client.post("/admin/accounts/user/add/", form)
    user = User.objects.get(username="chen.xin")
    assert answer["Location"].endswith(f"/{user.pk}/change/")
    assert user.is_office_user and not user.has_usable_password()
    assert AuditEvent.objects.filter(kind="user.created", target_id=str(user.pk)).exists()
    again = client.post("/admin/accounts/user/add/", form).content.decode()
    assert "已被使用" in again and Person.objects.filter(name="陈新").count() == 1


def test_marks_change_through_the_service(client, admin):
    user = make_user()
    form = {"is_office_user": "on", "is_staff": "on", "username": "hacked", "is_active": ""}
    client.post(f"/admin/accounts/user/{user.pk}/change/", form)
    user.refresh_from_db()
    assert (user.is_office_user, user.is_staff, user.is_superuser) == (True, True, False)
    assert user.username == "lin.mei" and user.is_active
    kinds = set(AuditEvent.objects.values_list("kind", flat=True))
    assert {"user.admin_marks_changed", "user.office_marked"} <= kinds


def test_people_change_through_the_service(client, admin):
    person = make_user().person
    form = {"name": "林美", "phone": "0755-12345678", "note": ""}
    client.post(f"/admin/accounts/person/{person.pk}/change/", form)
    person.refresh_from_db()
    assert person.name == "林美"
    assert AuditEvent.objects.filter(kind="person.updated").count() == 1
    client.post("/admin/accounts/person/add/", form)
    assert Person.objects.filter(name="林美").count() == 2


def test_nothing_is_deleted(client, admin):
    user = make_user()
    for path in (f"user/{user.pk}/delete/", f"person/{user.person_id}/delete/"):
        assert client.post(f"/admin/accounts/{path}", {"post": "yes"}).status_code == 403


def test_a_link_is_issued_and_shown_once(client, admin):
    user = make_user()
    path = f"/admin/accounts/user/{user.pk}/acts/reset-link/"
    assert client.get(path).status_code == 200
    assert not user.reset_links.exists()
    page = act(client, user, "reset-link").content.decode()
    url = re.search(r"http://testserver(/account/reset/[\w-]+/)", page).group(1)
    assert Client().get(url).status_code == 200
    assert url not in client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()


def test_acts_on_an_account(client, admin):
    user = make_user(is_office_user=True)
    with_authenticator(user)
    for _n in range(5):
        log_in(Client(), password="wrong")
    assert log_in(Client()).status_code == 429
    act(client, user, "lift-lockout")
    assert log_in(Client()).status_code == 302
    act(client, user, "second-factor")
    assert not user.totpdevice_set.exists()
    act(client, user, "disable")
    user.refresh_from_db()
    assert not user.is_active
    act(client, user, "enable")
    user.refresh_from_db()
    assert user.is_active
    assert client.get(f"/admin/accounts/user/{user.pk}/acts/unknown/").status_code == 404


def test_a_staff_account_without_rights_does_nothing_here(client):
    clerk = make_user("clerk", is_staff=True)
    user = make_user()
    force_in(client, clerk)
    assert act(client, user, "disable").status_code == 403
    assert client.get("/admin/accounts/user/").status_code == 403
    assert client.get("/admin/accounts/user/add/").status_code == 403
    user.refresh_from_db()
    assert user.is_active


def test_ones_own_account_is_administered_by_another(client, admin):
    for key in ("disable", "reset-link", "second-factor"):
        assert act(client, admin, key).status_code == 403
    client.post(f"/admin/accounts/user/{admin.pk}/change/", {"is_staff": ""})
    admin.refresh_from_db()
    assert admin.is_staff and admin.is_superuser
