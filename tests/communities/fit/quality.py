"""How good is a ranking? The labelled pairs, asked of any function that scores a pool."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from communities.fit.index import Card, PoolIndex
from communities.fit.lexicon import Lexicon
from communities.fit.words import one_spelling
from communities.lexicon_file import shipped

HERE = Path(__file__).parent
HALVES = ("tuning", "held_out")
# Pairs and distractors of the author of the lexicon, and of one who had not seen it.
OWN, OTHERS = "", "others_"


def rows(name):
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pairs(half="", whose=OWN):
    return [row for row in rows(f"{whose}pairs.csv") if half in ("", row["half"])]


def distractors(whose=OWN):
    return [row["need"] for row in rows(f"{whose}distractors.csv")]


def text_of(pair):
    return f"{pair['title']}。{pair['summary']}"


@dataclass(frozen=True)
class Quality:
    queries: int
    at_1: float
    at_3: float
    mrr: float

    def __str__(self):
        return f"R@1 {self.at_1:.3f}  R@3 {self.at_3:.3f}  MRR {self.mrr:.3f}"


def quality(ranks):
    count = len(ranks)
    return Quality(
        queries=count,
        at_1=sum(rank <= 1 for rank in ranks) / count,
        at_3=sum(rank <= 3 for rank in ranks) / count,
        mrr=sum(1 / rank for rank in ranks) / count,
    )


def pool_of(half, whose=OWN):
    """The needs of one half among all distractors: its right answers come first, in order."""
    return [pair["need"] for pair in pairs(half, whose)] + distractors(whose)


def rank_of(scores, place):
    """Where the right one stands; among equals it stands last, so that luck does not count."""
    mine = scores[place]
    return 1 + sum(score >= mine for at, score in enumerate(scores) if at != place)


def measure(half, scorer, whose=OWN):
    """`scorer(needs)` prepares a pool and returns `score(text) → a score per need`."""
    score = scorer(pool_of(half, whose))
    asked = enumerate(pairs(half, whose))
    return quality([rank_of(list(score(text_of(pair))), place) for place, pair in asked])


def cards(needs):
    at = datetime(2017, 6, 1, tzinfo=UTC)
    return [
        Card(place + 1, f"XQ-{place}", "c", need, "", "unsure", "normal", "open", 0, 0, at)
        for place, need in enumerate(needs)
    ]


def lexicon(without=()):
    return Lexicon(one.for_matching() for one in shipped() if one.key not in without)


def by_words(words):
    """The default backend over a pool, with these words."""

    def scorer(needs):
        index = PoolIndex.build(cards(needs), words)
        return lambda text: index.scores(index.question(text))

    return scorer


def pairs_of_letters(text):
    return {run[i : i + 2] for run in one_spelling(text).split() for i in range(len(run) - 1)}


def measure_file(name, scorer):
    """Like `measure`, for a file of pairs without halves."""
    found = rows(name)
    score = scorer([row["need"] for row in found] + distractors())
    return quality([rank_of(list(score(text_of(row))), place) for place, row in enumerate(found)])
