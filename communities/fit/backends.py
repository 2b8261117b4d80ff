"""Two interchangeable ways to score a pool: by words (always there) and by words and meaning."""

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

import numpy as np
from django.conf import settings

from communities.fit import semantic
from communities.models import NeedEmbedding

# How much one standard deviation of meaning counts beside the words.
MEANING_WEIGHT = 0.1
POOLS_AT_MOST = 64
ASKED_AT_ONCE = 500
CATEGORY_BONUS = 0.05
EMPTY = np.empty((0, 0), dtype=np.float32)


class Vectors(NamedTuple):
    """The vectors of one version of an index, as one matrix."""

    index: object
    places: np.ndarray
    matrix: np.ndarray
    by_need: dict


NOTHING = Vectors(None, np.empty(0, dtype=np.int64), EMPTY, {})


class WordsBackend:
    """Letters and lexicon. Needs nothing but numpy."""

    name = "words"

    def scores(self, index, question, codes):
        found = index.scores(question)
        if question.category:
            found[found > 0] += CATEGORY_BONUS * index.in_category(question.category)[found > 0]
        return found


class SemanticBackend(WordsBackend):
    """Words, and the nearness of meaning among the needs that have a vector already."""

    name = "semantic"

    def __init__(self):
        self._lock = Lock()
        self._vectors = OrderedDict()

    def scores(self, index, question, codes):
        found = super().scores(index, question, codes)
        places, matrix = self._matrix(index, codes)
        if not len(places):
            return found
        near = matrix @ semantic.model().query(question.text)
        spread = float(near.std()) or 1.0
        # never below what keeps a need in the list: far away is no reason to be left out
        meaning = np.zeros(len(found))
        meaning[places] = (near - near.mean()) / spread * MEANING_WEIGHT
        shifted = found + meaning
        shifted[index.alive] -= min(0.0, float(shifted[index.alive].min())) - 1e-5
        shifted[~index.alive] = 0.0
        return shifted

    def _matrix(self, index, codes):
        """Vectors of living needs whose text is still the one they were computed from."""
        with self._lock:
            kept = self._vectors.get(codes, NOTHING)
        if kept.index is index and len(kept.places) == len(index.where):
            return kept.places, kept.matrix
        known = {
            index.where[need_id]: vector
            for need_id, (text, vector) in kept.by_need.items()
            if need_id in index.where and index.cards[index.where[need_id]].text == text
        }
        missing = [key for key, place in index.where.items() if place not in known]
        for start in range(0, len(missing), ASKED_AT_ONCE):
            rows = NeedEmbedding.objects.filter(
                need_id__in=missing[start : start + ASKED_AT_ONCE], model=semantic.MODEL
            )
            for need_id, digest, blob in rows.values_list("need_id", "text_digest", "vector"):
                place = index.where[need_id]
                if digest == semantic.digest_of(index.cards[place].text):
                    known[place] = semantic.unpacked(blob)
        places = np.array(sorted(known), dtype=np.int64)
        matrix = np.stack([known[place] for place in sorted(known)]) if known else EMPTY
        cards = index.cards
        fresh = Vectors(
            index, places, matrix,
            {cards[place].id: (cards[place].text, row)
             for place, row in zip(places.tolist(), matrix, strict=True)},
        )  # fmt: skip
        with self._lock:
            self._vectors[codes] = fresh
            self._vectors.move_to_end(codes)
            while len(self._vectors) > POOLS_AT_MOST:
                self._vectors.popitem(last=False)
        return places, matrix


WORDS, SEMANTIC = WordsBackend(), SemanticBackend()


def chosen():
    """The backend of the settings; words, when the extra is chosen but not installed."""
    return SEMANTIC if semantic.wanted() else WORDS


def state():
    """In one sentence which backend answers, for whoever asks on the console."""
    if settings.FIT_BACKEND == "semantic" and not semantic.installed():
        return "words (semantic is chosen, but the extra [semantic] is not installed)"
    return chosen().name
