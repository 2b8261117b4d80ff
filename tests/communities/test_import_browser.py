"""A clerk with a table, on a phone and at a desk, with scripts and without."""

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.machine import ImportState
from communities.models import NeedImport
from communities.services import import_runs, import_work
from tests.browser import follow
from tests.communities.sheets import imported, line, tried, xlsx
from tests.communities.test_need_browser import PHONE, sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def later(settings):
    """Work waits in the outbox, as with a long table."""
    settings.OUTBOX_INLINE = False


@pytest.fixture
def key(clerk, sign_in, settings, live_server):
    value = sign_in(clerk).cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}


def test_every_state_of_an_import_can_be_read(page, live_server, key, clerk, home, now):
    lines = [line(home, f"A{n}", category="桥梁" if n % 3 else "社区服务") for n in range(30)]
    runs = {
        "faulty": tried(xlsx(*lines), clerk, now),
        "broken": tried(xlsx(header=["甲"]), clerk, now),
        "done": imported(xlsx(line(home, "B1"), line(home, "B2")), clerk, now),
        "ready": tried(
            xlsx(line(home, "B1", content="别的话也要写够"), line(home, "C1")), clerk, now
        ),
        "writing": tried(xlsx(line(home, "D1")), clerk, now),
    }
    NeedImport.objects.filter(pk=runs["writing"].pk).update(
        state=ImportState.WRITING, done_rows=18_000, total_rows=50_000, beat_at=timezone.now()
    )
    page.context.add_cookies([key])
    pages = {name: run.get_absolute_url() for name, run in runs.items()}
    for name, path in {"list": "/needs/import/", "desk": "/needs/desk/", "public": "/needs/",
                       **pages}.items():  # fmt: skip
        for label, size in (("phone", PHONE), ("desk", DESK), ("small", PHONE | {"width": 320})):
            page.set_viewport_size(size)
            assert page.goto(live_server.url + path).status == 200
            sound(page, f"import-{name}-{label}")


def test_the_page_of_a_long_import_moves_by_itself(page, live_server, key, clerk, home, now):
    run = import_runs.upload_needs(upload=xlsx(line(home)), actor=clerk, now=now)
    page.context.add_cookies([key])
    page.goto(live_server.url + run.get_absolute_url())
    assert page.get_by_text("等待检查。").is_visible()
    import_work.check(run_id=run.pk, now=now)
    page.get_by_role("button", name="确认导入 1 条").wait_for(timeout=10_000)
    follow(page.get_by_role("button", name="确认导入 1 条"))
    page.get_by_text("已确认，等待导入。").wait_for()
    import_work.write(run_id=run.pk, now=now)
    page.get_by_role("button", name="下载编号和查询码").wait_for(timeout=10_000)


def test_without_scripts_a_link_shows_how_far_it_is(
    browser, live_server, key, clerk, home, now, monkeypatch, tmp_path
):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    context = browser.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
    context.add_cookies([key])
    page = context.new_page()
    path = tmp_path / "needs.xlsx"
    path.write_bytes(xlsx(line(home)).read())
    page.goto(live_server.url + reverse("communities:need_imports"))
    page.get_by_label("需求表").set_input_files(path)
    follow(page.get_by_role("button", name="上传并检查"))
    run = NeedImport.objects.get()
    assert page.url.endswith(run.get_absolute_url())
    import_work.check(run_id=run.pk, now=timezone.now())
    follow(page.get_by_role("link", name="刷新看进度"))
    assert page.get_by_role("button", name="确认导入 1 条").is_visible()
    context.close()
