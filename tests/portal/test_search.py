"""The search as a resident uses it: words, numbers, filters."""

import pytest
from django.urls import reverse

from communities.services.needs import close_need, support_need
from deliberation.choices import State
from tests.communities.needs import visitor
from tests.portal.searching import LAMP, RAIL, contents, shown

pytestmark = pytest.mark.django_db


# words ---------------------------------------------------------------------------------------------


def test_every_word_must_be_there_and_minus_leaves_out(need, find):
    need(LAMP)
    need(RAIL)
    need("路灯太亮，影响睡眠")
    assert len(find("路灯").keys("need")) == 2
    assert contents(find("路灯 老人")) == [LAMP]
    assert contents(find("路灯 -老人")) == ["路灯太亮，影响睡眠"]
    assert contents(find("路灯 －老人")) == ["路灯太亮，影响睡眠"]
    assert contents(find("-路灯")) == [RAIL]
    near = find("路灯 扶手")
    assert near.is_near
    assert len(near.keys("need")) == 3


def test_a_phrase_keeps_its_letters_together(need, find):
    need("路灯坏了一个月")
    need("坏了的路灯")
    assert len(find("路灯 坏了").keys("need")) == 2
    assert contents(find("“路灯坏了”")) == ["路灯坏了一个月"]
    assert find("“路灯没坏”").is_empty


@pytest.mark.parametrize("typed", ["100%", "a_b", "c\\d", "e'f"])
def test_signs_of_patterns_are_letters_like_others(need, find, typed):
    need(f"请把{typed}放上去吧")
    need("请把100元和axb、cd、ef放上去吧")
    assert contents(find(typed)) == [f"请把{typed}放上去吧"]


@pytest.mark.parametrize("typed", ["AED", "aed", "ＡＥＤ", "ａｅｄ"])
def test_latin_letters_are_found_in_any_width_and_case(need, find, typed):
    need("大堂请配一台AED设备")
    need("大堂请配一台ＡＥＤ设备，二台")
    assert len(find(typed).keys("need")) == 2


def test_a_sentence_is_found_by_its_pieces_the_nearest_first(need, find):
    need("楼道里的电灯坏了")
    need("小区门口路灯坏了很久没人来修")
    need("希望开办书法班")
    result = find("我们小区门口的路灯坏了怎么没人修")
    assert result.is_near
    assert shown(result)[0].startswith("小区门口路灯坏了")
    assert "希望开办书法班" not in shown(result)
    # whole words never fall back
    assert find("路灯坏了").is_near is False


def test_numbers_are_found_whole_and_in_part_wherever_they_are(need, find, walk):
    first = need(LAMP)
    need(RAIL)
    done = walk().to(State.DECLARED)
    serial = first.number.rsplit("-", 1)[1]
    assert contents(find(f"#{serial}")) == [LAMP]
    assert contents(find(f"＃{serial}")) == [LAMP]
    assert contents(find(serial)) == [LAMP]
    assert contents(find(first.number.lower())) == [LAMP]
    number = done.matter.proposal.number
    assert find(f"#{number[-8:]}").keys("proposal") == [done.matter.pk]
    assert find(number[-8:]).best_kind() == "proposal"
    assert find("#2017-9999999").is_empty


def test_the_exact_number_comes_before_the_title_and_the_title_before_the_text(
    need, find, walk, world
):
    in_text = walk(title="长者关爱", summary="在三坊做器材维护").to(State.DECLARED)
    in_title = walk(title="器材维护", cast=world.neighbour).to(State.DECLARED)
    assert find("器材维护").keys("proposal") == [in_title.matter.pk, in_text.matter.pk]
    exact = need("请看这条的编号")
    need(f"和{exact.number}说的是同一件事，请一起办")
    assert find(f"{exact.number}").keys("need")[0] == exact.pk
    assert len(find(f"{exact.number}").keys("need")) == 2


def test_more_wanted_needs_come_first_then_newer_ones(need, find):
    old, wanted, new = need("装路灯甲处"), need("装路灯乙处"), need("装路灯丙处")
    support_need(need_id=wanted.pk, client=visitor(), now=wanted.created_at)
    assert find("路灯").keys("need") == [wanted.pk, new.pk, old.pk]


# filters -------------------------------------------------------------------------------------------


def test_filters_by_words_of_the_place_state_kind_and_year(need, find, world, walk, now):
    home, far = need(LAMP), need(RAIL, cast=world.far, category="care")
    done = walk(type="works").to(State.DECLARED)
    close_need(
        need_id=far.pk, outcome="declined", reason="不属范围", actor=world.far.clerk, now=now
    )
    street = world.far.community.street.name
    cited = done.need
    for typed, found in {
        f"街道:{street}": {far.pk},
        f"街道：{street.removesuffix('街道')}": {far.pk},
        f"街道: {street}": {far.pk},
        f"-街道:{street}": {home.pk, cited.pk},
        f"社区:{world.home.community.name}": {home.pk, cited.pk},
        f"社区:{world.home.community.code}": {home.pk, cited.pk},
        "状态:不纳入": {far.pk},
        "状态:已立案": {cited.pk},
        "类别:安全": {home.pk},
        "类型:工程 年:2017": {home.pk},
        "年：２０１７": {home.pk, far.pk, cited.pk},
        "年:2016": set(),
        f"街道:{street} 扶手": {far.pk},
    }.items():
        assert set(find(typed).keys("need")) == found, typed
    assert find("状态:已申报").keys("proposal") == [done.matter.pk]
    assert find("状态:已申报").keys("need") == []
    assert find("类型:工程").keys("proposal") == [done.matter.pk]
    assert find("类型:服务").keys("proposal") == []
    assert find("类别:隐患").keys("proposal") == [done.matter.pk]
    assert find("年:2017").keys("proposal") == [done.matter.pk]


def test_what_is_not_known_is_noted_and_the_rest_is_searched(need, find, world):
    need(LAMP)
    result = find("时间:昨天 街道:火星 年:去年 状态: 路灯")  # a blank, then perhaps a word
    notes = " ".join(str(note) for note in result.notes)
    assert contents(result) == [LAMP]
    assert result.query.text == "时间:昨天 街道:火星 年:去年 状态: 路灯"
    for known in ("街道:、社区:、状态:", world.home.community.street.name, "年:2017", "开放"):
        assert known in notes
    assert find("路灯").notes == []


def test_a_filter_chosen_from_a_list_narrows_like_a_typed_one(client, need, find, world):
    need(LAMP)
    need("路灯也不亮了", cast=world.far)
    code = world.far.community.code
    assert contents(find("路灯", community=code)) == ["路灯也不亮了"]
    page = client.get(reverse("portal:lookup"), {"q": "路灯", "community": code}).content.decode()
    assert "灯</mark>也不亮了" in page
    assert "二坊楼梯间" not in page
    assert "去掉这个条件" in page
    wrong = client.get(reverse("portal:lookup"), {"q": "路灯", "community": "zzz"})
    assert "field-error" in wrong.content.decode()
