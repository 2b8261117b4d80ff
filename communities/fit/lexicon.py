"""Which concepts a text speaks of: “灯坏了”, “黑灯瞎火” and “照明改造” are one of them.

A term is a literal, or two literals with a gap: “灯…坏” is found in “灯又坏了” and “灯一直是坏的”.
Matching is a pure function of the terms and the text, so it never asks the database.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from communities.fit.words import grams, one_spelling

GAP = "…"
GAP_LETTERS = 6  # as far apart as the two halves of a gapped term may stand

# How sure one word makes us, by its length: 灯 says little, 灯下黑 more, 黑灯瞎火 all.
SURE = {1: 0.35, 2: 0.62, 3: 0.76}
SURE_LONG = 0.85
HINT = {1: 0.10}
HINT_LONG = 0.22

# People and places colour a need; what it is about decides.
KIND_WEIGHTS = {"topic": 1.0, "people": 0.30, "place": 0.30}
# Words nobody listed still look like listed ones: each pair of letters votes for the concepts in
# whose terms it stands. Half sure at most, and small votes are dropped so that indexes stay small.
VOTE, VOTES_AT_MOST, VOTES_AT_LEAST = 0.15, 0.5, 0.05


class Term(NamedTuple):
    text: str  # as staff wrote it
    concept: str
    kind: str
    sureness: float


class Hit(NamedTuple):
    start: int
    end: int
    term: Term


@dataclass(frozen=True)
class Concept:
    key: str
    label: str
    kind: str = "topic"
    category: str = ""
    words: tuple = ()  # sure words, of residents and of officials
    hints: tuple = ()  # words that only make the concept likelier


@dataclass
class Reading:
    """What the lexicon finds in one text: concept → how sure, and the words that made it so."""

    weights: dict = field(default_factory=dict)
    words: dict = field(default_factory=dict)


class Lexicon:
    """Ready to read texts. Never changed once made, so that threads and pools may share it."""

    def __init__(self, concepts):
        self.concepts = {concept.key: concept for concept in concepts}
        # what a run of letters may be: (terms, [(second half, term)])
        self._entries = {}
        for concept in self.concepts.values():
            for text in concept.words:
                self._add(text, concept, SURE, SURE_LONG)
            for text in concept.hints:
                self._add(text, concept, HINT, HINT_LONG)
        self._lengths = {}
        for literal in self._entries:
            self._lengths.setdefault(literal[0], set()).add(len(literal))
        self._lengths = {
            letter: tuple(sorted(lengths)) for letter, lengths in self._lengths.items()
        }
        self._votes = self._count_votes()

    def _add(self, text, concept, sureness, longest):
        head, _gap, tail = (one_spelling(part).replace(" ", "") for part in text.partition(GAP))
        if not head or (GAP in text and not tail):
            return
        letters = len(head) + len(tail)
        term = Term(text, concept.key, concept.kind, sureness.get(letters, longest))
        whole, halves = self._entries.setdefault(head, ([], []))
        if tail:
            halves.append((tail, term))
        else:
            whole.append(term)

    def _count_votes(self):
        """Pair of letters → the topics it speaks for, with shares that add up to one."""
        counts = {}
        for concept in self.concepts.values():
            if concept.kind != "topic":
                continue
            for text in (*concept.words, *concept.hints):
                pairs = {
                    pair
                    for part in text.split(GAP)
                    for pair in grams(one_spelling(part))
                    if len(pair) == 2
                }
                for pair in pairs:
                    votes = counts.setdefault(pair, {})
                    votes[concept.key] = votes.get(concept.key, 0) + 1
        shares = {}
        for pair, votes in counts.items():
            logs = {key: math.log(1 + count) for key, count in votes.items()}
            total = sum(logs.values())
            shares[pair] = tuple((key, VOTE * log / total) for key, log in logs.items())
        return shares

    def leanings(self, found):
        """What the pairs of letters of a text vote for, concept → at most a half."""
        sums = {}
        for pair in found:
            for key, share in self._votes.get(pair, ()):
                sums[key] = sums.get(key, 0.0) + share
        return {
            key: min(total, VOTES_AT_MOST) for key, total in sums.items() if total >= VOTES_AT_LEAST
        }

    def hits(self, spelled):
        """Every term that stands in the text, but none inside a longer one of the same kind."""
        found = []
        lengths, entries = self._lengths.get, self._entries.get
        for start, letter in enumerate(spelled):
            for length in lengths(letter, ()):
                end = start + length
                # past the end the piece is shorter, and what is shorter was asked before
                entry = entries(spelled[start:end])
                if entry is None or end > len(spelled):
                    continue
                whole, halves = entry
                for term in whole:
                    found.append(Hit(start, end, term))
                for tail, term in halves:
                    at = spelled.find(tail, end, end + GAP_LETTERS + len(tail))
                    if at >= 0 and " " not in spelled[end:at]:
                        found.append(Hit(start, at + len(tail), term))
        return self._outermost(found)

    def _outermost(self, found):
        """“垃圾分类” is not also “垃圾”; a gapped term does not swallow what stands in its gap."""
        spans = {}
        for hit in found:
            if GAP not in hit.term.text:
                spans.setdefault(hit.term.kind, set()).add((hit.start, hit.end))
        return [
            hit
            for hit in found
            if not any(
                start <= hit.start and hit.end <= end and end - start > hit.end - hit.start
                for start, end in spans.get(hit.term.kind, ())
            )
        ]

    def read(self, spelled):
        """The concepts of a text, strongest evidence combined: many weak words make a sure one."""
        doubts, words, seen = {}, {}, set()
        hits = self.hits(spelled)
        shared = {}
        for hit in hits:
            shared.setdefault(hit.term.text, set()).add(hit.term.concept)
        for hit in hits:
            term = hit.term
            if (term.text, term.concept) in seen:
                continue
            seen.add((term.text, term.concept))
            # a word of several concepts speaks for each of them a little less
            sureness = term.sureness / math.sqrt(len(shared[term.text]))
            doubts[term.concept] = doubts.get(term.concept, 1.0) * (1 - sureness)
            words.setdefault(term.concept, []).append((sureness, term.text))
        return Reading(
            weights={
                key: (1 - doubt) * KIND_WEIGHTS[self.concepts[key].kind]
                for key, doubt in doubts.items()
            },
            words={
                key: [text for _sure, text in sorted(found, key=lambda one: (-one[0], one[1]))]
                for key, found in words.items()
            },
        )


@lru_cache(maxsize=2)
def lexicon_of(concepts):
    """The lexicon of a tuple of concepts; the same concepts are made ready once, not once a question."""
    return Lexicon(concepts)
