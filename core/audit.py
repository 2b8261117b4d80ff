"""Every act leaves one audit event, in the transaction of the act."""

import re

from core import bulk
from core import chain as chains
from core.models import AuditEvent

_KIND = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+\Z")


def record(kind, *, target, actor, at, chain, data=None, reason=""):
    """Write one audit event and return it.

    kind    what happened, in the past tense: "proposal.declared".
    target  the object it happened to; its label, key and text are kept, not a foreign key.
    actor   an accounts.User, or None for the public.
    chain   which chain it joins, usually "audit:" and the narrowest place code.
    data    plain values only, and no personal data: a chain cannot forget.
    """
    body = _checked(kind, chain, data)
    row = _row(kind, target, chain=chain, at=at, body=body, reason=reason) | who(actor)
    row["seq"], row["prev_digest"], row["digest"] = chains.extend(chain, text_of(row))
    event = AuditEvent(**row)
    event.save()
    return event


def record_many(kind, *, targets, actor, at, chain, data=None):
    """One event for each target, in this order and one chain; the same data for all of them."""
    body, by = _checked(kind, chain, data), who(actor)
    rows = [_row(kind, target, chain=chain, at=at, body=body) | by for target in targets]
    places = chains.extend_many(chain, map(text_of, rows))
    for row, place in zip(rows, places, strict=True):
        row["seq"], row["prev_digest"], row["digest"] = place
    return bulk.insert(AuditEvent, rows)


def _checked(kind, chain, data):
    if not _KIND.match(kind):
        raise ValueError(f"an audit kind looks like 'proposal.declared', not {kind!r}")
    if chain.startswith("ledger:"):
        raise ValueError("chains named 'ledger:…' belong to the ledgers")
    return chains.canonical(data or {})


def _row(kind, target, *, chain, at, body, reason=""):
    return {
        "chain": chain,
        "kind": kind,
        "target_type": target._meta.label_lower,
        "target_id": str(target.pk),
        "target_label": str(target)[:200],
        "at": at,
        "body": body,
        "reason": str(reason),
    }


def who(actor):
    """Account, person and name as they are now; a later change of the account changes nothing."""
    if actor is None or actor.pk is None:
        return {"actor_id": None, "person_id": None, "actor_name": ""}
    return {
        "actor_id": actor.pk,
        "person_id": getattr(actor, "person_id", None),
        "actor_name": actor.get_username(),
    }


COLUMNS = (
    "chain",
    "kind",
    "target_type",
    "target_id",
    "target_label",
    "actor_id",
    "person_id",
    "actor_name",
    "at",
    "body",
    "reason",
)


def text_of(row):
    """The text that the digest of an audit event covers; `row` maps columns to values."""
    return chains.canonical({name: row[name] for name in COLUMNS})
