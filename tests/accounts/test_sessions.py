"""Sessions: fresh keys, clocks, the list of one's own, and what changing the password ends."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import UserSession
from accounts.sessions import SEEN_AT, STARTED_AT
from tests.accounts.helpers import PASSWORD, force_in, log_in, make_user

pytestmark = pytest.mark.django_db


def test_signing_in_changes_the_session_key(client):
    make_user()
    session = client.session
    session["planted"] = "1"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    log_in(client)
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/account/").status_code == 302


def test_after_signing_out_the_old_cookie_is_worthless(client):
    make_user()
    log_in(client)
    stolen = client.cookies["sessionid"].value
    client.post("/account/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/account/").status_code == 302


def wind_back(client, **clocks):
    session = client.session
    for name, ago in clocks.items():
        key = {"started": STARTED_AT, "seen": SEEN_AT}[name]
        session[key] = (timezone.now() - ago).isoformat()
    session.save()


@pytest.mark.parametrize("marks", [{"is_office_user": True}, {"is_staff": True}])
def test_an_office_session_ends_after_half_an_hour_of_silence(client, marks):
    force_in(client, make_user(**marks))
    assert client.get("/account/").status_code == 200
    wind_back(client, seen=timedelta(minutes=29))
    assert client.get("/account/").status_code == 200
    wind_back(client, seen=timedelta(minutes=30))
    answer = client.get("/account/", follow=True)
    assert answer.redirect_chain and "登录已超时" in answer.content.decode()
    assert not UserSession.objects.exists()


def test_a_resident_may_be_silent_but_not_for_ever(client):
    log_in(client, make_user().username)
    wind_back(client, seen=timedelta(hours=3))
    assert client.get("/account/").status_code == 200
    wind_back(client, started=timedelta(hours=12))
    assert client.get("/account/").status_code == 302


def test_a_timed_out_session_writes_nothing(client):
    force_in(client, make_user(is_office_user=True))
    client.get("/account/")
    wind_back(client, seen=timedelta(minutes=31))
    client.post("/account/tokens/", {"name": "x", "days": 9})
    assert not make_user("other").auth_token_set.model.objects.exists()


def test_one_sees_ones_sessions_and_ends_the_others(client):
    user = make_user()
    log_in(client)
    other = Client()
    log_in(other)
    page = client.get("/account/sessions/").content.decode()
    assert page.count("127.0.0.1") == 2 and "退出其他" in page
    client.post("/account/sessions/end-others/")
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert UserSession.objects.get().user == user


def test_changing_the_password_ends_other_sessions_and_keeps_this_one(client):
    make_user()
    log_in(client)
    before = client.session.session_key
    other = Client()
    log_in(other)
    form = {"old_password": "no", "new_password": PASSWORD + "!", "again": PASSWORD + "!"}
    assert "原密码不正确" in client.post("/account/password/", form).content.decode()
    form["old_password"] = PASSWORD
    assert client.post("/account/password/", form).status_code == 302
    assert client.get("/account/").status_code == 200
    assert client.session.session_key != before
    assert other.get("/account/").status_code == 302
    assert log_in(Client(), password=PASSWORD).status_code == 200
    assert log_in(Client(), password=PASSWORD + "!").status_code == 302


def test_guessing_the_old_password_waits_like_the_front_door(client):
    make_user()
    log_in(client)
    form = {"old_password": "no", "new_password": PASSWORD + "!", "again": PASSWORD + "!"}
    answers = [client.post("/account/password/", form).status_code for _n in range(6)]
    assert answers[-1] == 429


def test_under_the_dengbao_profile_an_old_password_must_be_changed_first(client, settings):
    user = make_user()
    log_in(client)
    settings.PASSWORD_MAX_AGE_DAYS = 90
    assert client.get("/account/").status_code == 200
    user.password_changed_at = timezone.now() - timedelta(days=90)
    user.save()
    assert client.get("/account/")["Location"].startswith("/account/password/")
    assert client.get("/account/password/").status_code == 200


def test_account_pages_are_kept_by_no_cache(client):
    make_user()
    assert "no-store" in client.get("/account/sign-in/")["Cache-Control"]
    log_in(client)
    for page in ("", "sessions/", "tokens/", "password/", "second-factor/"):
        assert "no-store" in client.get(f"/account/{page}")["Cache-Control"]
