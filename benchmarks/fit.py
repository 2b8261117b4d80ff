"""One ranking over 5,000 and 50,000 needs, beside bm25s, PostgreSQL trigrams and rapidfuzz.

All methods get the same texts and the same questions in one run. Needs the extra `bench`
(`python scripts/make_venv.py dev bench`). The database is the one of DATABASE_URL, where
`benchmark_…` tables come and go; without PostgreSQL the trigram line is left out, and said so.
Ours is timed with the question whether the pool is current, and once more as pages call it, with the
words that made each match, which none of the others tells.
"""

import os
import random
import statistics
import sys
import tempfile
import time

VAR = tempfile.mkdtemp(prefix="ms-bench-")
os.environ.setdefault("MINSHENG_VAR", VAR)
os.environ.setdefault("MINSHENG_LOG_LEVEL", "WARNING")
os.environ["DJANGO_SETTINGS_MODULE"] = "minsheng.settings"

import bm25s
import django
import numpy as np
from rapidfuzz import fuzz, process

django.setup()

from django.db import connection
from django.utils import timezone

from communities.fit import backends, pools
from communities.fit.index import Card, PoolIndex
from communities.fit.lexicon import Lexicon
from communities.fit.ranking import rank_needs
from communities.fit.words import one_spelling
from communities.lexicon_file import shipped
from tests.communities.fit import quality as labelled

SIZES = (5_000, 50_000)
DISTRICT = 112
LIMIT = 10
ROUNDS = 5


class Place:
    """A community as far as the ranking asks."""

    def __init__(self, number):
        self.code = f"9903{number:08d}"


def texts(count):
    """Sentences of the labelled set, cut and joined anew: real words, real lengths."""
    rng = random.Random(count)
    halves = [
        part
        for need in [row["need"] for row in labelled.pairs()] + labelled.distractors()
        for part in need.split("，")
    ]
    spots = ("东区", "西门", "后巷", "3栋", "小广场", "菜场边", "学校旁", "停车场", "河边", "老围")
    return [
        f"{rng.choice(spots)}{rng.randrange(90)}号{rng.choice(halves)}，{rng.choice(halves)}，"
        f"{rng.choice(halves)}"
        for _one in range(count)
    ]


def timed(ask, questions):
    """Milliseconds per question: each at its best of the rounds, because other work of the machine
    only ever adds; then the median and the 95th percentile over the questions.
    """
    ask(questions[0])
    best = []
    for question in questions:
        spent = []
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            ask(question)
            spent.append((time.perf_counter() - begun) * 1000)
        best.append(min(spent))
    best.sort()
    return statistics.median(best), best[int(len(best) * 0.95)]


def pairs_of(text):
    spelled = one_spelling(text).replace(" ", "")
    return [spelled[i : i + 2] for i in range(len(spelled) - 1)]


def by_bm25s(needs):
    engine = bm25s.BM25()
    engine.index([pairs_of(need) for need in needs], show_progress=False)
    return lambda text: engine.retrieve([pairs_of(text)], k=LIMIT, show_progress=False, n_threads=0)


def by_rapidfuzz(needs):
    return lambda text: process.extract(text, needs, scorer=fuzz.ratio, limit=LIMIT)


def by_trigrams(needs):
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("DROP TABLE IF EXISTS benchmark_need")
        cursor.execute("CREATE UNLOGGED TABLE benchmark_need (id serial, content text)")
        for start in range(0, len(needs), 5_000):
            part = needs[start : start + 5_000]
            rows = ",".join(["(%s)"] * len(part))
            cursor.execute(f"INSERT INTO benchmark_need (content) VALUES {rows}", part)
        cursor.execute("CREATE INDEX ON benchmark_need USING gin (content gin_trgm_ops)")
        cursor.execute("ANALYZE benchmark_need")
        cursor.execute("SET pg_trgm.similarity_threshold = 0.45")

    def ask(text):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, similarity(content, %s) AS s FROM benchmark_need WHERE content %% %s "
                "ORDER BY s DESC LIMIT %s",
                [text, text, LIMIT],
            )
            return cursor.fetchall()

    return ask


