"""The search tells nobody what pages hide, and each only what they may know."""

import json
import re
from itertools import product

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from communities.services.needs import withdraw_need
from core.masking import mask_free_text
from portal.search_rows import LONG_NUMBER
from tests.communities.needs import PHONE
from tests.portal.searching import MOBILE, planted, shown

pytestmark = pytest.mark.django_db


# who sees what -------------------------------------------------------------------------------------


def test_drafts_and_withdrawn_needs_are_found_by_their_own_people_only(
    need, find, walk, world, now
):
    draft = walk(title="还没公开的书屋").draft()
    gone = need("又不要的书屋")
    withdraw_need(need_id=gone.pk, query_code=gone.query_code, now=now)
    for user in (None, world.far.clerk, world.far.agent):
        assert find("书屋", user=user).is_empty, user
    mine = find("书屋", user=world.home.clerk)
    assert mine.keys("proposal") == [draft.matter.pk]
    assert mine.keys("need") == [gone.pk]
    assert find("书屋", user=world.home.agent).keys("proposal") == [draft.matter.pk]


@pytest.mark.parametrize(
    "typed",
    [MOBILE, "1391234", "912345", "45678", "34", "139 1234", "“139 1234-5678”", "１３９１２３４５６７８",
     "25551234", "44030119800101123X", "123X", PHONE, "李某某", "#13912345678", "围栏1391"],
)  # fmt: skip
def test_a_personal_number_finds_nothing_whole_or_in_part(need, find, walk, world, typed):
    planted(need, walk)
    for user in (None, world.far.clerk, world.home.clerk):
        result = find(typed, user=user)
        if typed == "围栏1391":  # its Chinese piece may be near, the number is not
            assert result.is_near
            continue
        assert result.is_empty, (user, shown(result), shown(result, "proposal"))


def test_leaving_out_or_ordering_by_a_number_tells_nothing_either(need, find, walk):
    planted(need, walk)
    for kind, wrong in product(("need", "proposal"), ("00000", "912345", "391234", "25551234")):
        assert find("围栏").keys(kind)
        assert find(f"围栏 -{wrong}").keys(kind) == find("围栏").keys(kind)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([MOBILE, "0755-25551234", "44030119800101123X", "440301800101123"]),
            st.text(alphabet="0123456789０１９ -.·()（）－　＋+Xx路", max_size=24),
        ),
        min_size=1, max_size=4,
    ).map("".join)
)  # fmt: skip
def test_the_guard_knows_every_number_that_is_masked(text):
    if mask_free_text(text) != text:
        assert re.search(LONG_NUMBER, text)


def test_without_the_guard_the_number_would_be_found(need, find, walk, monkeypatch):
    planted(need, walk)
    monkeypatch.setattr("portal.search_rows.LONG_NUMBER", "^$never")
    assert not find("912345").is_empty


def test_what_is_shown_is_masked(client, need, walk):
    planted(need, walk)
    for kind in ("need", "proposal"):
        page = client.get(reverse("portal:lookup"), {"q": "围栏", "kind": kind}).content.decode()
        assert "围栏" in page
        assert not re.search(r"139.?1234.?5678|25551234|19800101", page)


def test_the_api_hides_what_the_page_hides(client, need, walk, find):
    planted(need, walk)
    address = reverse("api:portal:search")
    assert json.loads(client.get(address, {"q": MOBILE}).content)["results"] == []
    for kind in ("need", "proposal"):
        said = client.get(address, {"q": "围栏", "kind": kind}).content.decode()
        assert "围栏" in said
        assert MOBILE not in said
