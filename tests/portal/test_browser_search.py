"""Search and coverage as a person uses them: phone, large letters, keyboard, without scripts."""

import pytest
from django.utils import timezone

from communities.services.needs import file_need
from deliberation.choices import State
from demo.walk import Walk
from tests.browser import PHONE, follow, is_too_wide, violations, with_large_letters
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(now, monkeypatch):
    """Two needs, one of them in a project, as of the evening of the tests' day."""
    world = build_world()
    file_need(
        community_id=world.home.community.pk, category="safety", content="二坊楼梯间路灯不亮",
        beneficiaries=["elderly"], actor=None, now=now,
    )  # fmt: skip
    walk = Walk(world.home, now=now, type="works", title="楼梯间路灯改造").to(State.DECLARED)
    monkeypatch.setattr(timezone, "now", lambda: walk.now)
    return world


@pytest.mark.parametrize("care", [False, True], ids=["plain", "care"])
def test_typing_a_query_and_choosing_a_street(page, live_server, town, care):
    page.set_viewport_size(PHONE)
    if care:
        with_large_letters(page, live_server)
    page.goto(live_server.url + "/")
    follow(page.get_by_role("link", name="查询", exact=True))
    assert violations(page) == []
    page.get_by_label("编号、关键词或一句话").fill("路灯 时间:9")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    assert page.locator("mark").first.inner_text() == "路灯"
    assert violations(page) == []
    assert not is_too_wide(page)
    page.get_by_text("缩小范围").click()
    page.locator("#id_street").select_option(town.far.community.street.code)
    follow(page.get_by_role("main").get_by_role("button", name="查询"))
    assert page.get_by_text("没有找到", exact=True).is_visible()
    assert violations(page) == []
    assert not is_too_wide(page)
    follow(page.get_by_role("link", name="去掉这个条件"))
    follow(page.get_by_role("link", name="项目 1"))
    follow(page.get_by_role("link", name="楼梯间路灯改造"))
    assert page.locator("h1").inner_text() == "楼梯间路灯改造"


@pytest.mark.parametrize("care", [False, True], ids=["plain", "care"])
def test_choosing_a_street_on_the_coverage_page(page, live_server, town, care):
    if care:
        with_large_letters(page, live_server)
    for size in (PHONE, {"width": 1280, "height": 900}, {"width": 320, "height": 700}):
        page.set_viewport_size(size)
        page.goto(live_server.url + "/")
        follow(page.get_by_role("link", name="提的需求办得怎么样"))
        page.get_by_label("看哪里").select_option(town.home.community.street.code)
        follow(page.get_by_role("main").get_by_role("button", name="查询"))
        assert town.home.community.street.name in page.locator("h1").inner_text()
        assert page.locator(".radar svg").first.is_visible() is not care
        assert page.get_by_role("table").first.is_visible()
        assert violations(page) == []
        assert not is_too_wide(page), size
        follow(page.get_by_role("link", name="消除安全隐患，未满足 1"))
        assert page.get_by_text("二坊楼梯间路灯不亮").is_visible()
        assert violations(page) == []
        assert not is_too_wide(page), size


def test_both_work_without_scripts(browser, live_server, town):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(live_server.url + "/find/")
    tab.get_by_label("编号、关键词或一句话").fill("路灯")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**q=**")
    assert tab.locator("mark").first.is_visible()
    tab.goto(live_server.url + "/coverage/")
    tab.get_by_label("看哪里").select_option(town.home.community.code)
    follow(tab.get_by_role("main").get_by_role("button", name="查询"))
    assert tab.locator(".radar svg polygon").count() > 8
    context.close()
