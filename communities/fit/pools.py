"""Indexes in this process, brought up to date by one question before each use.

Every write to a need takes the next place of its community's audit chain, under the lock of the
chain's head, in the transaction of the write. The head is therefore the version of the pool: what
committed is in it, in the order of the commits, whichever process wrote it; what was rolled back is
not. An index remembers the place and the digest it was built at, reads the events after that place
and loads the needs they name. Changes of the lexicon have a chain of their own, asked in the same
question.

Only what is read outside a transaction is remembered: inside one, a head may be our own, which a
rollback would take back. The digest makes sure that a place means the same event as before.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from django.db import connection
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Concat, Trim

from communities.fit.index import Card, PoolIndex
from communities.fit.lexicon import lexicon_of
from communities.lexicon_file import shipped
from communities.models import LexiconConcept, Need
from communities.rules import LEXICON_CHAIN
from core.models import AuditEvent, ChainHead

CITABLE = ("open", "taken_up")
# As many needs as all indexes of a process may hold together: about 3 KB each.
NEEDS_AT_MOST = 150_000
# From so many events on, reading the pool afresh is cheaper than following them.
EVENTS_AT_MOST = 5_000
# From so many chains on, a range of names is asked for: a district's codes lie side by side.
NAMES_AT_MOST = 20
NOWHERE = (0, "")
# The estate, if it is one we know, and the words beside it: as Need.place.
PLACE = Trim(Concat(Coalesce("estate__name", Value("")), Value(" "), "place_text"))
FIELDS = (
    "id", "number", "pool__community__code", "content", PLACE, "category", "urgency",
    "status", "supporter_count", "questionnaire_count", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """An index, and where each chain stood when it was true."""

    index: PoolIndex
    heads: dict
    mark: tuple | None = None  # see mark_of; never younger than the heads


class Shelf:
    """What this process remembers. Least recently used pools go first."""

    def __init__(self):
        self._lock = Lock()
        self._pools = OrderedDict()
        self._busy = {}
        self._lexicon = (None, None)

    def forget(self):
        with self._lock:
            self._pools.clear()
            self._lexicon = (None, None)

    def index_of(self, codes):
        """The index of the needs of these communities, as they are now."""
        codes = tuple(sorted(set(codes)))
        mark, kept = mark_of(codes), self._take(codes)
        if kept is not None and mark is not None and kept.mark == mark:
            return kept.index
        heads = heads_of((*codes, LEXICON_CHAIN))
        if kept is not None and kept.heads == heads:
            if not inside_transaction():
                self._put(codes, replace(kept, mark=mark))
            return kept.index
        with self._turn(codes):
            # another thread may have done the work while this one waited
            kept = self._take(codes)
            if kept is None or kept.heads != heads:
                kept = Kept(self._renewed(kept, codes, heads), heads, mark)
                if not inside_transaction():
                    self._put(codes, kept)
        return kept.index

    def _renewed(self, kept, codes, heads):
        lexicon = self._lexicon_at(heads.get(LEXICON_CHAIN, NOWHERE))
        old = kept.index if kept else None
        if old is not None and old.lexicon is lexicon:
            touched = touched_since(kept.heads, heads)
            if touched is not None:
                cards = list(cards_of(Need.objects.filter(pk__in=touched), codes))
                return old.changed(cards, set(touched) - {card.id for card in cards})
        return PoolIndex.build(cards_of(Need.objects.all(), codes), lexicon, known=old)

    def _lexicon_at(self, head):
        version, lexicon = self._lexicon
        if lexicon is None or version != head:
            lexicon = lexicon_of(concepts())
            if not inside_transaction():
                self._lexicon = (head, lexicon)
        return lexicon

    def _take(self, codes):
        with self._lock:
            kept = self._pools.get(codes)
            if kept is not None:
                self._pools.move_to_end(codes)
            return kept

    def _put(self, codes, kept):
        with self._lock:
            self._pools[codes] = kept
            self._pools.move_to_end(codes)
            held = sum(len(one.index.cards) for one in self._pools.values())
            while held > NEEDS_AT_MOST and len(self._pools) > 1:
                _codes, dropped = self._pools.popitem(last=False)
                held -= len(dropped.index.cards)

    def _turn(self, codes):
        with self._lock:
            return self._busy.setdefault(codes, Lock())


SHELF = Shelf()


def inside_transaction():
    return connection.in_atomic_block


def mark_of(codes):
    """How many events all chains of these places have together; None where that is not asked.

    One row instead of a hundred. Chains only grow, so no event leaves the sum as it was; what a
    rollback or a restored copy could change beside that, the digests of the heads tell as soon as
    the next event is written. Only for codes of digits: every database sorts those alike.
    """
    if len(codes) < NAMES_AT_MOST or not all(code.isdecimal() for code in codes):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), SUM(seq) FROM {ChainHead._meta.db_table} "
            "WHERE name BETWEEN %s AND %s OR name = %s",
            (codes[0], codes[-1], LEXICON_CHAIN),
        )
        return cursor.fetchone()


def heads_of(names):
    """Where these chains stand: name → (place, digest). A chain without events has no head.

    In plain SQL, because it is asked before every ranking and the ORM takes longer to write the
    statement than a database to answer it; a hundred names take longer to plan than to find.
    """
    if len(names) <= NAMES_AT_MOST:
        return _heads_where(f"name IN ({', '.join(['%s'] * len(names))})", names)
    places = [name for name in names if name != LEXICON_CHAIN]
    wanted = set(names)
    heads = _heads_where(
        "name BETWEEN %s AND %s OR name = %s", (min(places), max(places), LEXICON_CHAIN)
    )
    heads = {name: head for name, head in heads.items() if name in wanted}
    # a database may sort names in another way than we do: what the range left out is asked by name
    rest = sorted(wanted - set(heads))
    for start in range(0, len(rest), NAMES_AT_MOST):
        heads |= heads_of(rest[start : start + NAMES_AT_MOST])
    return heads


def _heads_where(condition, values):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name, seq, digest FROM {ChainHead._meta.db_table} WHERE {condition}", values
        )
        return {name: (seq, digest) for name, seq, digest in cursor.fetchall()}


def touched_since(old, new):
    """The needs that events since the old heads speak of; None when the past is not the same."""
    where = Q(pk__in=())
    for name, (seq, _digest) in new.items():
        if name == LEXICON_CHAIN or old.get(name) == new[name]:
            continue
        past, digest = old.get(name, NOWHERE)
        if seq <= past or seq - past > EVENTS_AT_MOST:
            return None
        where |= Q(chain=name, seq__gt=past, seq__lte=seq)
    if any(name not in new for name in old):
        return None
    touched, followed = set(), {name: digest for name, (_seq, digest) in old.items()}
    rows = AuditEvent.objects.filter(where).order_by("chain", "seq")
    for chain, prev, digest, kind, target in rows.values_list(
        "chain", "prev_digest", "digest", "target_type", "target_id"
    ):
        if chain in followed and followed[chain] != prev:
            return None
        followed[chain] = digest
        if kind == Need._meta.label_lower:
            touched.add(int(target))
    if any(
        followed.get(name) != digest
        for name, (_seq, digest) in new.items()
        if name != LEXICON_CHAIN
    ):
        return None
    return touched


def cards_of(needs, codes):
    rows = needs.filter(pool__community__code__in=codes, status__in=CITABLE)
    return [Card(*row) for row in rows.order_by("pk").values_list(*FIELDS)]


def concepts():
    """The concepts in use: the rows staff edit, or the shipped file as long as there are none."""
    rows = list(LexiconConcept.objects.order_by("key"))
    if not rows:
        return tuple(concept.for_matching() for concept in shipped())
    return tuple(row.for_matching() for row in rows if row.is_active)
