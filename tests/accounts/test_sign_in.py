"""The front door: lock-out, redirects, sessions and their clocks."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from axes.models import AccessAttempt
from django.test import Client

from accounts.lockout import wait_after
from accounts.models import UserSession
from tests.accounts.helpers import PASSWORD, log_in, make_user, signed_in_as

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
