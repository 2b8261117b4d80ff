"""A resident with a phone: three screens, a receipt, no accessibility fault on the way."""

import os

import pytest

from communities.models import Need
from tests.portal.test_browser_frame import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 740}


def sound(page, name):
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    assert violations(page) == []
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_need_is_filed_on_a_phone(scripts, browser, live_server, home, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    context = browser.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=scripts)
    page = context.new_page()
    look = sound if scripts else lambda *_page_and_name: None
    page.goto(f"{live_server.url}/needs/new/")
    page.get_by_role("button", name="下一步").click()
    assert page.locator(".error-summary").is_visible()
    look(page, "need-1-errors")
    page.get_by_label("消除安全隐患").check()
    page.get_by_label("需要什么").fill("三栋楼下的台阶松动，老人容易摔倒")
    look(page, "need-1")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("在哪个社区").select_option(label=home.name)
    page.get_by_label("老人").check()
    look(page, "need-2")
    page.get_by_role("button", name="下一步").click()
    look(page, "need-3")
    page.get_by_role("button", name="提交需求").click()
    assert "/needs/receipt/" in page.url
    look(page, "need-receipt")
    need = Need.objects.get()
    for name, path in {
        "need-list": "/needs/",
        "need-page": f"/needs/{need.number}/",
        "need-followed": f"/needs/follow-up/{need.number}/",
        "need-support": f"/needs/{need.number}/support/",
        "need-withdraw": f"/needs/follow-up/{need.number}/withdraw/",
        "need-correct": f"/needs/follow-up/{need.number}/correct/",
        "need-ask": "/needs/follow-up/",
    }.items():
        assert page.goto(live_server.url + path).status == 200
        look(page, name)
    context.close()


def test_the_desk_has_no_accessibility_fault(
    page, live_server, clerk, sign_in, home, a_need, settings
):
    need = a_need(home, contact_phone="13800138000", contact_name="王小明", consented=True)
    key = sign_in(clerk).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}]
    )
    base = f"/needs/desk/{need.number}/"
    for name, path in {
        "desk": "/needs/desk/",
        "desk-new": "/needs/desk/new/",
        "desk-need": base,
        "desk-answer": f"{base}answer/",
        "desk-close": f"{base}close/",
        "desk-contact": f"{base}contact/",
    }.items():
        for size in (PHONE, {"width": 1280, "height": 900}):
            page.set_viewport_size(size)
            assert page.goto(live_server.url + path).status == 200
            sound(page, f"{name}-{size['width']}")
