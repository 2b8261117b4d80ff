"""An index that was changed step by step answers like one that was built afresh."""

import random

import numpy as np
import pytest

from communities.fit import index as indexes
from communities.fit.index import PoolIndex
from tests.communities.fit import quality as labelled

pytestmark = pytest.mark.once

QUESTIONS = (
    "太阳能路灯增设工程",
    "长者饭堂",
    "消防通道划线及清障",
    "健身器材更新",
    "没有这样的需求吗",
)


@pytest.fixture(scope="module")
def words():
    return labelled.lexicon()


@pytest.fixture(scope="module")
def some():
    return labelled.cards([row["need"] for row in labelled.pairs()])


def answers(index):
    return [
        [
            (index.cards[place].id, round(float(scores[place]), 6))
            for place in index.best(scores, 10)
        ]
        for scores in (index.scores(index.question(text)) for text in QUESTIONS)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_changes_leads_to_the_same_answers(words, some, seed, monkeypatch):
    monkeypatch.setattr(indexes, "TAIL_AT_LEAST", 12)  # so that tails are merged several times
    rng = random.Random(seed)
    living = {card.id: card for card in some[:40]}
    index = PoolIndex.build(living.values(), words)
    for _round in range(30):
        gone = rng.sample(sorted(living), 2)
        fresh = [rng.choice(some) for _one in range(3)]
        changed = living[rng.choice(sorted(living))]
        fresh.append(changed._replace(content=rng.choice(some).content, supporters=7))
        cards = {card.id: card for card in fresh if card.id not in gone}
        for need_id in gone:
            del living[need_id]
        living |= cards
        index = index.changed(list(cards.values()), gone)
    assert answers(index) == answers(PoolIndex.build(living.values(), words))


def test_a_version_of_an_index_stays_as_it_was(words, some):
    first = PoolIndex.build(some[:20], words)
    before = answers(first)
    first.changed(some[20:40], gone=[card.id for card in some[:10]])
    assert answers(first) == before


def test_equal_scores_go_by_supporters_and_then_by_age(words, some):
    twins = [
        some[0]._replace(id=key, supporters=voices)
        for key, voices in ((5, 1), (6, 9), (7, 9), (8, 1))
    ]
    index = PoolIndex.build(twins, words)
    scores = index.scores(index.question("巷子里装路灯"))
    assert [index.cards[place].id for place in index.best(scores, 3)] == [6, 7, 5]


@pytest.mark.parametrize("limit", [1, 10, 40])
@pytest.mark.parametrize("kinds", [2, 30, 5000], ids=["all alike", "many alike", "all apart"])
def test_the_best_of_many_are_those_a_plain_sort_puts_first(words, some, kinds, limit):
    rng = random.Random(kinds * limit)
    count = indexes.BLOCK * 45 + 7  # blocks, and a rest that fills none
    index = PoolIndex.build([some[0]._replace(id=key) for key in range(1, count + 1)], words)
    index.cards = [card._replace(supporters=rng.randrange(3)) for card in index.cards]
    scores = np.array([rng.randrange(kinds) / kinds for _place in range(count)])
    in_order = sorted(
        (place for place in range(count) if scores[place] > 0),
        key=lambda place: (
            -round(float(scores[place]), 6), -index.cards[place].supporters, index.cards[place].id
        ),
    )  # fmt: skip
    assert index.best(scores, limit) == in_order[:limit]


def test_nothing_in_common_means_not_in_the_list(words, some):
    index = PoolIndex.build(some[:5], words)
    scores = index.scores(index.question("zzz"))
    assert index.best(scores, 10) == []


def test_a_text_whose_concepts_nobody_has_is_ranked_by_its_letters(words, some):
    """Also where the concept stands between others that somebody has."""
    bare = 0
    for need in some[:12]:
        index = PoolIndex.build([need], words)
        for other in some[:12]:
            question = index.question(f"{other.content}{need.content[:2]}")
            held = set(index.leaves[0].concepts.tolist())
            bare += not held & {index.positions[key] for key in question.weights}
            assert index.scores(question).dtype == np.float64
    assert bare > 5


def test_an_empty_pool_answers_nothing(words):
    index = PoolIndex.build([], words)
    assert index.best(index.scores(index.question("路灯")), 10) == []
