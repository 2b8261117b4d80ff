"""The front door: lock-out, redirects, sessions and their clocks."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from accounts.lockout import wait_after
from accounts.models import UserSession
from accounts.sessions import SEEN_AT, STARTED_AT
from tests.accounts.helpers import PASSWORD, force_in, log_in, make_user, signed_in_as

pytestmark = pytest.mark.django_db

SAME_WORDS = "登录名或密码不正确"
HOME = {"REMOTE_ADDR": "10.1.1.1"}
AWAY = {"REMOTE_ADDR": "10.9.9.9"}


def fail(times, username="lin.mei", **extra):
    answers = [log_in(Client(), username, "wrong", **(extra or HOME)) for _n in range(times)]
    return answers[-1]


def let_pass(minutes):
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= timedelta(minutes=minutes)
        attempt.save()


def test_a_resident_signs_in_and_out(client):
    user = make_user()
    assert log_in(client).status_code == 302
    assert signed_in_as(client) == user
    assert UserSession.objects.get().user == user
    assert client.get("/account/sign-out/").status_code == 405
    client.post("/account/sign-out/")
    assert signed_in_as(client) is None
    assert not UserSession.objects.exists()


def test_unknown_wrong_and_disabled_are_told_the_same():
    make_user()
    gone = make_user("gone")
    gone.is_active = False
    gone.save()
    pages = {
        log_in(Client(), name, word).content.decode().replace(name, "")
        for name, word in [("nobody", "x"), ("lin.mei", "x"), ("gone", PASSWORD)]
    }
    bare = {page.split("<main")[1].split("<form")[0] for page in pages}
    assert len(bare) == 1 and SAME_WORDS in bare.pop()


def test_five_failures_make_one_wait_even_with_the_right_password():
    make_user()
    locked = fail(5)
    assert locked.status_code == 429
    assert locked["Retry-After"]
    words = locked.content.decode()
    assert "分钟后再试" in words and "系统管理员" in words and "其他地点" in words
    assert log_in(Client(), **HOME).status_code == 429
    let_pass(2)
    assert log_in(Client(), **HOME).status_code == 302


def test_unknown_names_wait_like_known_ones():
    make_user()
    assert fail(5).status_code == fail(5, "nobody").status_code == 429


def test_the_wait_doubles_and_has_an_end():
    minutes = [wait_after(n).total_seconds() / 60 for n in (4, 5, 6, 7, 9, 10, 1000)]
    assert minutes == [0, 1, 2, 4, 16, 30, 30]
    make_user()
    fail(5)
    let_pass(1.5)
    assert fail(1).status_code == 429
    let_pass(1.5)
    assert log_in(Client(), **HOME).status_code == 429


def test_tries_during_the_wait_do_not_lengthen_it():
    make_user()
    fail(5)
    before = AccessAttempt.objects.get().failures_since_start
    fail(20)
    assert AccessAttempt.objects.get().failures_since_start == before


def test_a_stranger_cannot_lock_the_owner_out():
    make_user()
    fail(8, **AWAY)
    assert log_in(Client(), **HOME).status_code == 302


def test_forged_headers_and_browsers_buy_nothing():
    make_user()
    for n in range(5):
        log_in(
            Client(),
            "lin.mei",
            "wrong",
            **HOME,
            HTTP_X_FORWARDED_FOR=f"10.2.2.{n}",
            HTTP_USER_AGENT=f"browser {n}",
        )
    assert log_in(Client(), **HOME, HTTP_X_FORWARDED_FOR="10.3.3.3").status_code == 429


def test_behind_one_proxy_the_last_hop_counts(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    make_user()
    for n in range(5):
        log_in(Client(), "lin.mei", "x", HTTP_X_FORWARDED_FOR=f"10.2.2.{n}, 10.7.7.7")
    forged = {"HTTP_X_FORWARDED_FOR": "10.2.2.99, 10.7.7.7"}
    assert log_in(Client(), **forged).status_code == 429
    assert log_in(Client(), HTTP_X_FORWARDED_FOR="10.7.7.7, 10.8.8.8").status_code == 302


@pytest.mark.parametrize("spelling", ["LIN.MEI", " lin.mei ", "ｌｉｎ．ｍｅｉ"])
def test_casing_and_width_do_not_buy_a_fresh_bucket(spelling):
    make_user()
    fail(4)
    assert fail(1, spelling).status_code == 429
    assert log_in(Client(), **HOME).status_code == 429


def test_a_success_forgets_the_failures():
    make_user()
    fail(4)
    log_in(Client(), **HOME)
    assert not AccessAttempt.objects.exists()


def test_failed_tries_keep_no_password():
    make_user()
    log_in(Client(), "lin.mei", "almost-My-secret 7")
    row = AccessAttempt.objects.get()
    assert "almost-My-secret" not in f"{row.post_data} {row.get_data}"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "\\\\evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        " //evil.example",
        "evil.example",
        "／／evil.example",
        "/\x00/evil.example",
        "/account/\r\nX: 1",
        "data:text/html,x",
    ],
)
def test_next_leads_only_into_this_site(target):
    make_user()
    in_query = f"/account/sign-in/?{urlencode({'next': target})}"
    form = {"username": "lin.mei", "password": PASSWORD}
    for answer in (log_in(Client(), data={"next": target}), Client().post(in_query, form)):
        assert answer.status_code == 302
        place = answer["Location"]
        assert place.startswith("/") and not place.startswith("//")
        assert not {"evil", "javascript", "text", "X:"} & {*re.split(r"[^\w:]+", place)}


def test_next_is_kept_through_the_form(client):
    make_user()
    page = client.get("/account/sign-in/?next=/account/sessions/").content.decode()
    assert 'value="/account/sessions/"' in page
    answer = log_in(client, data={"next": "/account/sessions/?page=2"})
    assert answer["Location"] == "/account/sessions/?page=2"


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


@pytest.mark.parametrize(
    "page",
    ["", "password/", "sessions/", "tokens/", "verify/", "second-factor/", "recovery-codes/"],
)
def test_visitors_are_sent_to_the_front_door(client, page):
    answer = client.get(f"/account/{page}")
    assert answer["Location"].startswith("/account/sign-in/?next=")


def test_forms_need_the_csrf_token():
    make_user()
    strict = Client(enforce_csrf_checks=True)
    assert log_in(strict).status_code == 403
    for page in ("sign-out/", "sessions/end-others/"):
        assert strict.post(f"/account/{page}").status_code == 403
