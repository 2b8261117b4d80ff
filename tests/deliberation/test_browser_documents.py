"""A clerk freezes a year on a phone; somebody without an account checks the paper."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as conf

from core.files import open_file
from deliberation.choices import State
from deliberation.models import LedgerSnapshot
from deliberation.services import snapshots
from demo.walk import Walk
from tests.browser import PHONE, follow, with_large_letters, wrong_with
from tests.deliberation.doors import Browser
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime(2017, 6, 1, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SMALL = PHONE | {"width": 320}


@pytest.fixture
def done(monkeypatch, settings):
    settings.DEMO, settings.OUTBOX_INLINE = True, False
    walk = Walk(build_world().home, now=NOW).to(State.ESTABLISHED)
    clock = Browser(monkeypatch).at(walk.now)
    clock.as_(walk.cast.clerk)
    walk.key = clock.client.cookies[conf.SESSION_COOKIE_NAME].value
    return walk


def sign_in(context, live_server, done):
    context.add_cookies(
        [{"name": conf.SESSION_COOKIE_NAME, "value": done.key, "url": live_server.url}]
    )


def freeze(tab, live_server):
    tab.goto(f"{live_server.url}/ledgers/document/")
    follow(tab.get_by_role("button", name="查看"))
    follow(tab.get_by_role("link", name="冻结存档"))
    follow(tab.get_by_role("button", name="冻结", exact=True))
    follow(tab.get_by_role("button", name="确认冻结"))
    return LedgerSnapshot.objects.order_by("pk").last()


def test_freezing_on_a_phone_and_checking_without_an_account(
    browser, page, live_server, done, tmp_path
):
    sign_in(page.context, live_server, done)
    page.set_viewport_size(SMALL)
    page.goto(f"{live_server.url}/ledgers/document/")
    follow(page.get_by_role("button", name="查看"))
    assert wrong_with(page) == []
    snapshot = freeze(page, live_server)
    assert page.get_by_text("已生成 0/12 个文件").is_visible() and wrong_with(page) == []
    snapshots.print_files(snapshot_id=snapshot.pk, now=done.now)
    # the page asks by itself
    page.get_by_role("link", name="审定立项台账 XLSX").wait_for()
    assert page.locator("progress").count() == 0 and wrong_with(page) == []
    follow(page.get_by_role("link", name="打开核验页"))

    visitor = browser.new_context(viewport=SMALL)
    tab = visitor.new_page()
    with_large_letters(tab, live_server)
    tab.goto(f"{live_server.url}/ledgers/check/")
    tab.get_by_label("快照编号").fill(snapshot.number.lower())
    follow(tab.get_by_role("button", name="核验"))
    assert tab.get_by_text("一致。").is_visible() and wrong_with(tab) == []
    paper = tmp_path / "paper.pdf"
    with open_file(snapshot.files.filter(form="pdf").first().file) as stored:
        paper.write_bytes(stored.read())
    for data, word in ((b"", "文件相符："), (b"x", "文件不符。")):
        paper.write_bytes(paper.read_bytes() + data)
        tab.get_by_label("手头的文件", exact=True).set_input_files(paper)
        follow(tab.get_by_role("button", name="比对"))
        assert tab.get_by_text(word).is_visible() and wrong_with(tab) == []
    visitor.close()


def test_the_same_without_scripts_and_the_package(browser, live_server, done):
    context = browser.new_context(java_script_enabled=False, viewport=SMALL)
    sign_in(context, live_server, done)
    tab = context.new_page()
    snapshot = freeze(tab, live_server)
    snapshots.print_files(snapshot_id=snapshot.pk, now=done.now)
    follow(tab.get_by_role("link", name="刷新看进度"))
    assert tab.get_by_role("link", name="审定立项台账 XLSX").is_visible()
    tab.goto(f"{live_server.url}/proposals/{done.pk}/")
    follow(tab.get_by_role("link", name="项目归档包（ZIP）"))
    with tab.expect_download() as download:
        tab.get_by_role("button", name="生成并下载").click()
    assert download.value.suggested_filename == f"{done.matter.proposal.number}.zip"
    context.close()
