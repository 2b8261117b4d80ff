"""One pool (or several) in memory, ready to be asked: postings of letters and of concepts.

A score is a pure function of the needs in the pool, the lexicon and the text. Nothing in it
remembers in which order needs came, so two processes rank alike. What never changes on one version
of an index is shared with the next; a version itself is never changed, so threads may go on
reading it.
"""

from dataclasses import dataclass
from math import log, sqrt
from typing import NamedTuple

import numpy as np

from communities.fit.words import grams, one_spelling

# How much long needs are discounted, and what counts as an ordinary length (different grams).
SATURATION, LENGTH_SHARE, ORDINARY_LENGTH = 0.6, 0.5, 40
# Concepts find what is said in other words; words that are shared weigh as much, and speak alone
# where the lexicon is silent. Chosen on the two tuning halves of docs/fit.md.
LETTERS_WEIGHT = 2.0
HEAVIEST_GRAMS = 32
# A concept counts as present for its rarity from this weight on.
PRESENT = 0.3
WORDS_KEPT = 4
TAIL_AT_LEAST, TAIL_SHARE = 256, 8
# So many places, taken from all over, show only their highest score when the best are looked for.
BLOCK = 64


class Card(NamedTuple):
    """What is known of a need without asking the database again."""

    id: int
    number: str
    community: str
    content: str
    place: str
    category: str
    urgency: str
    status: str
    supporters: int
    questionnaires: int
    created_at: object

    @property
    def text(self):
        return f"{self.content} {self.place}"


class Leaf(NamedTuple):
    """A need as numbers."""

    grams: np.ndarray  # ids of its grams
    concepts: np.ndarray  # positions of its concepts
    weights: np.ndarray  # how sure each concept is
    factor: float  # the discount of its length
    words: dict  # concept → the words of the lexicon that stand in the need


class Postings:
    """Which needs hold a feature: one flat array, cut by `starts`."""

    def __init__(self, leaves, first):
        self.grams = _flat([leaf.grams for leaf in leaves], first)
        self.concepts = _flat(
            [leaf.concepts for leaf in leaves], first, [leaf.weights for leaf in leaves]
        )


def _flat(rows, first, weights=None):
    lengths = np.fromiter((len(row) for row in rows), dtype=np.int64, count=len(rows))
    keys = np.concatenate(rows) if rows else np.empty(0, dtype=np.int32)
    docs = np.repeat(np.arange(first, first + len(rows), dtype=np.int32), lengths)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    top = int(keys[-1]) + 1 if len(keys) else 0
    starts = np.searchsorted(keys, np.arange(top + 1))
    values = np.concatenate(weights)[order] if weights else None
    return starts, docs[order], values


@dataclass(frozen=True)
class Question:
    """A text as the index asks it."""

    text: str
    grams: frozenset
    reading: object
    weights: dict  # concept → how much it counts here, as a vector of length 1
    category: str = ""


