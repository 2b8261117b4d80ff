"""No page offers a way that is closed to its reader: every link of every page is opened as that person.

Found in the URLconf and in the pages themselves; a new page or link is tried without anybody
adding it here. The clock of the site is that of the story, so that what is open then is open now.
"""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from tests.reliability.people import everybody, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ROLES = ("nobody", "agent", "clerk", "officer")
# leaving, and addresses of the browser's own files
LEFT_OUT = ("/static/", "/account/sign-out", "/admin/", "/api/")
# forms at once, files by the page: asked often, they are slowed by design
SLOWED = ("/export.",)


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href") or ""
        if tag == "a" and not href.startswith(("#", "mailto:", "tel:", "http")):
            self.found.add(href)


def opened(client, address):
    answer = client.get(address)
    # close() would also end the connection to the database
    for close in answer._resource_closers:
        close()
    return answer


def pages_of(client, place):
    """(address, links) of every page that this person can open."""
    for _name, address in place.addresses():
        answer = opened(client, address)
        kind = answer.headers.get("content-type", "")
        if answer.status_code != 200 or answer.streaming or "text/html" not in kind:
            continue
        links = Links()
        links.feed(answer.content.decode())
        yield address, {urljoin(address, href).split("#")[0] for href in links.found}


def dead_links(client, place):
    """{link: (status, a page that offers it)} and how many were opened."""
    seen, dead = {}, {}
    for address, links in pages_of(client, place):
        for link in links:
            path = urlsplit(link).path
            if link in seen or path.startswith(LEFT_OUT) or any(w in path for w in SLOWED):
                continue
            answer = opened(client, link)
            seen[link] = answer.status_code
            if answer.status_code not in (200, 302):
                dead[link] = (answer.status_code, address)
    return dead, len(seen)


def test_every_link_that_is_shown_opens(world, place, figure):
    people, dead, told = everybody(world), {}, {}
    for role in ROLES:
        dead[role], told[role] = dead_links(signed_in(people[role]), place)
    assert {role: links for role, links in dead.items() if links} == {}
    assert min(told.values()) > 40
    figure(f"{sum(told.values())} links opened by {len(told)} roles")


def test_control_a_link_to_a_closed_page_is_found(world, place, monkeypatch):
    monkeypatch.setattr("portal.views_desk.may_open", lambda *_: True)
    dead, _count = dead_links(signed_in(world.home.agent), place)
    assert "/ledgers/" in dead
