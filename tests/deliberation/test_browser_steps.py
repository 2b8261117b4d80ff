"""Pages of steps 4–6 in a browser: on a small phone, checked with axe, and without scripts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as conf

from deliberation.choices import State
from demo.walk import Walk, announce
from tests.browser import PHONE, follow, wrong_with
from tests.deliberation.doors import Browser
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime(2017, 6, 1, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def story(monkeypatch, settings):
    """A community with a posted notice, an objection, and a meeting of today."""
    settings.DEMO = True
    cast = build_world().home
    posted = Walk(cast, now=NOW).to(State.RESOLVED)
    posted.post()
    objection = posted.object()
    waiting = Walk(cast, now=posted.now - timedelta(days=4), title="台阶扶手").to(State.REVIEWED)
    meeting = announce([waiting], at=waiting.now + timedelta(days=4))
    browser = Browser(monkeypatch).at(meeting.starts_at)
    return cast, posted, objection, meeting, browser


def sign_in(context, live_server, browser, user):
    browser.as_(user)
    key = browser.client.cookies[conf.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": conf.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])


def test_the_pages_fit_a_phone_and_meet_wcag(page, live_server, story):
    cast, posted, objection, meeting, browser = story
    notice = posted.notice.pk
    page.set_viewport_size(PHONE)
    public = ["/meetings/", "/notices/", f"/notices/{notice}/", f"/notices/{notice}/object/"]
    staff = [
        f"/meetings/{meeting.pk}/", f"/meetings/{meeting.pk}/open/", "/objections/desk/",
        f"/objections/desk/{objection.pk}/answer/", "/ledgers/5/", "/ledgers/5/print/",
    ]  # fmt: skip
    for paths, user in ((public, None), (staff, cast.clerk)):
        if user is not None:
            sign_in(page.context, live_server, browser, user)
        for path in paths:
            assert page.goto(live_server.url + path).status == 200
            assert wrong_with(page) == [], path


def test_the_roster_is_counted_with_scripts_and_without(browser, live_server, story):
    cast, _posted, _objection, meeting, clock = story
    for has_scripts in (True, False):
        context = browser.new_context(java_script_enabled=has_scripts)
        sign_in(context, live_server, clock, cast.clerk)
        tab = context.new_page()
        tab.goto(f"{live_server.url}/meetings/{meeting.pk}/open/")
        for box in tab.locator("input[name=present]").all()[:9]:
            box.check()
        if not has_scripts:
            follow(tab.get_by_role("button", name="先核对人数"))
        assert tab.locator("[data-number]").inner_text() == "9"
        assert "已达法定人数" in tab.locator("[data-verdict]").inner_text()
        context.close()


def test_paper_is_a4_upright_for_notices_and_lying_for_ledgers(page, live_server, story):
    cast, posted, _objection, _meeting, clock = story
    sign_in(page.context, live_server, clock, cast.clerk)
    for path, box in (
        (f"/notices/{posted.notice.pk}/", b"[0 0 594"),
        ("/ledgers/5/print/", b"[0 0 841"),
    ):
        page.goto(live_server.url + path)
        assert b"/MediaBox " + box in page.pdf(prefer_css_page_size=True)
