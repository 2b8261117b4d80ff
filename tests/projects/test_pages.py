"""Pages of rules and money: what is in force, what is a reconstruction, whose money one may read."""

import pytest

from deliberation.choices import State
from tests.accounts.helpers import force_in


def test_everybody_reads_the_rules_with_their_reconstructed_numbers_marked(client, world):
    page = client.get("/rules/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "操作指引 2.0(2017年)" in text
    assert "推定" in text
    assert "罗民〔2016〕15号" in text
    assert "仅供历史数据导入" in text


def test_the_positive_list_shows_the_rules_in_force_unless_asked(client, world):
    text = client.get("/rules/positive-list/").content.decode()
    assert "H1" in text  # goods came with the rule set of 2020
    older = client.get("/rules/positive-list/", {"rules": "2.0"}).content.decode()
    assert "H1" not in older
    every = client.get("/rules/positive-list/", {"rules": "all"}).content.decode()
    assert "操作指引 1.0" in every


def test_the_positive_list_is_searched_by_words_and_type(client, world):
    found = client.get("/rules/positive-list/", {"q": "消防 通道"}).content.decode()
    assert "G1" in found and "F2" not in found
    none = client.get("/rules/positive-list/", {"q": "火箭"}).content.decode()
    assert "清单里没有这一项" in none
    services = client.get("/rules/positive-list/", {"type": "service"}).content.decode()
    assert "F1" in services and "G1" not in services


def test_a_wrong_filter_is_said_and_ignored(client, world):
    page = client.get("/rules/positive-list/", {"type": "rockets", "page": "x"})
    assert page.status_code == 200
    assert "field-error" in page.content.decode()


@pytest.fixture
def established(walk):
    return walk(type="works", wan=30).to(State.ESTABLISHED)


def test_the_street_sees_each_community_of_its_own_with_what_is_left(client, world, established):
    force_in(client, world.home.street.affairs)
    text = client.get("/envelopes/", {"year": 2017}).content.decode()
    assert world.home.community.name in text
    assert world.neighbour.community.name in text  # nothing used yet, still listed
    assert world.far.community.name not in text
    assert "170" in text  # 200 − 30


def test_the_journal_names_the_proposal_behind_every_line(client, world, established):
    force_in(client, world.home.clerk)
    path = f"/envelopes/{world.home.community.code}/2017/"
    text = client.get(path).content.decode()
    assert "立项占用" in text and "300,000.00" in text
    assert f"/proposals/{established.pk}/" in text


def test_the_money_of_another_street_does_not_exist(client, world, established):
    force_in(client, world.far.clerk)
    assert client.get(f"/envelopes/{world.home.community.code}/2017/").status_code == 404


def test_the_money_is_for_staff(client, world):
    assert client.get("/envelopes/").status_code == 302
    force_in(client, world.home.resident)
    assert client.get("/envelopes/").status_code == 403


def test_the_list_of_money_costs_the_same_for_one_community_and_for_many(
    client, world, established, django_assert_max_num_queries
):
    force_in(client, world.home.clerk)
    client.get("/envelopes/", {"year": 2017})
    with django_assert_max_num_queries(25) as first:
        client.get("/envelopes/", {"year": 2017})
    force_in(client, world.founder)
    client.get("/envelopes/", {"year": 2017})
    with django_assert_max_num_queries(25) as second:
        client.get("/envelopes/", {"year": 2017})
    assert len(second) <= len(first) + 1
