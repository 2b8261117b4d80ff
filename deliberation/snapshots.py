"""What a snapshot holds fast, and whether the rows of today still say the same. Read only."""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext as _

from communities.permissions import scope_of
from core import chain as chains
from core import outbox
from core.ledgers import text_of
from core.models import ChainHead
from core.refusals import NotFound, Reason
from deliberation.ledger_books import wanted_files
from deliberation.ledger_scope import chains_of, in_scope, rows_of
from deliberation.models import LedgerSnapshot, SnapshotFile

# Recomputing reads every row: strangers asking again within a minute get the last answer.
REMEMBERED = 60


def heads_of(codes, numbers):
    """{chain: (seq, digest)} of every chain of the place that has rows."""
    rows = ChainHead.objects.filter(name__in=chains_of(codes, numbers), seq__gt=0)
    return {name: (seq, digest) for name, seq, digest in rows.values_list("name", "seq", "digest")}


def up_to(rows, heads):
    """Those of the rows that were there when the heads were read."""
    return [row for row in rows if row.seq <= heads.get(row.chain, (0, ""))[0]]


def text_to_freeze(*, codes, since, until, numbers, as_of, counts, heads, digests):
    """The text a snapshot's digest covers: what was asked, the heads, every row's own digest."""
    return chains.canonical(
        {
            "place": list(codes),
            "since": since,
            "until": until,
            "ledgers": list(numbers),
            "as_of": as_of,
            "counts": {str(number): n for number, n in counts.items()},
            "heads": [[name, *head] for name, head in sorted(heads.items())],
            "rows": list(digests),
        }
    )


@dataclass(frozen=True)
class Verdict:
    """What the rows say today about a snapshot."""

    same: bool
    digest: str  # computed from the rows as they are now
    broken: int  # rows whose words no longer fit their own digest
    later: int  # rows of place and period that came afterwards, and count for nothing
    asked_at: object


def digest_of_words(row, algorithm):
    """A row's digest as its words give it now, whatever its own column says."""
    return chains.digest_of(row.prev_digest, text_of(row.__dict__), algorithm)


def verdict(snapshot, *, now):
    """Compute the digest anew from the rows: their words first, then their order and number."""
    found = list(rows_of(snapshot.codes, snapshot.numbers, snapshot.since, snapshot.until))
    rows = up_to(found, snapshot.heads)
    algorithms = dict(
        ChainHead.objects.filter(name__in=snapshot.heads).values_list("name", "algorithm")
    )
    digests = [digest_of_words(row, algorithms.get(row.chain)) for row in rows]
    broken = sum(digest != row.digest for digest, row in zip(digests, rows, strict=True))
    text = text_to_freeze(
        codes=snapshot.codes, since=snapshot.since, until=snapshot.until,
        numbers=snapshot.numbers, as_of=snapshot.as_of, counts=snapshot.counts,
        heads=snapshot.heads, digests=digests,
    )  # fmt: skip
    digest = chains.digest_of("", text, snapshot.algorithm)
    return Verdict(
        same=digest == snapshot.digest and not broken, digest=digest, broken=broken,
        later=len(found) - len(rows), asked_at=now,
    )  # fmt: skip


def recent_verdict(snapshot, *, now):
    """As `verdict`, at most once a minute."""
    key = f"snapshot-verdict:{snapshot.pk}"
    known = cache.get(key)
    if known is None:
        known = verdict(snapshot, now=now)
        cache.set(key, known, REMEMBERED)
    return known


def snapshots_for(user, on):
    """Snapshots of the places this person works for, newest first."""
    return LedgerSnapshot.objects.filter(in_scope(scope_of(user, on))).order_by("-as_of", "-pk")


def snapshot_for(user, number, on):
    """One of them, or NotFound."""
    found = snapshots_for(user, on).filter(number=number).first()
    if found is None:
        raise NotFound(Reason("not_found", _("没有找到这份台账快照，或不在您的管辖范围内。")))
    return found


def frozen(number):
    """The snapshot of a number as anybody may ask for it, or NotFound."""
    found = LedgerSnapshot.objects.filter(number=tidy(number)).first()
    if found is None:
        raise NotFound(
            Reason(
                "snapshot_unknown", _("没有这个编号的台账快照。"), "",
                _("请核对纸面页脚的快照编号，字母和横线也要填写。"), field="number",
            )
        )  # fmt: skip
    return found


def tidy(number):
    """A number as somebody types it from paper."""
    return "".join(str(number).split()).upper().replace("－", "-").replace("—", "-")[:40]


@dataclass(frozen=True)
class Compared:
    """Which file of which snapshot has the digest of a file in hand; both None: none has."""

    digest: str
    here: object
    elsewhere: object


def compared(snapshot, upload):
    """The SHA-256 of an uploaded file beside those on record. Nothing is kept."""
    digest = hashlib.sha256()
    for block in upload.chunks():
        digest.update(block)
    known = SnapshotFile.objects.filter(file__digest=digest.hexdigest()).select_related("snapshot")
    here = known.filter(snapshot=snapshot).first()
    return Compared(digest.hexdigest(), here, None if here else known.first())


@dataclass(frozen=True)
class Printing:
    """How far the files of a snapshot are."""

    files: list
    wanted: int
    is_lost: bool = False  # the outbox gave up; what is there stays

    @property
    def done(self):
        return len(self.files)

    @property
    def is_over(self):
        return self.done >= self.wanted


def printing(snapshot):
    files = list(snapshot.files.select_related("file").order_by("ledger", "form", "volume"))
    wanted = len(list(wanted_files(snapshot)))
    is_lost = len(files) < wanted and outbox.is_dead(print_key(snapshot))
    return Printing(files=files, wanted=wanted, is_lost=is_lost)


def print_key(snapshot):
    """The key of the outbox message that prints it."""
    return f"snapshot:{snapshot.pk}"
