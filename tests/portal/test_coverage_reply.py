"""The reply rate: the last day, the first reply, holidays, what still waits."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.services.needs import (
    answer_need,
    close_need,
    mark_taken_up,
    release_needs,
    reopen_need,
)
from core.calendar import SHANGHAI
from portal import coverage
from tests.portal.searching import pages_of

pytestmark = pytest.mark.django_db


# the reply limit ----------------------------------------------------------------------------------


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def reply(told, on):
    tally = told(on=on).whole.tally
    return tally.reply.due, tally.reply.in_time


def test_the_last_day_is_the_tenth_working_day_and_the_next_one_is_too_late(told, need, world):
    # Thursday 2017-06-01; ten working days later is Thursday 2017-06-15
    filed = at("2017-06-01T10:00")
    in_time, late, never = need(at=filed), need(at=filed), need(at=filed)
    answer = {"text": "已安排", "actor": world.home.clerk}
    answer_need(need_id=in_time.pk, now=at("2017-06-15T23:59"), **answer)
    assert reply(told, date(2017, 6, 15)) == (0, 0)
    assert told(on=date(2017, 6, 15)).overdue == 0
    assert reply(told, date(2017, 6, 16)) == (3, 1)
    assert told(on=date(2017, 6, 16)).overdue == 2
    answer_need(need_id=late.pk, now=at("2017-06-16T00:00"), **answer)
    assert reply(told, date(2017, 6, 16)) == (3, 1)
    assert told(on=date(2017, 6, 16)).whole.tally.reply.rate == "33.3%"
    assert told(on=date(2017, 6, 16)).overdue == 1
    # after a year the old ones are no longer in the rate, but who still waits is still told
    assert reply(told, date(2018, 6, 15)) == (3, 1)
    assert reply(told, date(2018, 6, 16)) == (0, 0)
    assert told(on=date(2019, 1, 1)).overdue == 1
    assert never.answer == ""


def test_the_first_reply_counts_even_when_a_later_one_replaces_it(told, need, world, now):
    kept = need()
    for days in (1, 60):
        answer_need(need_id=kept.pk, text=f"第{days}天", actor=world.home.clerk,
                    now=now + timedelta(days=days))  # fmt: skip
    assert reply(told, timezone.localdate(now) + timedelta(days=90)) == (1, 1)


def test_closing_with_a_reason_is_a_reply_and_reopening_takes_it_back(told, need, world, now):
    closed = need()
    clerk, later = world.home.clerk, timezone.localdate(now) + timedelta(days=90)
    close_need(need_id=closed.pk, reason="修好了", actor=clerk, now=now + timedelta(days=1))
    assert reply(told, later) == (1, 1)
    assert told(on=later).overdue == 0
    reopen_need(need_id=closed.pk, reason="又坏了", actor=clerk, now=now + timedelta(days=2))
    assert reply(told, later) == (1, 0)
    assert told(on=later).overdue == 1


def test_a_project_that_takes_the_need_up_is_a_reply_until_it_lets_go(told, need, world, now):
    held = need()
    later = timezone.localdate(now) + timedelta(days=90)
    words = {"need_ids": [held.pk], "by_no": "DM-1", "actor": world.home.clerk}
    mark_taken_up(**words, now=now + timedelta(days=1))
    assert reply(told, later) == (1, 1)
    assert told(on=later).overdue == 0
    release_needs(**words, now=now + timedelta(days=2))
    assert reply(told, later) == (1, 0)
    assert told(on=later).overdue == 1


def test_a_new_limit_does_not_judge_old_promises(told, need, world, now, settings):
    asked = need()
    settings.NEED_REPLY_DAYS = 1
    answer_need(
        need_id=asked.pk, text="已安排", actor=world.home.clerk, now=now + timedelta(days=9)
    )
    assert reply(told, timezone.localdate(now) + timedelta(days=90)) == (1, 1)


def test_the_overdue_list_is_the_overdue_figure(client, monkeypatch, told, need, now):
    for days in (0, 1, 30):
        need(at=now + timedelta(days=days))
    get = pages_of(client, monkeypatch, now + timedelta(days=31))
    on = timezone.localdate(now) + timedelta(days=31)
    found = told(on=on)
    assert found.overdue == 2
    plain = re.sub(r"<[^>]+>|\s+", " ", get(reverse("portal:coverage")).content.decode())
    assert re.search(r"按时答复率 +0.0% .*应当答复 +2 +条 .*超期未答复 +2 +条", plain)
    assert " 30／31 " in plain
    page = get(found.whole.list_href(coverage.OVERDUE))
    assert page.context["page"].paginator.count == 2
    assert "超过答复期限" in page.content.decode()
