"""API tokens and one-time links: made with care, shown once, dead on time."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import ApiToken, ResetLink
from core.models import AuditEvent
from core.refusals import BadInput, Conflict, NotAllowed, NotFound
from tests.accounts.helpers import (
    PASSWORD,
    force_in,
    log_in,
    make_user,
    signed_in_as,
    with_authenticator,
)

pytestmark = pytest.mark.django_db

NEW = "Dong-Men-2018 lights"


def token_of(user, *, days=30, may_write=False, now=None):
    return services.issue_token(
        user=user,
        name="数据交换",
        days=days,
        may_write=may_write,
        verified=True,
        actor=user,
        now=now or timezone.now(),
    )


def ask(words, method="get", path="/api/v1/me/", scheme="Bearer"):
    return getattr(Client(), method)(path, HTTP_AUTHORIZATION=f"{scheme} {words}")


def link_for(user, *, actor=None, now=None):
    return services.issue_reset_link(user=user, actor=actor, now=now or timezone.now())[1]


# --- tokens --------------------------------------------------------------------------------------


def test_a_token_says_who_one_is():
    user = make_user()
    _token, words = token_of(user)
    assert ask(words).json() == {
        "id": user.pk,
        "username": "lin.mei",
        "person_id": user.person_id,
        "person_name": "林梅",
        "is_demo": False,
    }


def test_minting_on_the_page_shows_the_token_once(client):
    user = make_user(is_office_user=True)
    with_authenticator(user)
    force_in(client, user)
    page = client.post("/account/tokens/", {"name": "交换", "days": 30}).content.decode()
    words = re.search(r"mswss_[0-9a-f]{64}", page).group()
    assert ask(words).status_code == 200
    again = client.get("/account/tokens/").content.decode()
    assert words not in again and words[:15] in again and "交换" in again


def test_without_a_second_factor_nobody_mints(client):
    log_in(client, make_user().username)
    page = client.post("/account/tokens/", {"name": "x", "days": 9}).content.decode()
    assert "mswss_" not in page and "两步验证" in page
    assert not ApiToken.objects.exists()


def test_the_database_holds_no_usable_token():
    token, words = token_of(make_user())
    row = ApiToken.objects.values().get()
    assert words not in map(str, row.values())
    for kept in (token.digest, token.token_key):
        assert ask(kept).status_code == 401


@pytest.mark.parametrize("days", [0, -1, 366, 10_000])
def test_no_token_lives_longer_than_a_year(days):
    with pytest.raises(BadInput):
        token_of(make_user(), days=days)


def test_a_token_dies_on_its_day():
    user = make_user()
    _token, words = token_of(user, days=1, now=timezone.now() - timedelta(days=1))
    assert ask(words).status_code == 401
    # reading with a dead key changes nothing
    assert ApiToken.objects.count() == 1


def test_a_revoked_token_is_dead_and_only_ones_own_can_be_revoked(client):
    user, other = make_user(), make_user("other")
    token, words = token_of(user)
    force_in(client, other)
    assert client.get(f"/account/tokens/{token.token_key}/revoke/").status_code == 404
    assert client.post(f"/account/tokens/{token.token_key}/revoke/").status_code == 404
    with pytest.raises(NotFound):
        services.revoke_token(
            user=other, token_key=token.token_key, actor=other, now=timezone.now()
        )
    assert ask(words).status_code == 200
    force_in(client, user)
    assert "撤销" in client.get(f"/account/tokens/{token.token_key}/revoke/").content.decode()
    assert ask(words).status_code == 200
    client.post(f"/account/tokens/{token.token_key}/revoke/")
    assert ask(words).status_code == 401


def test_a_token_reads_unless_told_otherwise():
    user = make_user()
    _token, reading = token_of(user)
    _token, writing = token_of(user, may_write=True)
    assert ask(reading, "post").status_code == 403
    assert ask(writing, "post").status_code == 405


@pytest.mark.parametrize("scheme", ["Token", "Basic", ""])
def test_only_the_bearer_header_counts(scheme):
    _token, words = token_of(make_user())
    assert ask(words, scheme=scheme).status_code == 401
    for query in ("token", "access_token", "Authorization"):
        assert Client().get(f"/api/v1/me/?{query}={words}").status_code == 401


@pytest.mark.parametrize(
    "words", ["", "mswss_", "mswss_" + "0" * 64, "mswss_é", "a b", "mswss_x y"]
)
def test_invented_tokens_are_refused(words):
    make_user()
    assert ask(words).status_code == 401


def test_a_token_opens_no_page():
    _token, words = token_of(make_user(is_staff=True, is_superuser=True))
    for path in ("/account/", "/admin/"):
        assert ask(words, path=path).status_code == 302


def test_a_token_outlives_neither_the_factor_nor_a_rise_in_office():
    user = make_user()
    _token, words = token_of(user)
    user.is_office_user = True
    user.save()
    assert ask(words).status_code == 401
    user.is_office_user = False
    user.save()
    services.set_office_user(user=user, is_office_user=True, actor=None, now=timezone.now())
    assert not ApiToken.objects.exists()


def test_ten_tokens_are_enough():
    user = make_user()
    for _n in range(10):
        token_of(user)
    with pytest.raises(Conflict):
        token_of(user)


# --- one-time links ------------------------------------------------------------------------------


def set_by(words, password=NEW, client=None):
    form = {"new_password": password, "again": password}
    return (client or Client()).post(f"/account/reset/{words}/", form)


def test_a_link_sets_the_password_once():
    user = make_user()
    words = link_for(user)
    page = Client().get(f"/account/reset/{words}/")
    assert page.status_code == 200 and page["Referrer-Policy"] == "no-referrer"
    # looking does not use it up: chat programs look first
    assert set_by(words).status_code == 302
    assert set_by(words, PASSWORD).status_code == 404
    assert Client().get(f"/account/reset/{words}/").status_code == 404
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_a_refused_password_does_not_use_up_the_link():
    words = link_for(make_user())
    assert "12" in set_by(words, "short").content.decode()
    assert ResetLink.objects.get().used_at is None
    assert set_by(words).status_code == 302


def test_a_link_does_not_sign_in_nor_pass_the_second_factor():
    user = make_user(is_office_user=True)
    with_authenticator(user)
    client = Client()
    assert set_by(link_for(user), client=client)["Location"] == "/account/sign-in/"
    assert signed_in_as(client) is None
    assert log_in(client, password=NEW)["Location"].startswith("/account/verify/")


def test_a_link_lives_a_day():
    user = make_user()
    words = link_for(user, now=timezone.now() - timedelta(hours=24))
    assert set_by(words).status_code == 404
    assert set_by(link_for(user, now=timezone.now() - timedelta(hours=23))).status_code == 302


def test_a_link_dies_with_a_password_change_and_with_the_next_link():
    user = make_user()
    first = link_for(user)
    second = link_for(user)
    assert set_by(first).status_code == 404
    services.change_password(
        user=user, old_password=PASSWORD, new_password=NEW, actor=user, now=timezone.now()
    )
    assert set_by(second).status_code == 404


def test_a_reset_ends_every_session(client):
    user = make_user()
    log_in(client)
    set_by(link_for(user))
    assert client.get("/account/").status_code == 302


def test_only_administrators_issue_links_and_none_upwards():
    user, admin = make_user(), make_user("root", is_superuser=True)
    clerk = make_user("clerk", is_staff=True)
    for actor, target in [(user, clerk), (clerk, user), (clerk, admin), (admin, admin)]:
        with pytest.raises(NotAllowed):
            link_for(target, actor=actor)
    services.disable_user(user=user, reason="x", actor=admin, now=timezone.now())
    with pytest.raises(Conflict):
        link_for(user, actor=admin)


def test_the_link_in_the_database_is_a_digest():
    words = link_for(make_user())
    assert words not in map(str, ResetLink.objects.values().get().values())


def test_the_console_issues_a_link(capsys):
    make_user()
    call_command("issue_reset_link", "Lin.Mei", site="https://ms.example.gov.cn/")
    url = capsys.readouterr().out.strip()
    assert url.startswith("https://ms.example.gov.cn/account/reset/")
    assert set_by(url.rstrip("/").rsplit("/", 1)[1]).status_code == 302
    event = AuditEvent.objects.get(kind="user.reset_link_issued")
    assert event.reason == "console" and event.actor_id is None
