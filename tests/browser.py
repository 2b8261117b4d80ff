"""What browser tests do alike: look with axe, follow a link, turn on large letters."""

import pytest

# only what is wrong is told in full: telling what is right as well takes axe twice as long
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
PHONE = {"width": 360, "height": 740}


def violations(page):
    """What axe finds on the page that is shown; see `follow` for how to get there."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options=AXE).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def is_too_wide(page):
    """Must one scroll sideways?"""
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def wrong_with(page):
    """What axe finds, and whether the page is wider than its screen."""
    return violations(page) + (["wider than the screen"] if is_too_wide(page) else [])


def follow(locator):
    """Click, and return once the page it leads to has loaded: a click alone may return before,
    and what follows would then look at the page that is being left.
    """
    with locator.page.expect_navigation():
        locator.click()


def with_large_letters(page, live_server):
    page.context.add_cookies([{"name": "care", "value": "1", "url": live_server.url}])
