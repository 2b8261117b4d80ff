"""What became of needs: every figure is the list it opens, the reply rate, who is counted how."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.paginator import Page
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from communities.categories import BENEFICIARIES
from communities.models import Need
from communities.services.needs import (
    answer_need,
    close_need,
    support_need,
    withdraw_need,
)
from deliberation.choices import State
from portal import coverage
from tests.communities.needs import visitor
from tests.portal.searching import pages_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(world, need, walk, now):
    """A little of everything in three communities of two streets; the last moment of it."""
    gone = need("写错了的需求")
    withdraw_need(need_id=gone.pk, query_code=gone.query_code, now=now)
    wanted = need("楼道扶手要装", beneficiaries=["elderly", "disabled"])
    for n in range(3):
        support_need(need_id=wanted.pk, client=visitor(f"手机{n}"), now=now)
    need("问卷汇总的需求", cast=world.neighbour, category="care", beneficiaries=["elderly"],
         on_behalf=True, channel="questionnaire", scan_missing_reason="原件留存",
         questionnaire_count=40, actor=world.neighbour.clerk)  # fmt: skip
    solved, declined, answered = (
        need(),
        need("物业电梯不归这里管", cast=world.far),
        need("后巷何时修路"),
    )
    clerk = world.home.clerk
    close_need(need_id=solved.pk, outcome="solved", reason="当天换好了灯", actor=clerk, now=now)
    close_need(
        need_id=declined.pk, outcome="declined", reason="属物业职责", actor=world.far.clerk, now=now
    )
    answer_need(need_id=answered.pk, text="下月动工", actor=clerk, now=now)
    walk(title="长者食堂").to(State.DECLARED)
    return walk(title="亮灯工程", type="works", cast=world.far).to(State.ESTABLISHED).now


def figures(line):
    return {stage.key: line.tally.of(stage.key) for stage in coverage.STAGES}


def test_every_need_is_counted_where_it_stands(told, town):
    found = told(on=timezone.localdate(town))
    assert figures(found.whole) == {
        "filed": 7, "answered": 3, "in_proposal": 2, "established": 1, "solved": 1,
        "declined": 1, "merged": 0, "unmet": 4,
    }  # fmt: skip
    for line in found.lines:
        assert line.tally.of("filed") == sum(line.tally.of(key) for key in coverage.OUTCOMES)
        assert line.tally.of("established") <= line.tally.of("in_proposal")


def test_people_are_questionnaires_or_the_author_and_supporters(told, town, world):
    found = told(on=timezone.localdate(town))
    # 5 needs of one author each, one with 40 questionnaires; 3 supporters; the walk's own needs
    assert found.whole.tally.people == 6 + 40 + 3
    at_neighbour = told(world.neighbour.community.code).whole.tally
    assert at_neighbour.people == 40


def test_parts_and_categories_add_up_to_the_whole_and_groups_name_several(told, town, world):
    found = told(on=timezone.localdate(town))
    for lines in (found.categories, found.parts):
        for stage in coverage.STAGES:
            assert sum(line.tally.of(stage.key) for line in lines) == found.whole.tally.of(
                stage.key
            )
        assert sum(line.tally.people for line in lines) == found.whole.tally.people
    groups = {line.query["group"]: line.tally.of("filed") for line in found.groups}
    assert (groups["elderly"], groups["disabled"], groups["children"]) == (2, 1, 0)
    assert groups[coverage.UNNAMED] == 5
    street = told(world.home.community.street.code)
    assert [line.label for line in street.parts] == [
        world.home.community.name, world.neighbour.community.name,
    ]  # fmt: skip
    assert told(world.home.community.code).parts == []


def test_no_group_is_part_of_another_ones_name():
    keys = list(BENEFICIARIES)
    assert [(a, b) for a in keys for b in keys if a != b and a in b] == []


@pytest.mark.parametrize("level", ["district", "street", "community"])
def test_each_figure_equals_the_list_it_opens(client, monkeypatch, told, town, world, level):
    code = {
        "district": "", "street": world.home.community.street.code,
        "community": world.home.community.code,
    }[level]  # fmt: skip
    get = pages_of(client, monkeypatch, town)
    found = told(code, on=timezone.localdate(town))
    opened = 0
    for line in [found.whole, *found.lines]:
        for _stage, value, href in line.cells:
            assert bool(href) == bool(value)
            if href:
                page = get(href).context["page"]
                assert isinstance(page, Page)
                assert page.paginator.count == value, href
                opened += 1
    assert opened > 8
    words = get(f"{reverse('portal:coverage')}?place={code}").content.decode()
    linked = set(re.findall(r'href="(/coverage/needs/[^"]+)"', words))
    assert {href.replace("&", "&amp;") for line in [found.whole, *found.lines]
            for stage, _value, href in line.cells
            if href and line is not found.whole} <= linked  # fmt: skip


def test_the_wait_is_counted_in_days_from_the_filing(told, need, now):
    for days in (40, 10, 4):
        need(f"等了{days}天的路灯", at=now - timedelta(days=days))
    need("等了7天的课", at=now - timedelta(days=7), category="education")
    found = told()
    tally = {line.query["category"]: line.tally for line in found.categories}
    assert (tally["safety"].median_days, tally["safety"].oldest_days) == (10, 40)
    assert (tally["education"].median_days, tally["education"].oldest_days) == (7, 7)
    assert (found.whole.tally.median_days, found.whole.tally.oldest_days) == (8.5, 40)
    assert tally["care"].median_days is None
    assert {line.tally.median_days for line in found.parts} == {8.5, None}


# stages are a table --------------------------------------------------------------------------------


def test_a_later_stage_is_a_row_of_the_table(monkeypatch, told, town, client):
    """Delivery will add "finished": with it established alone no longer meets a need."""
    finished = coverage.Stage("finished", "已完工", "", lambda: coverage.Q(pk__in=()), meets=True)
    stages = tuple(
        coverage.Stage(s.key, s.label, s.hint, s.where) if s.key == "established" else s
        for s in coverage.STAGES
    )
    monkeypatch.setattr(coverage, "STAGES", (*stages[:4], finished, *stages[4:]))
    found = told(on=timezone.localdate(town))
    assert found.whole.tally.of("finished") == 0
    assert found.whole.tally.of("established") == 1
    assert found.whole.tally.of("unmet") == 5


# pages, downloads, API -----------------------------------------------------------------------------


def test_the_page_is_public_and_says_how_it_counts(client, monkeypatch, town, world):
    get = pages_of(client, monkeypatch, town)
    page = get(reverse("portal:coverage"))
    words = page.content.decode()
    assert page.status_code == 200
    assert words.count("<svg") == 2
    assert "style=" not in words.split('id="main"')[1]
    for said in ("未满足", "数字是怎么算的", "推定", "没有问卷的按提出人1人", "按时答复率"):
        assert said in words
    plain = re.sub(r"<[^>]+>|\s+", " ", words)
    assert re.search(r"表达需求 +49 +人次", plain)
    assert re.search(r"消除安全隐患 +4 +7 ", plain)
    assert "还没有人提过需求的：社区环境整治" in plain
    near = get(f"{reverse('portal:coverage')}?place={world.home.community.code}").content.decode()
    assert world.home.community.name in near
    assert reverse("portal:coverage") in get("/").content.decode()


@pytest.mark.parametrize(
    "query", ["place=999", "place='", "stage=x", "category=x", "group=x", "place=%00"]
)
def test_what_does_not_exist_is_not_found(client, world, query):
    assert client.get(f"{reverse('portal:coverage_needs')}?{query}").status_code == 404
    if query.startswith("place"):
        assert client.get(f"{reverse('portal:coverage')}?{query}").status_code == 404
        assert client.get(f"{reverse('api:portal:coverage')}?{query}").status_code in (400, 404)


def test_an_empty_place_is_said_in_words(client, world):
    words = client.get(reverse("portal:coverage")).content.decode()
    assert "还没有需求，画不出图" in words
    words = client.get(reverse("portal:coverage_needs")).content.decode()
    assert "这里没有需求" in words


def test_no_text_that_should_be_masked_is_shown(client, need):
    kept = need()
    Need.objects.filter(pk=kept.pk).update(content="请打13912345678")
    assert "13912345678" not in client.get(reverse("portal:coverage_needs")).content.decode()


def test_the_downloads_hold_community_and_category_and_add_up(client, monkeypatch, town, told):
    get = pages_of(client, monkeypatch, town)
    found = told(on=timezone.localdate(town))
    answer = get(reverse("portal:coverage_csv"))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "attachment" in answer["Content-Disposition"]
    for stage in coverage.STAGES:
        assert sum(int(row[str(stage.label)]) for row in rows) == found.whole.tally.of(stage.key)
    assert sum(int(row["人次"]) for row in rows) == found.whole.tally.people
    assert {row["类别"] for row in rows} == {"消除安全隐患", "社区服务"}
    book = load_workbook(io.BytesIO(get(reverse("portal:coverage_xlsx")).content))
    assert book.active.max_row == len(rows) + 2
    assert book.active["E3"].value == int(rows[0]["提出"])


def test_the_api_says_what_the_page_says(client, monkeypatch, town, told, world):
    get = pages_of(client, monkeypatch, town)
    found = told(on=timezone.localdate(town))
    said = json.loads(get(reverse("api:portal:coverage")).content)
    assert said["whole"]["stages"] == figures(found.whole)
    assert said["whole"]["people"] == found.whole.tally.people
    assert [line["query"]["category"] for line in said["categories"]] == [
        line.query["category"] for line in found.categories
    ]
    assert [stage["key"] for stage in said["stages"] if stage["meets"]] == ["established"]
    assert said["reply_days"] == 10
    near = json.loads(
        get(f"{reverse('api:portal:coverage')}?place={world.far.community.code}").content
    )
    assert near["whole"]["stages"]["established"] == 1
    assert near["parts"] == []
    assert get(f"{reverse('api:portal:coverage')}?plaze=1").status_code == 400


def test_more_needs_cost_no_more_questions(client, need, world, now, monkeypatch):
    get = pages_of(client, monkeypatch, now + timedelta(days=60))
    addresses = [
        reverse("portal:coverage"), f"{reverse('portal:coverage')}?place=440303002",
        reverse("portal:coverage_needs"), reverse("portal:coverage_csv"),
        reverse("api:portal:coverage"),
    ]  # fmt: skip
    addresses[1] = f"{reverse('portal:coverage')}?place={world.home.community.street.code}"
    need()
    counts = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as asked:
            get(address)
        counts[address] = len(asked)
    for n, cast in enumerate([world.home, world.neighbour, world.far] * 3):
        kept = need(f"路灯{n}坏了", cast=cast, beneficiaries=["women"], category="care")
        if n % 2:
            answer_need(need_id=kept.pk, text="知道了", actor=cast.clerk,
                        now=now + timedelta(days=40))  # fmt: skip
    for address in addresses:
        with CaptureQueriesContext(connection) as asked:
            get(address)
        assert len(asked) == counts[address], address
    assert max(counts.values()) <= 11
