"""What the front page tells about needs, and how a number leads to its page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

LAMP = "二坊楼梯间路灯不亮，晚上老人容易摔倒"
RAIL = "三坊台阶没有扶手，雨天很滑"


@pytest.fixture
def needs(communities, a_need):
    return a_need(communities[0], LAMP), a_need(communities[1], RAIL)


def test_the_front_page_counts_and_lists_the_newest_needs(client, needs):
    words = client.get("/").content.decode()
    assert LAMP in words
    assert RAIL in words


def test_choosing_a_community_narrows_the_lists_and_is_remembered(client, communities, needs):
    home = communities[0]
    words = client.get("/", {"community": home.code}).content.decode()
    assert LAMP in words
    assert RAIL not in words
    assert f"东门街道{home.name}" in client.get("/").content.decode()
    client.get("/", {"community": ""})
    assert RAIL in client.get("/").content.decode()


@pytest.mark.parametrize("typed", [str, str.lower, lambda number: f" {number} "])
def test_a_number_leads_to_its_page_however_it_was_typed(client, needs, typed):
    number = needs[0].number
    answer = client.get(reverse("portal:lookup"), {"q": typed(number)})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("communities:need", args=[number])


def test_words_find_needs(client, needs):
    words = client.get(reverse("portal:lookup"), {"q": "扶手"}).content.decode()
    assert RAIL.replace("扶手", "<mark>扶手</mark>") in words
    assert LAMP not in words


def test_one_letter_is_too_little_to_search_for(client, needs):
    assert RAIL not in client.get(reverse("portal:lookup"), {"q": "扶"}).content.decode()


def test_what_is_typed_into_the_search_is_escaped(client, db):
    words = client.get(reverse("portal:lookup"), {"q": "<script>x"}).content.decode()
    assert "<script>x" not in words


def test_more_needs_cost_no_more_questions(client, communities, a_need, django_assert_num_queries):

    a_need(communities[0], LAMP)
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for number in range(4):
        a_need(communities[0], f"{RAIL}（{number}）")
    with django_assert_num_queries(len(few)):
        client.get("/")
