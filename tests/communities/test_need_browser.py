"""A resident with a phone: three screens, a receipt, no accessibility fault on the way."""

import os

import pytest

from communities.models import Need
from communities.services.estates import add_estate
from tests.browser import PHONE, follow, is_too_wide, wrong_with
from tests.core.corpus import photo_with_position

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sound(page, name):
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    assert wrong_with(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_need_is_filed_on_a_phone(scripts, browser, live_server, home, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    context = browser.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=scripts)
    page = context.new_page()
    look = sound if scripts else lambda *_page_and_name: None
    page.goto(f"{live_server.url}/needs/new/")
    follow(page.get_by_role("button", name="下一步"))
    assert page.locator(".error-summary").is_visible()
    look(page, "need-1-errors")
    page.get_by_label("消除安全隐患").check()
    page.get_by_label("需要什么").fill("三栋楼下的台阶松动，老人容易摔倒")
    look(page, "need-1")
    follow(page.get_by_role("button", name="下一步"))
    page.get_by_label("在哪个社区").select_option(label=home.name)
    page.get_by_label("老人").check()
    look(page, "need-2")
    follow(page.get_by_role("button", name="下一步"))
    look(page, "need-3")
    follow(page.get_by_role("button", name="提交需求"))
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


def press_to(page, locator):
    """Walk with the tab key until it has the focus: what cannot be reached so, nobody reaches."""
    locator.wait_for()
    for _step in range(60):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by keyboard: {locator}")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_estate_photo_and_a_neighbours_need_by_keyboard_at_320_pixels(
    scripts, browser, live_server, home, a_need, founder, now, tmp_path, monkeypatch
):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    add_estate(community_id=home.pk, name="东湖花园", actor=founder, now=now)
    there = a_need(home, content="三栋楼下台阶松动了，老人走路容易摔倒")
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(photo_with_position())
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, locale="zh-CN", java_script_enabled=scripts
    )
    page = context.new_page()
    # axe is a script
    look = sound if scripts else lambda *_page_and_name: None

    def write(label, words):
        press_to(page, page.get_by_label(label))
        page.keyboard.insert_text(words)

    def press(button):
        press_to(page, page.get_by_role("button", name=button).last)
        page.keyboard.press("Enter")

    page.goto(f"{live_server.url}/needs/new/")
    press_to(page, page.get_by_label("消除安全隐患"))
    page.keyboard.press("Space")
    write("需要什么", "三栋楼下的台阶松动，老人容易摔倒")
    press("下一步")
    page.get_by_label("在哪个社区").wait_for()
    look(page, "intake-2-empty")
    write("具体地点", "三栋楼下")
    page.get_by_label("现场照片").set_input_files(str(picture))
    press("下一步")
    # refused for want of a community: told on top, in focus, and the photo is kept
    page.locator(".error-summary").wait_for()
    if scripts:
        assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.locator(".draft-photo img").is_visible()
    look(page, "intake-2-refused")
    page.get_by_label("在哪个社区").select_option(label=home.name)
    write("在哪个小区", "东湖花园")
    # the enter key goes on; it does not take the photo off
    page.keyboard.press("Enter")
    page.get_by_text("第 3 步，共 3 步").wait_for()
    assert page.get_by_text("东湖花园 三栋楼下").is_visible()
    assert page.get_by_text("是同一件事吗").is_visible()
    look(page, "intake-3")
    press("上一步")
    page.locator(".draft-photo img").wait_for()
    press("去掉这张照片")
    page.locator(".draft-photo").wait_for(state="detached")
    assert page.get_by_label("在哪个小区").input_value() == "东湖花园"
    look(page, "intake-2-again")
    press("下一步")
    press_to(page, page.get_by_role("button", name="我也需要"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/needs/{there.number}/")
    assert page.get_by_text("谢谢").is_visible()
    look(page, "intake-joined")
    there.refresh_from_db()
    assert (there.supporter_count, Need.objects.count()) == (1, 1)
    context.close()


def test_targets_of_the_three_screens_are_large_also_in_large_text(
    browser, live_server, home, a_need, monkeypatch
):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    a_need(home, content="三栋楼下台阶松动了，老人走路容易摔倒")
    context = browser.new_context(viewport={"width": 320, "height": 640}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live_server.url}/needs/new/")
    page.get_by_label("消除安全隐患").check()
    page.get_by_label("需要什么").fill("三栋楼下的台阶松动，老人容易摔倒")
    small = """[...document.querySelectorAll(
        'main .btn, main .form-control, main .form-select, main .choices label, main .form-check')]
        .filter(e => !e.classList.contains('visually-hidden'))
        .filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))"""
    for screen in (1, 2, 3):
        assert page.evaluate(small) == []
        page.add_style_tag(content="html{font-size:34px !important}")
        assert not is_too_wide(page), screen
        if screen == 2:
            page.get_by_label("在哪个社区").select_option(label=home.name)
        if screen < 3:
            follow(page.get_by_role("button", name="下一步").last)
            page.get_by_text(f"第 {screen + 1} 步").wait_for()
    context.close()
