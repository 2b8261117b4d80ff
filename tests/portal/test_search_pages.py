"""The page and the endpoint of the search, whatever is typed."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliberation.choices import State
from portal import search
from portal.search_rows import LIMIT
from tests.portal.searching import LAMP

pytestmark = pytest.mark.django_db


# page ----------------------------------------------------------------------------------------------


def test_words_are_marked_and_everything_else_is_escaped(client, need):
    need("<b>路灯</b>不亮&坏了")
    page = client.get(reverse("portal:lookup"), {"q": "路灯 <b>"}).content.decode()
    assert "<mark>&lt;b&gt;路灯</mark>&lt;/b&gt;不亮&amp;坏了" in page
    assert search.marked("路灯坏", ["路灯", "灯坏"]) == "<mark>路灯坏</mark>"
    assert search.marked("<i>", []) == "&lt;i&gt;"


def test_a_long_text_is_shown_around_its_word():
    text = "前" * 300 + "路灯" + "后" * 300
    part = search.excerpt(text, ["路灯"])
    assert part.startswith("…前")
    assert part.endswith("后…")
    assert "路灯" in part
    assert len(part) <= search.AROUND + 2


def test_the_kinds_are_tabs_with_counts_and_nothing_typed_is_lost(client, need, walk):
    need("社区长者需要路灯")
    walk().to(State.DECLARED)
    page = client.get(reverse("portal:lookup"), {"q": "长者 时间:9", "kind": "proposal"})
    words = page.content.decode()
    assert re.search(r'aria-current="true">项目 <span class="tab-count">1<', words)
    assert re.search(r'>需求 <span class="tab-count">[12]<', words)
    assert 'value="长者 时间:9"' in words
    assert "没有“时间:”这个条件" in words


def test_the_empty_page_teaches_the_grammar(client, db):
    for query in ({}, {"q": ""}, {"q": "- # :"}, {"q": "没有这样的事"}):
        words = client.get(reverse("portal:lookup"), query).content.decode()
        assert '<details class="panel find-help" open>' in words
        assert "街道:翠竹 路灯" in words


def test_more_rows_cost_no_more_questions(client, need, walk, django_assert_num_queries):
    need("路灯不亮一处")
    walk(title="路灯维修").to(State.DECLARED)
    address = reverse("portal:lookup")
    for query in ({"q": "路灯"}, {"q": "路灯", "kind": "proposal"}, {"q": "我家路灯怎么不亮了"}):
        with CaptureQueriesContext(connection) as few:
            client.get(address, query)
        assert len(few) <= 7
    for n in range(4):
        need(f"路灯不亮{n}处")
        walk(title=f"路灯维修{n}").to(State.DECLARED)
    for query in ({"q": "路灯"}, {"q": "路灯", "kind": "proposal"}):
        with django_assert_num_queries(4):
            client.get(address, query)
    with django_assert_num_queries(6):
        client.get(address, {"q": "我家路灯怎么不亮了"})


def test_many_hits_are_counted_to_a_limit_and_paged(client, need, monkeypatch):
    monkeypatch.setattr("portal.search_rows.LIMIT", 21)
    monkeypatch.setattr("portal.search.LIMIT", 21)
    for n in range(23):
        need(f"第{n}处路灯不亮")
    first = client.get(reverse("portal:lookup"), {"q": "路灯"}).content.decode()
    assert '<span class="tab-count">21+</span>' in first
    assert first.count("<mark>路灯</mark>") == 20
    last = client.get(reverse("portal:lookup"), {"q": "路灯", "page": "2"}).content.decode()
    assert last.count("<mark>路灯</mark>") == 1
    assert LIMIT == 1000


def test_only_reading(client, db):
    assert client.post(reverse("portal:lookup"), {"q": "x"}).status_code == 405


# what must not break it ----------------------------------------------------------------------------

NASTY = [
    "'", '"', "''--", "%' OR 1=1 --", "/* x */", "; SELECT pg_sleep(9)", "路灯') UNION SELECT 1",
    "\x00\x01\x1f路灯\u200b\u202e", "\ud800", "-", "--", "#", "##", ":", "街道:", "-街道:", '"', '""',
    "- # : \"", "(路灯", "[路", "路\\", "%_%", "年:99999999999", "年:0", "类型::", "a" * 10_000,
    "路灯" * 5_000, " ".join(["路灯"] * 500), "-路 " * 500, "街道:东门 " * 300, "未知:x " * 300,
    "#" * 3_000, "１" * 300, "𠮷野家", "é É", "x" * 30 + "\t\n\r路",
]  # fmt: skip


@pytest.mark.parametrize("typed", NASTY, ids=range(len(NASTY)))
def test_nothing_typed_breaks_the_page(client, find, need, typed):
    need(LAMP)
    with CaptureQueriesContext(connection) as asked:
        find(typed)
    assert len(asked) <= 5
    assert all(len(one["sql"]) < 60_000 for one in asked)
    if "\ud800" not in typed:
        assert client.get(reverse("portal:lookup"), {"q": typed}).status_code in (200, 302)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from("路灯街道社区状态年:：#-－\"“” %_\\'0２aＸ"), st.characters()
        ),
        max_size=60,
    )
)
def test_any_letters_are_a_query(shared_world, find, typed):
    result = find(typed)
    assert result.count("need") >= 0
    assert len(result.query.words) <= 10


# API -----------------------------------------------------------------------------------------------


def test_the_api_says_what_the_page_says(client, need, walk):
    need(LAMP)
    done = walk(title="路灯维修").to(State.DECLARED)
    address = reverse("api:portal:search")
    said = json.loads(client.get(address, {"q": "路灯"}).content)
    assert said["counts"] == [
        {"kind": "need", "count": 2, "is_more": False},
        {"kind": "proposal", "count": 1, "is_more": False},
    ]
    assert said["kind"] == "need"
    said = json.loads(client.get(address, {"q": "路灯 啥:1", "kind": "proposal"}).content)
    assert [row["number"] for row in said["results"]] == [done.matter.proposal.number]
    assert said["results"][0]["href"] == reverse("deliberation:proposal", args=[done.matter.pk])
    assert "没有“啥:”这个条件" in said["notes"][0]
    assert client.get(address).status_code == 400
    assert client.get(address, {"q": "x", "kind": "people"}).status_code == 400
    assert client.get(address, {"q": "x", "sort": "1"}).status_code == 400
