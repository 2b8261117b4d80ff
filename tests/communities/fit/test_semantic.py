"""The semantic backend, with a model of the tests in place of the optional package."""

import numpy as np
import pytest

from communities.fit import backends, semantic
from communities.fit.pools import SHELF
from communities.fit.ranking import rank_needs
from communities.models import NeedEmbedding
from communities.services.embeddings import embed_needs
from communities.services.needs import correct_need, withdraw_need

pytestmark = pytest.mark.django_db


class Meanings:
    """Two meanings: of animals, and of everything else."""

    def __init__(self):
        self.asked = []

    def _vector(self, text):
        return np.array([1, 0] if set(text) & set("猫狗鸡鸭") else [0, 1], dtype=np.float32)

    def passages(self, texts):
        self.asked += texts
        return np.stack([self._vector(text) for text in texts])

    def query(self, text):
        return self._vector(text)


@pytest.fixture
def meanings(settings, monkeypatch):
    settings.FIT_BACKEND = "semantic"
    fake = Meanings()
    monkeypatch.setattr(semantic, "installed", lambda: True)
    monkeypatch.setattr(semantic, "model", lambda: fake)
    monkeypatch.setattr(backends, "SEMANTIC", backends.SemanticBackend())
    return fake


def contents(text, home, now):
    return [match.need.content for match in rank_needs(text, [home], now=now)]


def test_meaning_lifts_a_need_that_shares_no_word(home, a_need, now, meanings):
    a_need(home, content="隔壁家公鸡四点打鸣")
    a_need(home, content="楼上水声哗哗响得慌")
    assert embed_needs(now=now) == 2
    assert contents("鸭舍", home, now)[0] == "隔壁家公鸡四点打鸣"


def test_without_vectors_words_decide(home, a_need, now, meanings):
    a_need(home, content="隔壁家公鸡四点打鸣")
    lamps = a_need(home, content="巷子里黑灯瞎火，不敢走")
    assert contents("路灯增设", home, now) == [lamps.content]
    assert backends.state() == "semantic"


def test_each_text_is_computed_once_and_again_when_it_changes(home, a_need, now, meanings):
    need = a_need(home, content="隔壁家公鸡四点打鸣")
    assert [embed_needs(now=now), embed_needs(now=now)] == [1, 0]
    correct_need(need_id=need.pk, query_code=need.query_code, content="路灯坏了三天了", now=now)
    # the old vector says something the need does not say any more
    assert not backends.SEMANTIC._matrix(SHELF.index_of([home.code]), (home.code,))[0].size
    assert embed_needs(now=now) == 1
    assert NeedEmbedding.objects.get().text_digest == semantic.digest_of("路灯坏了三天了 ")


def test_needs_out_of_the_pool_are_not_computed(home, a_need, now, meanings):
    need = a_need(home, content="隔壁家公鸡四点打鸣")
    withdraw_need(need_id=need.pk, query_code=need.query_code, now=now)
    assert embed_needs(now=now) == 0 and meanings.asked == []


def test_a_tick_computes_a_few_at_a_time(home, a_need, now, meanings):
    for number in range(5):
        a_need(home, content=f"第{number}栋的路灯坏了")
    assert [embed_needs(now=now, limit=2) for _round in range(4)] == [2, 2, 1, 0]


def test_chosen_but_not_installed_says_so_and_words_answer(
    home, a_need, now, settings, monkeypatch
):
    settings.FIT_BACKEND = "semantic"
    monkeypatch.setattr(semantic, "installed", lambda: False)
    need = a_need(home, content="巷子里黑灯瞎火，不敢走")
    assert contents("路灯增设", home, now) == [need.content]
    assert "not installed" in backends.state()
    assert embed_needs(now=now) == 0


def test_vectors_are_kept_bit_by_bit():
    vector = np.array([0.25, -1.5, 3e-8], dtype=np.float32)
    assert semantic.unpacked(semantic.packed(vector)).tolist() == vector.tolist()
