"""Opening and closing accounts."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import ApiToken, Person, User, UserSession
from core import verify
from core.models import AuditEvent
from core.refusals import BadInput, Conflict, NotAllowed
from tests.accounts.helpers import PASSWORD, force_in, log_in, make_user, with_authenticator

pytestmark = pytest.mark.django_db


def kinds():
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_one_account_has_one_spelling():
    user = make_user("Ｌｉｎ.Mei")
    assert user.username == "lin.mei"
    assert str(user) == "林梅"
    with pytest.raises(Conflict) as refused:
        make_user("LIN.MEI")
    assert refused.value.codes == ["username_taken"]
    assert User.objects.get_by_natural_key("LIN.mei") == user


@pytest.mark.parametrize(
    "name", ["", "a", "林梅", "lin mei", "lin\u200bmei", "lіn.mei", "-lin", "x" * 65, "lin\nmei"]
)
def test_login_names_are_plain_ascii(name):
    with pytest.raises(BadInput):
        make_user(name)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "password", ["short", "123456789012", "passwordpassword"[:8], "lin.mei.123"]
)
def test_weak_passwords_are_refused_with_words(password):
    with pytest.raises(BadInput) as refused:
        make_user(password=password)
    assert all(reason.field == "password" and reason.text for reason in refused.value.reasons)


def test_a_long_password_with_signs_of_all_kinds_is_taken():
    user = make_user(password="水贝 " * 20 + "é😀")
    assert user.check_password("水贝 " * 20 + "é😀")


def test_names_hold_nothing_invisible():
    assert make_user(name=" 林\u200b\u202e 梅\n").person.name == "林 梅"
    for name in ("", "  ", "\u200b\u202e"):
        with pytest.raises(BadInput):
            make_user("other", name=name)


def test_createsuperuser_makes_a_person_and_leaves_an_event(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, username="root", verbosity=0)
    user = User.objects.get(username="root")
    assert user.person.name and user.needs_second_factor and user.is_superuser
    assert kinds() == ["user.created"]


def test_nobody_hands_out_more_than_he_holds():
    clerk = make_user("clerk", is_staff=True)
    person = Person.objects.create(name="新人")
    with pytest.raises(NotAllowed):
        services.create_user(
            username="boss",
            password=PASSWORD,
            person=person,
            is_superuser=True,
            actor=clerk,
            now=timezone.now(),
        )
    with pytest.raises(NotAllowed):
        services.set_admin_marks(
            user=clerk, is_staff=True, is_superuser=True, actor=clerk, now=timezone.now()
        )


def test_a_leaver_is_out_at_once(client):
    admin = make_user("root", is_superuser=True, is_staff=True)
    user = make_user(is_office_user=True)
    force_in(client, user)
    assert client.get("/account/").status_code == 200
    now = timezone.now()
    _token, words = services.issue_token(
        user=user, name="x", days=9, verified=True, actor=user, now=now
    )
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {words}"}
    assert Client().get("/api/v1/me/", **bearer).status_code == 200
    _link, link_words = services.issue_reset_link(user=user, actor=admin, now=now)

    services.disable_user(user=user, reason="调离", actor=admin, now=now)

    assert client.get("/account/").status_code == 302
    assert Client().get("/api/v1/me/", **bearer).status_code == 401
    assert Client().get(f"/account/reset/{link_words}/").status_code == 404
    assert not UserSession.objects.filter(user=user).exists()
    assert not ApiToken.objects.exists()
    assert "登录名或密码不正确" in log_in(Client()).content.decode()
    assert AuditEvent.objects.get(kind="user.disabled").reason == "调离"


def test_disabling_is_refused_for_oneself_twice_and_to_clerks():
    now = timezone.now()
    admin, other = make_user("root", is_superuser=True), make_user("clerk", is_staff=True)
    user = make_user()
    for actor, target in [(admin, admin), (other, user), (user, other)]:
        with pytest.raises(NotAllowed):
            services.disable_user(user=target, reason="x", actor=actor, now=now)
    services.disable_user(user=user, reason="x", actor=admin, now=now)
    with pytest.raises(Conflict):
        services.disable_user(user=user, reason="x", actor=admin, now=now)
    services.enable_user(user=user, reason="返岗", actor=admin, now=now)
    user.refresh_from_db()
    assert user.is_active and user.disabled_at is None


def test_becoming_an_office_user_begins_with_a_new_sign_in(client):
    user = make_user()
    force_in(client, user)
    assert client.get("/account/").status_code == 200
    services.set_office_user(user=user, is_office_user=True, actor=None, now=timezone.now())
    assert client.get("/account/").status_code == 302


def test_names_and_secrets_stay_out_of_the_audit_chain():
    admin = make_user("root", is_superuser=True, name="周管理")
    user = make_user()
    device, codes = with_authenticator(user)
    now = timezone.now()
    services.update_person(
        person=user.person, name="林美", phone="13800138000", actor=admin, now=now
    )
    _token, words = services.issue_token(
        user=user, name="x", days=9, verified=True, actor=user, now=now
    )
    _link, link_words = services.issue_reset_link(user=user, actor=admin, now=now)
    services.set_password_by_link(words=link_words, password=PASSWORD + "2", now=now)
    told = "\n".join(
        f"{e.body} {e.reason} {e.target_label} {e.actor_name}" for e in AuditEvent.objects.all()
    )
    plain = [PASSWORD, words, words[15:], link_words, device.key, user.password, *codes]
    for secret in [*plain, "林", "13800138000"]:
        assert secret not in told


def test_the_invariants_of_accounts_find_what_is_wrong():
    now = timezone.now()
    user = make_user()
    services.issue_token(user=user, name="x", days=365, verified=True, actor=user, now=now)
    services.issue_reset_link(user=user, actor=None, now=now)
    assert not verify.run(now, only=("U1", "U2", "U3")).findings
    User.objects.update(is_active=False)
    ApiToken.objects.update(expiry=now + timedelta(days=400))
    user.reset_links.update(expires_at=now + timedelta(hours=25))
    found = verify.run(now, only=("U1", "U2")).findings
    assert sorted(one.code for one in found) == ["U1", "U2", "U2"]


def test_sweeping_drops_only_what_is_over(client):
    log_in(client, make_user().username)
    now = timezone.now()
    assert services.sweep_sessions(now=now) == 0
    assert services.sweep_sessions(now=now + timedelta(hours=12)) == 1
