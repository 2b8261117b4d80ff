"""The six ledgers (台账): definitions are registered by the apps above, rows are chained here."""

from dataclasses import dataclass

from core import chain as chains
from core.audit import who
from core.models import ChainHead, LedgerRow, PlaceCodes

__all__ = ["LEDGERS", "LedgerDef", "PlaceCodes", "append", "first_broken", "register"]


@dataclass(frozen=True)
class LedgerDef:
    """One ledger: its number 1–6, key, name and the columns (key, label) in print order."""

    number: int
    key: str
    name: str
    columns: tuple

    @property
    def column_keys(self):
        return [key for key, _label in self.columns]


LEDGERS: dict[int, LedgerDef] = {}


def register(definition):
    """Make a ledger known. Registering the same definition again does nothing."""
    if definition.number not in range(1, 7):
        raise ValueError("ledgers are numbered 1 to 6")
    if len(set(definition.column_keys)) != len(definition.columns):
        raise ValueError(f"ledger {definition.number} has two columns of the same key")
    known = LEDGERS.setdefault(definition.number, definition)
    if known.key != definition.key:
        raise ValueError(f"ledger {definition.number} is already {known.key!r}")
    return definition


def chain_name(number, place):
    return f"ledger:{number}:{place.narrowest}"


def append(
    number,
    *,
    event,
    subject,
    subject_no,
    place,
    level,
    columns,
    actor,
    capacity="",
    at,
    public=True,
):
    """Add one row to a ledger, in the transaction of the act it tells about."""
    definition = LEDGERS.get(number)
    if definition is None:
        raise ValueError(f"ledger {number} is not registered")
    unknown = sorted(set(columns) - set(definition.column_keys))
    if unknown:
        raise ValueError(f"ledger {definition.key} has no column {', '.join(unknown)}")
    row = LedgerRow(
        ledger=number,
        chain=chain_name(number, place),
        event=event,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_no=str(subject_no),
        district_code=place.district,
        street_code=place.street,
        community_code=place.community,
        level=str(level),
        body=chains.canonical(columns),
        capacity=str(capacity),
        at=at,
        is_public=public,
        **who(actor),
    )
    row.seq, row.prev_digest, row.digest = chains.extend(row.chain, text_of(row.__dict__))
    row.save()
    return row


COLUMNS = (
    "chain",
    "ledger",
    "event",
    "subject_type",
    "subject_id",
    "subject_no",
    "district_code",
    "street_code",
    "community_code",
    "level",
    "body",
    "actor_id",
    "person_id",
    "actor_name",
    "capacity",
    "at",
    "is_public",
)


def text_of(row):
    """The text that the digest of a ledger row covers; `row` maps columns to values."""
    return chains.canonical({name: row[name] for name in COLUMNS})


def first_broken(rows):
    """The first of these LedgerRows whose digest no longer fits what it says, or None."""
    algorithms = dict(
        ChainHead.objects.filter(name__in={row.chain for row in rows}).values_list(
            "name", "algorithm"
        )
    )
    for row in rows:
        text = text_of(row.__dict__)
        if chains.digest_of(row.prev_digest, text, algorithms.get(row.chain)) != row.digest:
            return row
    return None
