"""The frame and the components as a person meets them: phone, large letters, keyboard, no script."""

import pytest

from tests.browser import PHONE, follow, is_too_wide, violations, with_large_letters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["/", "/find/?q=路灯", "/gallery/"]


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("care", [False, True], ids=["plain", "care"])
def test_pages_meet_wcag_and_fit_a_small_phone(page, live_server, path, care):
    if care:
        with_large_letters(page, live_server)
    for size in ({"width": 1280, "height": 900}, PHONE):
        page.set_viewport_size(size)
        page.goto(live_server.url + path)
        assert violations(page) == []
        assert not is_too_wide(page), f"{path} is wider than {size['width']}"


def test_large_letters_are_large(page, live_server):
    with_large_letters(page, live_server)
    page.goto(live_server.url + "/gallery/")
    small = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *, footer *")].filter(e =>
            [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) &&
            e.offsetHeight > 2 && !e.closest(".visually-hidden, [aria-hidden], code, .no") &&
            parseFloat(getComputedStyle(e).fontSize) < 20).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


@pytest.mark.parametrize(("care", "least"), [(False, 44), (True, 48)], ids=["plain", "care"])
def test_targets_are_large_enough_for_a_finger(page, live_server, care, least):
    if care:
        with_large_letters(page, live_server)
    page.set_viewport_size(PHONE)
    page.goto(live_server.url + "/gallery/")
    little = page.evaluate(
        """least => [...document.querySelectorAll(
            ".btn, .tool, .site-nav a, .pager a, summary, .form-control, .form-select")]
            .filter(e => e.offsetHeight && e.getBoundingClientRect().height < least - 0.5)
            .map(e => e.outerHTML.slice(0, 80))""",
        least,
    )
    assert little == []


def test_the_keyboard_skips_to_the_page_and_shows_where_it_is(page, live_server):
    page.goto(live_server.url + "/")
    page.keyboard.press("Tab")
    assert page.locator(".skip-link").evaluate("e => e === document.activeElement")
    assert page.locator(".skip-link").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_switch_to_large_letters_works_without_scripts(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(live_server.url + "/find/?q=路灯")
    follow(tab.get_by_role("button", name="关怀版"))
    assert "q=" in tab.url
    assert tab.locator("html.care").count() == 1
    follow(tab.get_by_role("button", name="标准版"))
    assert tab.locator("html.care").count() == 0
    context.close()


def test_the_counter_counts_characters_left(page, live_server):
    page.goto(live_server.url + "/gallery/")
    page.locator("#id_content").fill("路灯不亮")
    assert "196" in page.locator("[data-limit] .count-left").inner_text()


def test_a_notice_prints_without_the_frame(page, live_server):
    page.goto(live_server.url + "/gallery/")
    page.emulate_media(media="print")
    assert not page.locator("header .site-nav").is_visible()
    assert page.locator(".paper").is_visible()
