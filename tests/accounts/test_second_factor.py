"""The second factor: on every path, once per code, and never bypassed."""

import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.models import User
from core import access
from core.refusals import BadInput, NotAllowed
from tests.accounts.helpers import code_of, force_in, log_in, make_user, with_authenticator

pytestmark = pytest.mark.django_db

OFFICE = [{"is_office_user": True}, {"is_staff": True}, {"is_superuser": True, "is_staff": True}]
STAFF_PAGES = [
    "/",
    "/account/",
    "/account/password/",
    "/account/tokens/",
    "/account/sessions/",
    "/account/recovery-codes/",
    "/admin/",
    "/admin/login/",
    "/admin/accounts/user/",
    "/desk/",
    "/api/v1/me/",
]


def forget_failures(user):
    for device in TOTPDevice.objects.filter(user=user):
        device.throttle_reset()


def later(user):
    """Half a minute passes: the phone shows the next number and the old one is spent."""
    TOTPDevice.objects.filter(user=user).update(last_t=int(time.time()) // 30 - 2)


def office_user(**marks):
    user = make_user(**(marks or {"is_office_user": True}))
    device, codes = with_authenticator(user)
    later(user)
    return user, device, codes


@pytest.mark.parametrize("marks", OFFICE)
@pytest.mark.parametrize("path", STAFF_PAGES)
def test_without_an_authenticator_everything_leads_to_set_up(client, marks, path):
    make_user(**marks)
    assert log_in(client)["Location"].startswith("/account/second-factor/")
    answer = client.get(path)
    if path.startswith("/api/"):
        assert answer.status_code == 403
        assert answer.json()["reasons"][0]["code"] == "second_factor_due"
    elif answer.status_code != 404:
        assert answer["Location"].startswith("/account/second-factor/?next=")


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_with_an_authenticator_everything_leads_to_verification(client, path):
    office_user(is_staff=True, is_superuser=True)
    assert log_in(client)["Location"].startswith("/account/verify/")
    answer = client.get(path)
    if path.startswith("/api/"):
        assert answer.status_code == 403
    elif answer.status_code != 404:
        assert answer["Location"].startswith("/account/verify/?next=")


def test_every_address_but_the_factor_itself_is_shut_until_it_is_passed(client):
    office_user(is_staff=True, is_superuser=True)
    log_in(client)
    reached = set()
    for name in set(access.all_view_names()):
        try:
            path = reverse(name)
        except Exception:
            continue
        if path.startswith("/api/"):
            assert client.get(path).status_code == 403, path
        elif client.get(path).status_code == 200:
            reached.add(name)
    assert reached <= {"healthz", "accounts:verify"}


def test_minting_changing_and_posting_are_shut_too(client):
    user, _device, _codes = office_user()
    log_in(client)
    client.post("/account/tokens/", {"name": "x", "days": 9})
    client.post("/account/recovery-codes/")
    assert not user.auth_token_set.exists()
    assert StaticToken.objects.count() == 10
    with pytest.raises(NotAllowed):
        services.issue_token(
            user=user, name="x", days=9, verified=False, actor=user, now=timezone.now()
        )


def test_the_way_in_with_a_first_authenticator(client):
    user = make_user(is_office_user=True)
    log_in(client, data={"next": "/account/sessions/"})
    url = "/account/second-factor/?next=/account/sessions/"
    assert client.get(url).status_code == 200
    assert not TOTPDevice.objects.exists()
    assert client.get("/account/second-factor/qr.svg").status_code == 404
    client.post(url, {"begin": "1"})
    device = TOTPDevice.objects.get(user=user)
    picture = client.get("/account/second-factor/qr.svg")
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content
    assert device.confirmed is False
    before = client.session.session_key
    wrong = client.post(url, {"code": "000000", "next": "/account/sessions/"}).content.decode()
    assert "验证码不正确" in wrong
    device.refresh_from_db()
    device.throttle_reset()
    answer = client.post(url, {"code": code_of(device), "next": "/account/sessions/"})
    page = answer.content.decode()
    assert page.count("<li><code>") == 10 and 'href="/account/sessions/"' in page
    assert client.session.session_key != before
    assert client.get("/account/").status_code == 200
    assert client.get("/account/second-factor/qr.svg").status_code == 404


def test_verification_changes_the_session_key_and_opens_the_doors(client):
    user, device, _codes = office_user()
    log_in(client)
    early = client.cookies["sessionid"].value
    answer = client.post("/account/verify/", {"code": code_of(device), "next": "/account/"})
    assert answer["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert client.get("/api/v1/me/").json()["username"] == user.username
    thief = Client()
    thief.cookies["sessionid"] = early
    assert thief.get("/account/")["Location"].startswith("/account/sign-in/")


def test_a_number_is_taken_once():
    user, device, _codes = office_user()
    code = code_of(device)
    for expected in ("/", "验证码不正确"):
        client = Client()
        log_in(client)
        answer = client.post("/account/verify/", {"code": code})
        assert expected in (answer.get("Location") or answer.content.decode())
        forget_failures(user)


def test_a_recovery_code_is_taken_once_and_a_new_set_voids_the_old(client):
    user, _device, codes = office_user()
    log_in(client)
    spelled = codes[0].upper().replace("-", " ")
    assert client.post("/account/verify/", {"code": spelled}).status_code == 302
    assert client.get("/account/").status_code == 200
    now = timezone.now()
    with pytest.raises(BadInput):
        services.verify_second_factor(user=user, code=codes[0], actor=user, now=now)
    new = services.renew_recovery_codes(user=user, verified=True, actor=user, now=now)
    with pytest.raises(BadInput):
        services.verify_second_factor(user=user, code=codes[1], actor=user, now=now)
    user.staticdevice_set.get().throttle_reset()
    assert services.verify_second_factor(user=user, code=new[0], actor=user, now=now)


def test_the_database_holds_no_usable_recovery_code():
    user, _device, codes = office_user()
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert not kept & {code.replace("-", "") for code in codes}
    with pytest.raises(BadInput):
        services.verify_second_factor(user=user, code=kept.pop(), actor=user, now=timezone.now())


def test_guessing_numbers_is_slowed_down(client, monkeypatch):
    user, device, _codes = office_user()
    log_in(client)
    # all within one moment: on a slow machine the first waits would be over in between
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    pages = [
        client.post("/account/verify/", {"code": f"{n:06d}"}).content.decode() for n in range(100)
    ]
    assert sum("连续输错" in page for page in pages) == 99
    # even the right number has to wait now
    assert "连续输错" in client.post("/account/verify/", {"code": code_of(device)}).content.decode()
    assert client.get("/account/").status_code == 302
    assert User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize(
    "code", ["", "abc", "１２３４５６", "12345", "1234567", "-12345", "\u0663" * 6]
)
def test_odd_codes_are_refused_without_an_error(client, code):
    office_user()
    log_in(client)
    assert client.post("/account/verify/", {"code": code}).status_code == 200


def test_a_second_authenticator_needs_the_first_one(client):
    user, _device, _codes = office_user()
    log_in(client)
    assert client.get("/account/second-factor/").status_code == 403
    assert client.post("/account/second-factor/", {"begin": "1"}).status_code == 403
    now = timezone.now()
    with pytest.raises(NotAllowed):
        services.start_set_up(user=user, verified=False, actor=user, now=now)
    pending = services.start_set_up(user=user, verified=True, actor=user, now=now)
    assert client.get("/account/second-factor/qr.svg").status_code == 403
    with pytest.raises(NotAllowed):
        services.confirm_set_up(
            user=user, code=code_of(pending), verified=False, actor=user, now=now
        )
    services.confirm_set_up(user=user, code=code_of(pending), verified=True, actor=user, now=now)
    assert list(TOTPDevice.objects.filter(user=user)) == [pending]


def test_replacing_the_authenticator_unverifies_other_sessions():
    user, _device, _codes = office_user()
    other = force_in(Client(), user)
    assert other.get("/account/").status_code == 200
    with_authenticator(user)
    assert other.get("/account/")["Location"].startswith("/account/verify/")


def test_somebody_elses_number_opens_nothing(client):
    office_user()
    other = make_user("other", is_office_user=True)
    device, codes = with_authenticator(other)
    later(other)
    log_in(client)
    for code in (code_of(device), codes[0]):
        client.post("/account/verify/", {"code": code})
    assert client.get("/account/").status_code == 302


def test_residents_may_do_without_but_keep_to_it_once_chosen(client):
    user = make_user()
    assert log_in(client)["Location"] == "/" or "second" not in log_in(client)["Location"]
    assert client.get("/account/").status_code == 200
    with_authenticator(user)
    fresh = Client()
    assert log_in(fresh)["Location"].startswith("/account/verify/")
    assert fresh.get("/account/").status_code == 302


def test_only_demo_accounts_in_demo_mode_do_without(client, settings):
    make_user("demo", is_office_user=True, is_demo=True)
    make_user("real", is_office_user=True)
    log_in(client, "demo")
    assert client.get("/account/").status_code == 302
    settings.DEMO = True
    demo, real = Client(), Client()
    log_in(demo, "demo")
    log_in(real, "real")
    assert demo.get("/account/").status_code == 200
    assert real.get("/account/")["Location"].startswith("/account/second-factor/")


def test_admin_has_no_door_of_its_own(client):
    make_user(is_staff=True, is_superuser=True)
    answer = client.get("/admin/login/?next=/admin/accounts/user/")
    assert answer["Location"].startswith("/account/sign-in/")
    posted = client.post("/admin/login/", {"username": "lin.mei", "password": "x"})
    assert posted["Location"].startswith("/account/sign-in/")


def test_a_reset_of_the_factor_needs_an_administrator_and_a_reason(client):
    admin = make_user("root", is_superuser=True)
    user, _device, _codes = office_user()
    force_in(client, user)
    now = timezone.now()
    for actor, reason, error in [(user, "x", NotAllowed), (admin, " ", BadInput)]:
        with pytest.raises(error):
            services.reset_second_factor(user=user, reason=reason, actor=actor, now=now)
    services.reset_second_factor(user=user, reason="手机遗失，当面核实", actor=admin, now=now)
    assert not TOTPDevice.objects.filter(user=user).exists()
    assert client.get("/account/").status_code == 302
