"""Every page of the site in a browser on a phone, found in the URLconf: axe, and no sideways scrolling.

A new page is looked at without anybody adding it here. What only opens in another state of its
object has its own browser test beside its feature.
"""

import pytest
from django.conf import settings as conf
from django.test import Client
from django.utils import timezone

from core import access
from tests.accounts.helpers import force_in
from tests.browser import PHONE, wrong_with
from tests.reliability.furnished import furnished
from tests.reliability.people import everybody
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# the interface of the schema is its author's; the rest are files, not pages
NO_PAGES = ("api:", "schema", "docs", "files:")
ROLES = {"nobody": 15, "clerk": 40, "agent": 5, "officer": 15}


def look_at(page, address):
    """What is wrong with one page, or None when it is no page for this person."""
    answer = page.request.get(address, max_redirects=0)
    if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
        return None
    page.goto(address)
    return wrong_with(page)


@pytest.mark.parametrize(("role", "least"), ROLES.items())
def test_every_page_fits_a_phone_and_meets_wcag(
    page, live_server, monkeypatch, settings, figure, role, least
):
    settings.DEMO = True
    world = build_world()
    s, place = furnished(world.home)
    user = everybody(world)[role]
    monkeypatch.setattr(timezone, "now", lambda: s.now)
    if user is not None:
        client = Client()
        force_in(client, user)
        key = client.cookies[conf.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": conf.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}]
        )
    page.set_viewport_size(PHONE)
    wrong, seen = {}, 0
    for name, address in place.addresses():
        if name.startswith(NO_PAGES) or "logout" in name:
            continue
        # what everybody may open was looked at as nobody and as the clerk
        if role in ("agent", "officer") and access.rule_for(name) == access.PUBLIC:
            continue
        verdict = look_at(page, live_server.url + address)
        seen += verdict is not None
        if verdict:
            wrong[name] = verdict
    assert wrong == {}
    assert seen >= least
    figure(f"{seen} pages")
