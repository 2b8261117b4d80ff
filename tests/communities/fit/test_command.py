"""`manage.py fit` and `manage.py load_lexicon`, as people type them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from communities.models import LexiconConcept

pytestmark = pytest.mark.django_db


def told(*words):
    out = StringIO()
    call_command("fit", *words, stdout=out)
    return out.getvalue()


def test_it_prints_the_ranking_for_programs(home, a_need):
    lamps = a_need(home, content="巷子里黑灯瞎火，不敢走", urgency="urgent", place_text="后巷")
    a_need(home, content="一下雨就淹水，车都泡坏")
    answer = json.loads(
        told("--text", "老旧小区照明改造", "--community", home.code, "--limit", "1", "--json")
    )
    assert answer["communities"] == [home.code] and answer["backend"] == "words"
    (need,) = answer["needs"]
    assert (need["number"], need["rank"], need["urgency"]) == (lamps.number, 1, "urgent")
    assert (need["supporters"], need["category"], need["place"]) == (0, "safety", "后巷")
    assert need["concepts"][0]["concept"] == "室外照明"
    assert "黑灯瞎火" in need["concepts"][0]["need_words"]
    assert need["age_days"] >= 0 and 0 < need["score"] < 2


def test_it_prints_a_table_for_people(home, a_need):
    need = a_need(home, content="巷子里黑灯瞎火，不敢走")
    table = told("--text", "照明改造", "--community", home.code)
    assert need.number in table and "需求写的“" in table and "↔ 词库“室外照明”" in table
    assert "没有相近的需求" in told("--text", "zzz", "--community", home.code)


def test_a_street_is_all_its_communities(home, neighbour, a_need):
    numbers = {a_need(place, content="巷子里没有路灯").number for place in (home, neighbour)}
    answer = json.loads(told("--text", "路灯", "--street", home.street.code, "--json"))
    assert {need["number"] for need in answer["needs"]} == numbers


def test_no_personal_data_is_printed(home, a_need):
    a_need(home, content="路灯坏了，找我13800138000", contact_name="王小明", consented=True)
    answer = told("--text", "路灯", "--community", home.code, "--json")
    assert "13800138000" not in answer and "王小明" not in answer


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--community", "999"), "no community with code 999"),
        (("--street", "999"), "no street with code 999"),
        ((), "name a place"),
        (("--community", "440303003001", "--limit", "0"), "--limit must be 1 or more"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(words, says, home):
    with pytest.raises(CommandError, match=says):
        told("--text", "路灯", *words)


def test_an_empty_text_is_refused(home):
    with pytest.raises(CommandError, match="--text is empty"):
        told("--text", " ", "--community", home.code)


def test_the_lexicon_is_loaded_from_the_console(founder, home):
    out = StringIO()
    call_command("load_lexicon", "--by", founder.username, stdout=out)
    assert f"{LexiconConcept.objects.count()} concepts added" in out.getvalue()
    with pytest.raises(CommandError, match="no such user"):
        call_command("load_lexicon", "--by", "nobody")


def test_only_an_administrator_loads_it(clerk):
    with pytest.raises(CommandError):
        call_command("load_lexicon", "--by", clerk.username)
    assert not LexiconConcept.objects.exists()
