"""A hash chain: each row carries the digest of the row before it, a head row the last digest.

Whoever changes, removes, swaps or inserts a row breaks a link; whoever cuts the tail contradicts
the head; whoever rewrites everything including the head contradicts the heads published before.

The digest covers `prev + newline + text`, where `text` is canonical JSON of every column that
matters, among them the name of the chain. Heads are locked while a chain grows; a transaction
that writes to several chains and fears another order elsewhere calls `lock_heads` first.
"""

import hashlib
import json
import unicodedata
from datetime import UTC, date, datetime

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise

from core.locks import require_transaction
from core.models import ChainHead

GENESIS = "0" * 64
ALGORITHMS = ("sha256", "sm3")


_SCALARS = frozenset((str, int, bool, type(None)))
# Made once: json.dumps would make a new encoder for every row.
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def canonical(obj):
    """The one text for a value: sorted keys, NFC, no spaces, Chinese as it is."""
    return unicodedata.normalize("NFC", _encode(_plain(obj)))


def _plain(obj):
    if obj is None or isinstance(obj, (str, int)):
        return obj
    if isinstance(obj, Promise):
        return str(obj)
    if isinstance(obj, datetime):
        return utc_text(obj)
    if isinstance(obj, date):
        return obj.isoformat()
    if isinstance(obj, dict):
        plain = {}
        for key, value in obj.items():
            if not isinstance(key, str):
                raise TypeError(f"keys of canonical text are strings, not {type(key).__name__}")
            key = key if key.isascii() else unicodedata.normalize("NFC", key)
            plain[key] = value if type(value) in _SCALARS else _plain(value)
        if len(plain) != len(obj):
            raise ValueError("two keys are the same after normalisation")
        return plain
    if isinstance(obj, (list, tuple)):
        return [_plain(value) for value in obj]
    # Floats have no exact text, and other objects none at all.
    raise TypeError(f"{type(obj).__name__} has no canonical text")


def utc_text(at):
    """A moment as text that does not depend on a time zone setting."""
    if at.tzinfo is None:
        raise ValueError("a moment in a chain must be aware of its time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest_of(prev, text, algorithm=None):
    algorithm = algorithm or settings.CHAIN_HASH
    if algorithm not in ALGORITHMS:
        raise ValueError(f"unknown chain hash {algorithm!r}; known: {', '.join(ALGORITHMS)}")
    return hashlib.new(algorithm, f"{prev}\n{text}".encode()).hexdigest()


def lock_heads(*names):
    """Lock several heads in one fixed order, creating those that do not exist yet."""
    return {name: _locked_head(name) for name in sorted(set(names))}


def _locked_head(name):
    require_transaction()
    heads = ChainHead.objects.select_for_update()
    head = heads.filter(name=name).first()
    if head is None:
        ChainHead.objects.get_or_create(
            name=name,
            defaults={"seq": 0, "digest": GENESIS, "algorithm": settings.CHAIN_HASH},
        )
        head = heads.get(name=name)
    return head


def extend(name, body_text):
    """Take the next place: (seq, previous digest, digest). Holds the head until commit."""
    (place,) = extend_many(name, [body_text])
    return place


def extend_many(name, body_texts):
    """Take the next places, one for each text in this order; the head is read and written once.

    Every act runs this several times. In plain SQL, because the ORM takes ten times as long to
    write these two statements as a database to run them.
    """
    require_transaction()
    read = "SELECT id, seq, digest, algorithm FROM core_chain_head WHERE name = %s"
    if connection.features.has_select_for_update:
        read = f"{read} {connection.ops.for_update_sql()}"
    with connection.cursor() as cursor:
        cursor.execute(read, [name])
        row = cursor.fetchone()
        if row is None:
            head = _locked_head(name)
            row = head.pk, head.seq, head.digest, head.algorithm
        pk, seq, last, algorithm = row
        places = []
        for text in body_texts:
            prev, last = last, digest_of(last, text, algorithm)
            seq += 1
            places.append((seq, prev, last))
        cursor.execute(
            "UPDATE core_chain_head SET seq = %s, digest = %s WHERE id = %s", [seq, last, pk]
        )
    return places
