"""Several ticks at once tell and send each thing once; the controls take the guard away."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from django.core import mail
from django.db import transaction

from demo.walk import Walk
from portal import turns
from portal.models import Letter, LetterItem, Notification
from portal.services import escalating, letters, posting
from tests.portal.mailing import choose, news, tick
from tests.reliability.racing import race, words
from tests.world import build_world

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _mail_is_on(settings):
    settings.MAIL = "console"


def late(walk, days):
    return walk.now + timedelta(days=days)


@pytest.fixture
def ways(settings, now):
    """Five matters whose turns will be late together, committed for every connection."""
    settings.OUTBOX_INLINE = False
    with transaction.atomic():
        home = build_world().home
        return [Walk(home, now=now, title=f"学堂{number}").draft() for number in range(5)]


def ticks(ways):
    now = late(ways[0], 20)
    return race([lambda: escalating.escalate_late(now=now)] * 4)


def test_four_ticks_at_once_tell_each_late_turn_once(ways):
    outcomes = ticks(ways)
    assert words(outcomes) == {"done": 4}
    assert sum(outcome.value for outcome in outcomes) == 5
    assert Notification.objects.filter(kind="overdue").count() == 5


def test_control_with_another_key_each_time_four_ticks_double_it(ways, monkeypatch):
    """The guard is the natural key: with a beginning that is never the same it is told again."""
    real, drift = turns.waiting_of, count(1)

    def drifting(matter, now):
        one = real(matter, now)
        return replace(one, began_at=one.began_at + timedelta(microseconds=next(drift)))

    monkeypatch.setattr(turns, "waiting_of", drifting)
    ticks(ways)
    escalating.escalate_late(now=late(ways[0], 20))
    assert Notification.objects.filter(kind="overdue").count() > 5


@pytest.fixture
def crowd(settings, now):
    """Six people with confirmed addresses and news each, committed for every connection."""
    settings.OUTBOX_INLINE = False
    with transaction.atomic():
        home = build_world().home
        way = Walk(home, now=now).draft()
        for mode, user in (
            ("at_once", home.clerk), ("at_once", home.party), ("at_once", home.agent),
            ("digest", home.signer), ("digest", home.station), ("digest", home.resident),
        ):  # fmt: skip
            choose(user, now, mode, f"{user.username}@example.com")
            news(way, user, 5)
        return way


def sent_to():
    return sorted(message.to[0] for message in mail.outbox)


def test_four_ticks_at_once_send_each_letter_once(crowd):
    outcomes = race([lambda: tick(crowd.now)] * 4)
    assert words(outcomes) == {"done": 4}
    assert len(sent_to()) == len(set(sent_to())) == 6
    assert LetterItem.objects.count() == 30


def test_control_without_the_claim_they_send_it_twice(crowd, monkeypatch):
    """Every tick takes every letter that it saw: the guard is the conditional UPDATE."""
    letters.write_letters(now=crowd.now)
    monkeypatch.setattr(
        posting, "claim", lambda pk, now: Letter.objects.select_related("person").get(pk=pk)
    )
    monkeypatch.setattr(posting, "leave", lambda letter: True)
    monkeypatch.setattr(posting, "_mine", lambda letter: Letter.objects.none())
    race([lambda: posting.post_letters(now=crowd.now)] * 2)
    assert len(sent_to()) == 12