def ours(needs, places, words):
    """Put the needs on the shelf as a pool that is current; the question is asked all the same."""
    at = timezone.now()
    cards = [
        Card(i + 1, f"XQ-{i}", places[i % len(places)].code, need, "", "unsure", "normal",
             "open", i % 30, 0, at)
        for i, need in enumerate(needs)
    ]  # fmt: skip
    begun = time.perf_counter()
    index = PoolIndex.build(cards, words)
    built = time.perf_counter() - begun
    codes = tuple(sorted(place.code for place in places))
    heads = dict.fromkeys((*codes, pools.LEXICON_CHAIN), (1, "0" * 64))
    asked = pools.heads_of

    def current(names):
        asked(names)  # the question costs what it costs; the answer is the one of this pool
        return heads

    pools.heads_of = current
    pools.SHELF._put(codes, pools.Kept(index, heads, pools.mark_of(codes)))
    now = timezone.now()

    def ranked(codes, text):
        fresh = pools.SHELF.index_of(codes)
        return fresh.best(fresh.scores(fresh.question(text)), LIMIT)

    return (
        built,
        lambda text: rank_needs(text, places, limit=LIMIT, now=now, backend=backends.WORDS),
        lambda text: index.best(index.scores(index.question(text)), LIMIT),
        lambda text: pools.SHELF.index_of(codes),
        lambda text: ranked(codes, text),
    )


def prepare_heads():
    """The heads the question is put to, as many as a district has."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_chain_head WHERE name LIKE '9903%%'")
        for number in range(DISTRICT):
            cursor.execute(
                "INSERT INTO core_chain_head (name, seq, digest, algorithm) "
                "VALUES (%s, 1, %s, 'sha256')",
                [Place(number).code, "0" * 64],
            )


def main():
    django.core.management.call_command("migrate", verbosity=0)
    prepare_heads()
    words = Lexicon(one.for_matching() for one in shipped())
    print(f"{connection.vendor}; numpy {np.__version__}; {LIMIT} best; median / p95 in ms")
    honest = pools.heads_of
    for size in SIZES:
        needs = texts(size)
        questions = [labelled.text_of(row) for row in labelled.pairs()][::3]
        # a trigram index answers texts that look alike, so it gets needs with a word changed
        alike = [need[:-3] for need in needs[:: len(needs) // len(questions)]]
        places = [Place(number) for number in range(1 if size == SIZES[0] else DISTRICT)]
        built, whole, core, question, ranking = ours(needs, places, words)
        lines = [
            ("ours: current, ranked", timed(ranking, questions)),
            ("ours: current, ranked, explained", timed(whole, questions)),
            ("  of it: scores and best ten", timed(core, questions)),
            ("  of it: is the pool current?", timed(question, questions)),
            ("ours, texts that look alike", timed(ranking, alike)),
            ("bm25s, pairs of letters", timed(by_bm25s(needs), questions)),
            ("bm25s, texts that look alike", timed(by_bm25s(needs), alike)),
            ("rapidfuzz ratio", timed(by_rapidfuzz(needs), questions[:12])),
        ]
        trigrams = by_trigrams(needs)
        if trigrams is not None:
            lines.append(("PostgreSQL GIN %, 0.45, alike", timed(trigrams, alike)))
            lines.append(("PostgreSQL GIN %, 0.45", timed(trigrams, questions)))
        else:
            print("no PostgreSQL in DATABASE_URL: the trigram index is not measured")
        pools.heads_of = honest
        ground = next(spent for name, spent in lines if name == "bm25s, pairs of letters")[0]
        print(f"\n{size} needs in {len(places)} communities; index built in {built:.1f} s")
        for name, (median, slow) in lines:
            print(f"  {name:<32}{median:9.2f} / {slow:9.2f}   {median / ground:7.2f} × bm25s")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_chain_head WHERE name LIKE '9903%%'")
        cursor.execute("DROP TABLE IF EXISTS benchmark_need")
    return 0


if __name__ == "__main__":
    sys.exit(main())
