"""A secret ballot on phones: every page of it with axe, at 320 px and in large letters."""

import pytest

from deliberation.choices import ItemResult, State
from deliberation.models import AgendaItem
from demo.walk import Walk
from tests.browser import follow, with_large_letters, wrong_with
from tests.deliberation.council import opened
from tests.deliberation.doors import Browser
from tests.deliberation.secret import cast, count, open_ballot, paper, voters
from tests.deliberation.test_browser_steps import NOW, sign_in
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def sitting(monkeypatch, settings):
    """An open meeting with a ballot on its one item; everybody's accounts."""
    settings.DEMO = True
    cast_of = build_world().home
    walk = Walk(cast_of, now=NOW, title="台阶扶手加装").to(State.REVIEWED)
    meeting = opened(walk)
    return walk, meeting, open_ballot(walk, meeting), Browser(monkeypatch).at(walk.now)


@pytest.mark.parametrize("care", [False, True], ids=["plain", "care"])
def test_a_member_votes_on_a_small_phone(page, live_server, sitting, care):
    walk, _meeting, _box, clock = sitting
    if care:
        with_large_letters(page, live_server)
    page.set_viewport_size(SMALL)
    sign_in(page.context, live_server, clock, voters(walk, 1)[0])
    page.goto(live_server.url + "/desk/")
    follow(page.get_by_role("link", name="我的表决 1"))
    assert wrong_with(page) == []
    follow(page.get_by_role("link", name="去投票"))
    assert wrong_with(page) == []
    page.get_by_label("赞成").check()
    follow(page.get_by_role("button", name="下一步"))
    assert wrong_with(page) == []
    follow(page.get_by_role("button", name="确认投票"))
    assert page.get_by_text("您已投票").first.is_visible()
    assert wrong_with(page) == []


def test_the_clerks_pages_of_a_ballot(page, live_server, sitting):
    walk, meeting, box, clock = sitting
    sign_in(page.context, live_server, clock, walk.cast.clerk)
    item = f"{live_server.url}/meetings/{meeting.pk}/items/1"

    def looks_right(*names):
        for name in names:
            for size in (DESK, SMALL):
                page.set_viewport_size(size)
                assert page.goto(f"{item}/{name}/").status == 200, name
                assert wrong_with(page) == [], (name, size)

    looks_right("paper")
    people = voters(walk)
    present = meeting.members.filter(is_present=True).count()
    for user in people[: present - 2]:
        cast(walk, box, user)
    paper(walk, box, walk.cast.members[present - 2 : present])
    looks_right("tally", "close-ballot")
    count(walk, box, walk.cast.clerk, 2)
    count(walk, box, walk.cast.party, 2)
    page.goto(f"{item}/close-ballot/")
    follow(page.get_by_role("button", name="截止投票"))
    if page.get_by_role("button", name="确认").count():
        follow(page.get_by_role("button", name="确认").first)
    assert AgendaItem.objects.get(pk=box.item_id).result == ItemResult.CARRIED
    page.goto(f"{live_server.url}/meetings/{meeting.pk}/")
    assert wrong_with(page) == []
