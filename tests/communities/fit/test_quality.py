"""The ranking is as good as docs/fit.md says, on pairs it was not tuned on."""

import pytest

from communities.fit.lexicon import Lexicon
from tests.communities.fit import quality as labelled

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def words():
    return labelled.lexicon()


def test_the_set_is_what_the_document_says():
    pairs = labelled.pairs()
    assert len(pairs) >= 120 and len(labelled.distractors()) >= 200
    halves = {half: {row["family"] for row in labelled.pairs(half)} for half in labelled.HALVES}
    assert not halves["tuning"] & halves["held_out"], "a family lies in one half only"
    assert sum(map(len, halves.values())) >= 90


def test_pairs_share_hardly_a_word(figure):
    """Paraphrases: what a need and its proposal have in common is not their letters."""
    sharing = [
        labelled.pairs_of_letters(row["need"]) & labelled.pairs_of_letters(labelled.text_of(row))
        for row in labelled.pairs()
    ]
    share = sum(map(bool, sharing)) / len(sharing)
    figure(f"pairs with a common pair of letters: {share:.1%}")
    assert share <= 0.10
    assert max(map(len, sharing)) <= 1


def test_the_default_backend_holds_its_figure_on_the_held_out_half(words, figure):
    found = labelled.measure("held_out", labelled.by_words(words))
    figure(str(found))
    assert found.at_3 >= 0.80


def test_so_it_does_on_pairs_of_an_author_who_had_not_seen_the_lexicon(words, figure):
    found = labelled.measure("held_out", labelled.by_words(words), labelled.OTHERS)
    figure(str(found))
    assert found.queries >= 70 and len(labelled.distractors(labelled.OTHERS)) >= 200
    assert found.at_3 >= 0.80


def test_without_the_lexicon_the_figure_would_fall(figure):
    """The control: the measure is not one that everything passes."""
    found = labelled.measure("held_out", labelled.by_words(Lexicon([])))
    figure(str(found))
    assert found.at_3 < 0.30


def test_oblique_needs_written_after_the_lexicon_are_not_silently_worse(words, figure):
    """Far below the target, and told in docs/fit.md; here so that nobody makes it worse unseen."""
    found = labelled.measure_file("oblique.csv", labelled.by_words(words))
    figure(str(found))
    assert found.at_3 >= 0.30


def test_the_lexicon_covers_every_category_with_many_words(words):
    assert len(words.concepts) >= 90
    assert sum(len(one.words) + len(one.hints) for one in words.concepts.values()) >= 900
    categories = {one.category for one in words.concepts.values() if one.kind == "topic"}
    assert categories == {
        "safety", "environment", "culture_sports", "living_care", "development", "care",
        "education", "safety_goods", "sports_goods",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("楼下的灯又坏了", "outdoor_lighting"),
        ("一下雨就淹水", "drainage"),
        ("爬楼爬不动", "lift"),
        ("娃放学没人管", "after_school"),
        ("没地方晒被子", "drying"),
        ("家里有老鼠", "pests"),
    ],
)
def test_words_residents_use_are_understood(words, text, concept):
    weights = words.read(labelled.one_spelling(text)).weights
    assert max(weights, key=weights.get) == concept


def test_a_gap_does_not_cross_a_comma_and_a_long_word_hides_the_short_one(words):
    assert "outdoor_lighting" in words.read(labelled.one_spelling("灯老是坏")).weights
    far = words.read(labelled.one_spelling("买了灯，车坏")).words.get("outdoor_lighting", [])
    assert "灯…坏" not in far
    hits = words.hits(labelled.one_spelling("垃圾分类宣传"))
    assert {hit.term.text for hit in hits} == {"垃圾分类宣传"}
