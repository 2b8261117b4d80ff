"""The public list of meetings, and what lists and pages cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deliberation.choices import State
from demo.walk import announce, hold
from tests.deliberation.doors import Browser, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser_at(monkeypatch, settings):
    settings.DEMO = True
    return Browser(monkeypatch).at


def test_the_list_is_narrowed_by_place_year_and_state(browser_at, walk, world):
    here = walk().to(State.REVIEWED)
    here.announce()
    away = walk(cast=world.far).to(State.REVIEWED)
    away.announce()
    visitor = browser_at(here.now).as_(None)
    whole = words(visitor.get("/meetings/"))
    assert "找到 2 条" in whole
    code = world.far.community.code
    assert "找到 1 条" in words(visitor.get("/meetings/", {"community": code}))
    street = world.home.community.street.code
    assert "找到 1 条" in words(visitor.get("/meetings/", {"street": street, "year": 2017}))
    assert "找到 0 条" in words(visitor.get("/meetings/", {"state": "closed"}))
    assert "找到 2 条" in words(visitor.get("/meetings/", {"community": "999", "year": "x"}))


def count_queries(browser, path):
    browser.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        browser.get(path)
    return len(seen)


@pytest.mark.parametrize("who", ["visitor", "clerk"])
def test_pages_ask_as_much_for_many_as_for_one(browser_at, walk, world, who):
    user = world.home.clerk if who == "clerk" else None
    one = walk(title="一").to(State.REVIEWED)
    first = one.announce()
    one.days(4, hours=1)
    browser = browser_at(one.now).as_(user)
    list_before = count_queries(browser, "/meetings/")
    detail_before = count_queries(browser, f"/meetings/{first.pk}/")
    several = [walk(title=f"第{n}项").to(State.REVIEWED) for n in range(4)]
    second = announce(several, at=several[0].now + timedelta(days=4))
    browser = browser_at(one.now).as_(user)
    assert count_queries(browser, "/meetings/") == list_before
    assert count_queries(browser, f"/meetings/{second.pk}/") == detail_before
    now = several[0].now + timedelta(days=4, hours=1)
    hold(several, second, now=now)
    browser = browser_at(now).as_(user)
    # held: recusals and votes come with one more question each
    assert count_queries(browser, f"/meetings/{second.pk}/") <= detail_before + 2
