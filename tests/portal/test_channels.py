"""How a person is told outside the house: the address confirms itself before it is used."""

from datetime import timedelta

import pytest
from django.core import mail

from core.models import AuditEvent
from portal.models import Channel
from portal.services import channels
from tests.accounts.helpers import force_in
from tests.deliberation.helpers import refused
from tests.portal.mailing import choose, news, tick


@pytest.fixture(autouse=True)
def _mail_is_on(settings):
    settings.MAIL = "console"


@pytest.fixture
def way(walk):
    return walk().draft()


def test_an_address_is_used_only_after_its_link_was_followed(world, way, client, settings):
    clerk, now = world.home.clerk, way.now
    channels.set_channels(
        email="wu@example.com", email_mode="at_once", sms_overdue=True, actor=clerk, now=now
    )
    news(way, clerk)
    assert tick(now).sent == 1
    assert mail.outbox[0].to == ["wu@example.com"] and "确认" in mail.outbox[0].subject
    link = next(word for word in mail.outbox[0].body.split() if "/confirm/" in word)
    token = link.rstrip("/").rsplit("/", 1)[1]
    refused("link_is_void", channels.confirm_email, token=token, actor=world.home.party, now=now)
    late = now + timedelta(days=2, minutes=1)
    refused("link_is_void", channels.confirm_email, token=token, actor=clerk, now=late)
    refused("link_is_void", channels.confirm_email, token=f"{token}x", actor=clerk, now=now)
    channels.confirm_email(token=token, actor=clerk, now=now)
    assert Channel.objects.get().is_confirmed
    assert "wu@example.com" not in "".join(AuditEvent.objects.values_list("body", flat=True))


def test_another_address_voids_the_link_and_the_confirmation(world, way):
    clerk, now = world.home.clerk, way.now
    choose(clerk, now)
    old = channels.token_of(Channel.objects.get())
    channels.set_channels(
        email="new@example.com", email_mode="digest", sms_overdue=False, actor=clerk, now=now
    )
    assert not Channel.objects.get().is_confirmed
    refused("link_is_void", channels.confirm_email, token=old, actor=clerk, now=now)


def test_what_is_wrong_with_an_address_is_told(world, now, settings):
    def choose_it(email, mode):
        return channels.set_channels(
            email=email, email_mode=mode, sms_overdue=True, actor=world.home.clerk, now=now
        )

    refused("email_malformed", choose_it, "not an address", "digest")
    refused("email_missing", choose_it, " ", "digest")
    refused("mode_unknown", choose_it, "a@example.com", "hourly")
    settings.MAIL = "none"
    refused("mail_is_off", choose_it, "a@example.com", "digest")


def test_only_so_many_confirmations_a_day(world, now):
    clerk = world.home.clerk
    for number in range(5):
        channels.set_channels(
            email=f"a{number}@example.com", email_mode="digest", sms_overdue=True, actor=clerk,
            now=now,
        )  # fmt: skip
    refused("asked_too_often", channels.ask_again, actor=clerk, now=now)
    channels.ask_again(actor=clerk, now=now + timedelta(days=1))


def test_the_page_of_channels(world, client, settings):
    force_in(client, world.home.clerk)
    answer = client.post("/desk/channels/", {"email": "x", "email_mode": "digest"})
    assert answer.status_code == 200 and 'value="x"' in answer.content.decode()
    form = {"email": "wu@example.com", "email_mode": "digest", "sms_overdue": "on"}
    assert client.post("/desk/channels/", form).status_code == 302
    assert "还没有确认" in client.get("/desk/channels/").content.decode()
    token = channels.token_of(Channel.objects.get())
    assert client.get(f"/desk/channels/confirm/{token}/").status_code == 200
    assert not Channel.objects.get().is_confirmed
    client.post(f"/desk/channels/confirm/{token}/")
    assert Channel.objects.get().is_confirmed
    api = client.get("/api/v1/channels/").json()
    assert (api["email"], api["is_confirmed"], api["email_mode"]) == (
        "wu@example.com", True, "digest",
    )  # fmt: skip
    body = {"email": "", "email_mode": "none", "sms_overdue": False}
    assert client.put("/api/v1/channels/", body, content_type="application/json").status_code == 200
    assert Channel.objects.get().email == ""