class PoolIndex:
    def __init__(self, lexicon, vocabulary=None):
        self.lexicon = lexicon
        self.positions = {key: place for place, key in enumerate(lexicon.concepts)}
        self.vocabulary = {} if vocabulary is None else vocabulary
        self.cards, self.leaves, self.where = [], [], {}
        self.alive = np.zeros(0, dtype=bool)
        self.factors = np.zeros(0)
        self.count = 0
        self.frequencies = np.zeros(0, dtype=np.int64)
        self.presences = np.zeros(len(self.positions), dtype=np.int64)
        self.base = self.tail = None
        self.in_base = 0

    @classmethod
    def build(cls, cards, lexicon, known=None):
        """A fresh index; `known` spares the reading of texts that another version has read."""
        index = cls(lexicon, known.vocabulary if known else None)
        leaves = known.leaves_by_text() if known and known.lexicon is lexicon else {}
        index.cards = sorted(cards, key=lambda card: card.id)
        index.leaves = [leaves.get(card.text) or index._leaf(card) for card in index.cards]
        index.where = {card.id: place for place, card in enumerate(index.cards)}
        index.alive = np.ones(len(index.cards), dtype=bool)
        index.factors = np.array([leaf.factor for leaf in index.leaves])
        index.base, index.in_base = Postings(index.leaves, 0), len(index.leaves)
        index._count()
        return index

    def changed(self, cards, gone=()):
        """The next version, with these needs added or replaced and those of `gone` taken out."""
        index = PoolIndex(self.lexicon, self.vocabulary)
        index.cards, index.leaves = list(self.cards), list(self.leaves)
        index.where, index.alive = dict(self.where), self.alive.copy()
        fresh = []
        for need_id in gone:
            place = index.where.pop(need_id, None)
            if place is not None:
                index.alive[place] = False
        for card in sorted(cards, key=lambda card: card.id):
            place = index.where.get(card.id)
            if place is not None and index.cards[place].text == card.text:
                index.cards[place] = card
                continue
            if place is not None:
                index.alive[place] = False
            index.where[card.id] = len(index.cards)
            index.cards.append(card)
            fresh.append(index._leaf(card))
        index.leaves += fresh
        index.alive = np.concatenate([index.alive, np.ones(len(fresh), dtype=bool)])
        index.factors = np.concatenate([self.factors, [leaf.factor for leaf in fresh]])
        index.base, index.in_base = self.base, self.in_base
        tail = index.leaves[index.in_base :]
        if len(tail) > max(TAIL_AT_LEAST, index.in_base // TAIL_SHARE):
            living = [index.cards[place] for place in index.where.values()]
            return PoolIndex.build(living, self.lexicon, known=index)
        index.tail = Postings(tail, index.in_base) if tail else None
        index._count()
        return index

    def leaves_by_text(self):
        return {card.text: leaf for card, leaf in zip(self.cards, self.leaves, strict=True)}

    def _leaf(self, card):
        spelled = one_spelling(card.text)
        found = grams(spelled)
        ids = [self.vocabulary.setdefault(gram, len(self.vocabulary)) for gram in sorted(found)]
        reading = self.lexicon.read(spelled)
        weights = dict(reading.weights)
        for key, lean in self.lexicon.leanings(found).items():
            weights[key] = 1 - (1 - weights.get(key, 0.0)) * (1 - lean)
        concepts = sorted((self.positions[key], weight) for key, weight in weights.items())
        length = 1 - LENGTH_SHARE + LENGTH_SHARE * len(found) / ORDINARY_LENGTH
        return Leaf(
            grams=np.array(sorted(ids), dtype=np.int32),
            concepts=np.array([place for place, _weight in concepts], dtype=np.int32),
            weights=np.array([weight for _place, weight in concepts], dtype=np.float64),
            factor=(1 + SATURATION) / (1 + SATURATION * length),
            words={key: tuple(found[:WORDS_KEPT]) for key, found in reading.words.items()},
        )

    def _count(self):
        """How many living needs hold each gram and each concept: whole numbers, so exact."""
        living = [leaf for leaf, alive in zip(self.leaves, self.alive, strict=True) if alive]
        self.count = len(living)
        self.frequencies = np.zeros(len(self.vocabulary), dtype=np.int64)
        if not living:
            return
        held = np.bincount(np.concatenate([leaf.grams for leaf in living]))
        self.frequencies[: len(held)] = held
        places = np.concatenate([leaf.concepts for leaf in living])
        sure = np.concatenate([leaf.weights for leaf in living]) >= PRESENT
        self.presences = np.bincount(places[sure], minlength=len(self.positions))

    def question(self, text, category=""):
        spelled = one_spelling(text)
        reading = self.lexicon.read(spelled)
        return Question(
            text=spelled,
            grams=frozenset(grams(spelled)),
            reading=reading,
            weights=self._concept_weights(reading),
            category=category,
        )

    def _concept_weights(self, reading):
        """The concepts of a text, rarer ones heavier, as one vector of length 1."""
        weights = {
            key: sure * log(1 + self.count / (1 + int(self.presences[self.positions[key]])))
            for key, sure in sorted(reading.weights.items())
        }
        norm = sqrt(sum(weight * weight for weight in weights.values()))
        return {key: weight / norm for key, weight in weights.items()} if norm else {}

    def gram_weights(self, question):
        """The heaviest grams of the text that the pool knows, and the weight of all its grams."""
        weights, unknown, rarest = [], 0, log(2 * self.count + 2)
        known, frequencies = self.vocabulary.get, self.frequencies
        for gram in question.grams:
            place = known(gram)
            held = int(frequencies[place]) if place is not None and place < len(frequencies) else 0
            if held:
                weights.append((log(1 + (self.count - held + 0.5) / (held + 0.5)), gram, place))
            else:
                unknown += 1
        # by weight and then by letters, never by the order in which the pool met them
        weights.sort(reverse=True)
        total = unknown * rarest + sum(weight for weight, _gram, _place in weights)
        return [(weight, place) for weight, _gram, place in weights[:HEAVIEST_GRAMS]], total

    def scores(self, question):
        """The score of every place of the index; places that died have none."""
        size = len(self.cards)
        letters, total = self.gram_weights(question)
        concepts = [(weight, self.positions[key]) for key, weight in question.weights.items()]
        # in place: an array of a whole district costs more to get than to fill
        found = self._sum("concepts", concepts, size)
        if letters:
            said = self._sum("grams", letters, size)
            said *= self.factors
            said *= LETTERS_WEIGHT / total
            found += said
        if len(self.where) < size:
            found *= self.alive
        return found

    def _sum(self, what, wanted, size):
        docs, sizes, factors, values = [], [], [], []
        for postings in (self.base, self.tail):
            if postings is None:
                continue
            starts, holders, weights = getattr(postings, what)
            for weight, place in wanted:
                if place + 1 >= len(starts):
                    continue
                start, end = starts[place], starts[place + 1]
                docs.append(holders[start:end])
                sizes.append(end - start)
                factors.append(weight)
                if weights is not None:
                    values.append(weights[start:end])
        if not any(sizes):
            return np.zeros(size)  # of nothing, bincount would make whole numbers
        shares = np.repeat(np.array(factors), sizes)
        if values:
            shares *= np.concatenate(values)
        return np.bincount(np.concatenate(docs), weights=shares, minlength=size)

    def best(self, scores, limit):
        """Places of the best scores; equal ones by supporters, then by age."""
        least, blocks = 1e-6, len(scores) // BLOCK
        if blocks > limit:
            # the least of the `limit` highest blocks is reached by `limit` places at least; a
            # little below it, so that rounding cannot part equals
            highest = scores[: blocks * BLOCK].reshape(BLOCK, blocks).max(axis=0)
            least = max(least, np.partition(highest, blocks - limit)[blocks - limit] - 2e-6)
        candidates = np.flatnonzero(scores >= least)
        if len(candidates) > limit:
            held = scores[candidates]
            edge = np.partition(held, len(held) - limit)[len(held) - limit]
            candidates = candidates[held >= edge - 2e-6]
        rounded, cards = np.round(scores[candidates], 6).tolist(), self.cards
        order = sorted(
            zip(rounded, candidates.tolist(), strict=True),
            key=lambda one: (-one[0], -cards[one[1]].supporters, cards[one[1]].id),
        )
        return [place for score, place in order[:limit] if score > 0]

    def in_category(self, category):
        return np.array([card.category == category for card in self.cards], dtype=bool)
