"""The six ledgers (台账): definitions are registered by the apps above, rows are chained here."""

from dataclasses import dataclass

from core import bulk
from core import chain as chains
from core.audit import who
from core.models import ChainHead, LedgerRow, PlaceCodes

__all__ = [
    "LEDGERS",
    "LedgerDef",
    "PlaceCodes",
    "append",
    "append_many",
    "first_broken",
    "register",
]


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
    row = _row(number, event, place, level, capacity, at, public) | who(actor)
    row |= _told(LEDGERS[number], subject, subject_no, columns)
    row["seq"], row["prev_digest"], row["digest"] = chains.extend(row["chain"], text_of(row))
    saved = LedgerRow(**row)
    saved.save()
    return saved


def append_many(number, *, event, subjects, place, level, actor, capacity="", at, public=True):
    """A row for each (subject, number of it, columns), in this order and the ledger of one place."""
    same = _row(number, event, place, level, capacity, at, public) | who(actor)
    rows = [same | _told(LEDGERS[number], *subject) for subject in subjects]
    places = chains.extend_many(same["chain"], map(text_of, rows))
    for row, link in zip(rows, places, strict=True):
        row["seq"], row["prev_digest"], row["digest"] = link
    return bulk.insert(LedgerRow, rows)


def _row(number, event, place, level, capacity, at, public):
    if number not in LEDGERS:
        raise ValueError(f"ledger {number} is not registered")
    return {
        "ledger": number,
        "chain": chain_name(number, place),
        "event": event,
        "district_code": place.district,
        "street_code": place.street,
        "community_code": place.community,
        "level": str(level),
        "capacity": str(capacity),
        "at": at,
        "is_public": public,
    }


def _told(definition, subject, subject_no, columns):
    unknown = sorted(set(columns) - set(definition.column_keys))
    if unknown:
        raise ValueError(f"ledger {definition.key} has no column {', '.join(unknown)}")
    return {
        "subject_type": subject._meta.label_lower,
        "subject_id": str(subject.pk),
        "subject_no": str(subject_no),
        "body": chains.canonical(columns),
    }


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
