"""Pages of proposals, the desk and the rules in a browser: phone and desk, axe, without scripts."""

import pytest

from deliberation.choices import State
from deliberation.models import Matter
from demo.walk import Walk
from projects.models import Proposal
from tests.browser import PHONE, follow, wrong_with
from tests.deliberation.doors import Browser
from tests.deliberation.test_browser_steps import NOW, sign_in
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def story(monkeypatch, settings):
    """A draft, a works proposal before the two committees, and one that is established."""
    settings.DEMO = True
    cast = build_world().home
    draft = Walk(cast, now=NOW, title="夕阳红学堂").draft()
    gated = Walk(cast, now=NOW, type="works", title="台阶扶手").to(State.DECLARED).gatekeep()
    done = Walk(cast, now=NOW, type="works", title="后巷排水").to(State.ESTABLISHED)
    return cast, draft, gated, done, Browser(monkeypatch).at(done.now)


def test_the_pages_fit_every_screen_and_meet_wcag(page, live_server, story):
    cast, draft, gated, done, clock = story
    code = cast.community.code
    pages = {
        None: ["/proposals/", f"/proposals/{done.pk}/", "/rules/", "/rules/positive-list/"],
        cast.clerk: [
            "/desk/", f"/proposals/{gated.pk}/", f"/proposals/{draft.pk}/file-evidence/",
            f"/proposals/{gated.pk}/record-review/", f"/proposals/{gated.pk}/withdraw/",
            "/envelopes/?year=2017", f"/envelopes/{code}/2017/",
        ],
        cast.agent: ["/desk/", "/proposals/new/", f"/proposals/{draft.pk}/edit/",
                     f"/proposals/{draft.pk}/attachments/", f"/proposals/{draft.pk}/declare/"],
    }  # fmt: skip
    for user, paths in pages.items():
        if user is not None:
            sign_in(page.context, live_server, clock, user)
        for path in paths:
            for size in (DESK, PHONE):
                page.set_viewport_size(size)
                assert page.goto(live_server.url + path).status in (200, 403, 409), path
                assert wrong_with(page) == [], (path, size)


def test_a_proposal_is_drafted_without_scripts(browser, live_server, story):
    cast, _draft, _gated, _done, clock = story
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, clock, cast.agent)
    tab = context.new_page()
    tab.goto(live_server.url + "/proposals/new/")
    tab.get_by_label("项目名称").fill("邻里厨房")
    tab.get_by_label("第 1 项 名称").fill("食材")
    tab.get_by_label("第 1 项 数量").fill("12")
    tab.get_by_label("第 1 项 单价（元）").fill("800")
    follow(tab.get_by_role("button", name="再加五行并重新合计"))
    assert "9,600.00" in tab.locator("#lines").inner_text()
    assert tab.get_by_label("第 10 项 名称").count() == 1
    tab.get_by_label("服务类").check()
    tab.get_by_label("主要内容").fill("每周一次。")
    follow(tab.get_by_role("button", name="存为草稿"))
    assert "草稿已保存" in tab.locator("body").inner_text()
    made = Proposal.objects.get(title="邻里厨房")
    assert made.amount_fen == 960_000
    assert Matter.objects.get(proposal=made).state == State.DRAFT
    context.close()
