"""E-mail and short messages: each thing is told once, whatever happens to the tick."""

from datetime import timedelta
from smtplib import SMTPDataError, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from portal.models import Letter, Notification
from portal.services import channels, escalating, letters, posting
from portal.services.telling import mark_read, tell, tell_people
from tests.portal.mailing import choose, news, tick

SENT = []


class Sms:
    """An adapter that remembers what it was given."""

    def send(self, *, number, text, key):
        SENT.append((number, text, key))


@pytest.fixture(autouse=True)
def _mail_is_on(settings):
    settings.MAIL = "console"
    settings.SITE_URL = "https://ms.example.gov.cn"
    SENT.clear()


@pytest.fixture
def way(walk):
    return walk().draft()


# --- what leaves ---------------------------------------------------------------------------------


def test_at_once_leaves_with_the_next_tick_and_once(world, way):
    choose(world.home.clerk, way.now)
    news(way, world.home.clerk, 2)
    assert tick(way.now).sent == 1
    assert tick(way.now).sent == 0
    body = mail.outbox[0].body
    assert "第0条" in body and "第1条" in body and "13812345678" not in body
    assert f"https://ms.example.gov.cn/proposals/{way.pk}/" in body


def test_a_digest_is_one_a_day_from_eight_on_and_loses_nothing(world, way):
    choose(world.home.clerk, way.now, "digest")
    at = way.now.replace(hour=7, minute=59)
    news(way, world.home.clerk)
    assert tick(at + timedelta(days=1)).sent == 0
    assert tick(at + timedelta(days=1, minutes=1)).sent == 1
    way.days(1)
    with transaction.atomic():
        tell_people(
            {world.home.clerk.person_id}, key="more", kind="urge", matter=way.matter, text="晚到",
            at=way.now,
        )  # fmt: skip
    assert tick(way.now + timedelta(hours=3)).sent == 0
    # the tick stood still for two days
    assert tick(way.now + timedelta(days=3)).sent == 1
    assert "晚到" in mail.outbox[-1].body and "第0条" not in mail.outbox[-1].body


def test_what_was_read_does_not_leave(world, way):
    choose(world.home.clerk, way.now)
    news(way, world.home.clerk)
    mark_read(actor=world.home.clerk, now=way.now)
    assert tick(way.now).sent == 0


def test_whoever_may_not_sign_in_any_more_gets_none(world, way):
    choose(world.home.clerk, way.now)
    news(way, world.home.clerk)
    type(world.home.clerk).objects.filter(pk=world.home.clerk.pk).update(is_active=False)
    assert tick(way.now).sent == 0


def test_choosing_mail_does_not_pour_out_the_past(world, way):
    news(way, world.home.clerk)
    choose(world.home.clerk, way.now + timedelta(hours=1))
    assert tick(way.now + timedelta(hours=2)).sent == 0


def test_an_event_told_twice_leaves_once(world, way):
    choose(world.home.agent, way.now)
    event = way.days(1).solicit().matter.events.order_by("-seq").first()
    for _twice in range(2):
        tell(event_id=event.pk, now=way.now)
        tick(way.now)
    assert Notification.objects.filter(event=event, person=world.home.agent.person).count() == 1
    assert len(mail.outbox) == 1 and "归档问需证据" in mail.outbox[0].body


# --- the tick breaks off -------------------------------------------------------------------------


def one_letter(world, way):
    choose(world.home.clerk, way.now)
    news(way, world.home.clerk)
    letters.write_letters(now=way.now)
    return Letter.objects.get()


def test_killed_between_claim_and_sending_it_leaves_once_after_the_claim(world, way):
    letter = one_letter(world, way)
    assert posting.claim(letter.pk, way.now)
    assert tick(way.now).sent == 0
    assert tick(way.now + timedelta(minutes=9)).sent == 0
    assert tick(way.now + posting.CLAIM).sent == 1
    assert len(mail.outbox) == 1


def test_whoever_lost_the_claim_does_not_send(world, way):
    letter = one_letter(world, way)
    slow = posting.claim(letter.pk, way.now)
    fast = posting.claim(letter.pk, way.now + posting.CLAIM)
    assert not posting.leave(slow) and posting.leave(fast)


def test_killed_in_the_very_sending_nobody_knows_and_it_is_not_sent_again(world, way):
    letter = one_letter(world, way)
    assert posting.leave(posting.claim(letter.pk, way.now))
    assert tick(way.now + posting.CLAIM).unknown == 1
    assert tick(way.now + timedelta(days=3)).sent == 0
    assert (Letter.objects.get().state, mail.outbox) == ("unknown", [])


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (SMTPDataError(451, b"later"), "ready"),
        (SMTPDataError(550, b"no such box clerk@example.com"), "failed"),
        (SMTPServerDisconnected("gone"), "unknown"),
    ],
)
def test_what_the_server_says_decides_whether_it_is_tried_again(
    world, way, monkeypatch, caplog, error, state
):
    letter = one_letter(world, way)

    def fail(*_args):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", fail)
        tick(way.now)
    letter.refresh_from_db()
    assert letter.state == state
    assert "clerk@example.com" not in letter.error + caplog.text
    assert tick(way.now + timedelta(hours=1)).sent == (state == "ready")


def test_a_server_that_is_away_only_delays(world, way, monkeypatch):
    one_letter(world, way)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "open", lambda self: 1 / 0)
        assert tick(way.now).again == 1
    assert tick(way.now + timedelta(minutes=1)).sent == 1


# --- short messages ------------------------------------------------------------------------------


def test_a_late_turn_reaches_the_phone_on_file_and_no_log_shows_it(world, way, settings, caplog):
    settings.SMS_BACKEND = f"{__name__}:Sms"
    people = type(world.home.clerk.person).objects
    people.exclude(pk=world.home.clerk.person_id).update(phone="")
    people.filter(pk=world.home.clerk.person_id).update(phone="13800001111")
    now = way.now + timedelta(days=31)
    assert escalating.escalate_late(now=now) == 2
    for _twice in range(2):
        tick(now)
    assert [(number, key.partition(":")[0]) for number, _text, key in SENT] == [
        ("13800001111", "sms")
    ]
    assert "13800001111" not in caplog.text
    news(way, world.home.clerk)
    tick(now)
    assert len(SENT) == 1


def test_no_short_message_for_who_said_no_and_none_when_it_is_off(world, way, settings):
    type(world.home.clerk.person).objects.update(phone="13800001111")
    now = way.now + timedelta(days=20)
    escalating.escalate_late(now=now)
    tick(now)
    assert Letter.objects.count() == 0
    settings.SMS_BACKEND = f"{__name__}:Sms"
    channels.set_channels(
        email="", email_mode="none", sms_overdue=False, actor=world.home.clerk, now=now
    )
    tick(now)
    assert SENT == []


def test_the_console_masks_the_number(settings, world, way, capsys):
    settings.SMS_BACKEND = "portal.sms:Console"
    type(world.home.clerk.person).objects.update(phone="13800001111")
    now = way.now + timedelta(days=20)
    escalating.escalate_late(now=now)
    tick(now)
    said = capsys.readouterr().out
    assert "138****1111" in said and "13800001111" not in said
