"""The figures of docs/fit.md: every method over both halves and over the oblique pairs."""

import logging
import os
import sys
import tempfile

os.environ.setdefault("MINSHENG_VAR", tempfile.mkdtemp(prefix="ms-bench-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "minsheng.settings"

import bm25s
import django
import numpy as np
from rapidfuzz import fuzz

django.setup()
logging.disable(logging.DEBUG)

from communities.fit import semantic
from communities.fit.backends import MEANING_WEIGHT
from communities.fit.lexicon import Lexicon
from tests.communities.fit import quality as labelled


def by_bm25(needs):
    engine = bm25s.BM25()
    engine.index([pairs_of(need) for need in needs], show_progress=False)
    return lambda text: engine.get_scores(pairs_of(text))


def pairs_of(text):
    spelled = labelled.one_spelling(text).replace(" ", "")
    return [spelled[i : i + 2] for i in range(len(spelled) - 1)]


def by_rapidfuzz(needs):
    return lambda text: [fuzz.partial_ratio(text, need) for need in needs]


def by_meaning(needs):
    vectors = semantic.model().passages(needs)
    return lambda text: vectors @ semantic.model().query(text)


def by_both(needs):
    words, meaning = labelled.by_words(labelled.lexicon())(needs), by_meaning(needs)

    def score(text):
        near = meaning(text)
        return words(text) + (near - near.mean()) / near.std() * MEANING_WEIGHT

    return score


def main():
    methods = {
        "pairs of letters, bm25s": by_bm25,
        "rapidfuzz partial_ratio": by_rapidfuzz,
        "ours without the lexicon": labelled.by_words(Lexicon([])),
        "ours (default backend)": labelled.by_words(labelled.lexicon()),
    }
    if semantic.installed():
        methods |= {"meaning alone": by_meaning, "words and meaning (semantic)": by_both}
    else:
        print("the extra [semantic] is not installed: its two lines are left out")
    print(f"numpy {np.__version__}; {len(labelled.distractors())} distractors in each pool")
    for name, scorer in methods.items():
        for whose in (labelled.OWN, labelled.OTHERS):
            for half in labelled.HALVES:
                found = labelled.measure(half, scorer, whose)
                print(f"  {name:<30}{whose + half:<18}{found}")
        print(f"  {name:<30}{'oblique':<18}{labelled.measure_file('oblique.csv', scorer)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
