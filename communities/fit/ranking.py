"""Rank the needs of a pool for a text, and say by which words."""

from typing import NamedTuple

from communities.fit import backends
from communities.fit.pools import SHELF
from communities.fit.words import one_spelling

CONCEPTS_SHOWN, WORDS_SHOWN = 4, 4
# Below this share of a concept nobody would believe that it made the match.
WORTH_SAYING = 0.06


class SharedConcept(NamedTuple):
    """“需求写的‘灯坏了’ ↔ 词库‘照明’”."""

    key: str
    label: str
    need_words: tuple
    text_words: tuple


class Match(NamedTuple):
    rank: int
    score: float
    need: object  # communities.fit.index.Card
    age_days: int
    shared_words: tuple
    concepts: tuple

    @property
    def because(self):
        """The words that made the match, as one line for people."""
        parts = []
        for concept in self.concepts:
            if concept.need_words:
                words = "、".join(concept.need_words)
                parts.append(f"需求写的“{words}” ↔ 词库“{concept.label}”")
            else:
                parts.append(f"字面接近词库“{concept.label}”")
        if self.shared_words:
            parts.append(f"同样写到“{'、'.join(self.shared_words)}”")
        return "；".join(parts) or "意思接近"


def rank_needs(text, communities, *, limit=10, now, category="", backend=None):
    """The needs of these communities that fit the text best, the best first.

    Only needs a proposal may cite (open, taken up). There is no threshold: the list says what is
    nearest, and people decide. A need that shares nothing with the text is left out. Equal scores:
    more supporters first, then the older need.
    """
    codes = tuple(sorted({community.code for community in communities}))
    if not codes or not one_spelling(text) or limit < 1:
        return []
    index = SHELF.index_of(codes)
    question = index.question(text, category)
    scores = (backend or backends.chosen()).scores(index, question, codes)
    return [
        _match(rank, float(round(scores[place], 6)), place, index, question, now)
        for rank, place in enumerate(index.best(scores, limit), start=1)
    ]


def _match(rank, score, place, index, question, now):
    card = index.cards[place]
    return Match(
        rank=rank,
        score=score,
        need=card,
        age_days=max(0, (now - card.created_at).days),
        shared_words=shared_words(one_spelling(card.text), question),
        concepts=_concepts(index, place, question),
    )


def _concepts(index, place, question):
    leaf = index.leaves[place]
    held = dict(zip(leaf.concepts.tolist(), leaf.weights.tolist(), strict=True))
    shares = [
        (-weight * held.get(index.positions[key], 0.0), key)
        for key, weight in question.weights.items()
    ]
    return tuple(
        SharedConcept(
            key=key,
            label=index.lexicon.concepts[key].label,
            need_words=leaf.words.get(key, ()),
            text_words=tuple(question.reading.words.get(key, ())[:WORDS_SHOWN]),
        )
        for share, key in sorted(shares)[:CONCEPTS_SHOWN]
        if -share >= WORTH_SAYING
    )


def shared_words(need, question):
    """The runs of two letters or more that both texts hold, the longest first."""
    pairs, runs, start = question.grams, [], -1
    for at in range(len(need)):
        if need[at : at + 2] in pairs and len(need) > at + 1:
            start = at if start < 0 else start
        elif start >= 0:
            run, start = need[start : at + 1], -1
            # letters that follow each other here need not do so there
            whole = run in question.text
            runs += [run] if whole else [run[i : i + 2] for i in range(len(run) - 1)]
    return tuple(sorted(dict.fromkeys(runs), key=len, reverse=True)[:WORDS_SHOWN])
