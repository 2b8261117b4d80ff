"""Rows of a checked table become needs, in one transaction: all of them or none.

Each need leaves what a single filing leaves: its number, a dated change, an audit event, a row of
ledger ①, its contact apart. Locks in the order of ARCHITECTURE: pools, number series, audit heads,
ledger heads; each taken once for all rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from communities import permissions, rules
from communities.models import Need, NeedContact, NeedPool, NeedSource
from communities.services.import_checks import known_among
from communities.services.need_filing import CONSENT_VERSION
from communities.services.need_records import chains_of, leave_filed
from communities.services.need_twins import ask_for_twins
from core import bulk, chain
from core.calendar import add_working_days
from core.locks import require_transaction
from core.numbers import take_block
from core.refusals import NotAllowed, refuse_if

CHUNK = 1_000
# SQLite takes 999 values in one question
KEYS_AT_ONCE = 900


@dataclass
class Writing:
    """One import while it is written. `tell(rows)` is called with the rows written so far."""

    run: object
    actor: object
    now: object
    tell: Callable

    def __post_init__(self):
        self.on = timezone.localdate(self.now)
        self.reply_due_on = add_working_days(self.on, rules.reply_days())
        self.written = 0

    def write(self, rows):
        """Write those rows that are no needs yet; how many. Inside the caller's transaction."""
        pools = _locked_pools({row.community_id for row in rows})
        refuse_if(
            [permissions.may_import_needs(self.actor, self.on, pool.community) for pool in pools],
            NotAllowed,
        )
        # asked again behind the locks: somebody may have imported the same rows meanwhile
        known = _known(rows)
        rows_of = {pool.community_id: [] for pool in pools}
        for row in rows:
            if row.key not in known:
                rows_of[row.community_id].append(row)
        pools = [pool for pool in pools if rows_of[pool.community_id]]
        firsts = [self._numbers(pool, len(rows_of[pool.community_id])) for pool in pools]
        names = [chains_of(pool.community.codes) for pool in pools]
        chain.lock_heads(*[audit_name for audit_name, _ledger in names])
        chain.lock_heads(*[ledger_name for _audit, ledger_name in names])
        for pool, first in zip(pools, firsts, strict=True):
            self._fill(pool, first, rows_of[pool.community_id])
        return self.written

    def _numbers(self, pool, count):
        return take_block(f"need:{pool.community.code}:{self.on.year}", count)

    def _fill(self, pool, first, rows):
        """All rows of one community, in the order of the table."""
        place = pool.community.codes
        capacity = permissions.capacity_of_importer(self.actor, self.on, pool.community)
        for at in range(0, len(rows), CHUNK):
            part = rows[at : at + CHUNK]
            needs = [
                self._need(pool, number, row) for number, row in enumerate(part, start=first + at)
            ]
            _insert(needs)
            self._sources(needs, part)
            self._contacts(needs, part)
            leave_filed(
                needs,
                place=place,
                capacity=capacity,
                actor=self.actor,
                now=self.now,
                data={"import": self.run.pk},
            )
            self.written += len(part)
            self.tell(self.written)
        ask_for_twins(pool.community.code, last=needs[-1].pk, now=self.now, waits=True)

    def _need(self, pool, number, row):
        return Need(
            pool=pool,
            number=rules.need_number(pool.community, self.on.year, number),
            query_code=rules.new_query_code(),
            created_at=self.now,
            updated_at=self.now,
            reply_due_on=self.reply_due_on,
            filed_by=self.actor,
            **row.words,
            **row.paper,
        )

    def _sources(self, needs, rows):
        bulk.insert(
            NeedSource,
            [
                {
                    "need_id": need.pk,
                    "run_id": self.run.pk,
                    "row": row.number,
                    "source_no": row.source_no,
                    "key": row.key,
                }
                for need, row in zip(needs, rows, strict=True)
            ],
        )

    def _contacts(self, needs, rows):
        empty = {"name": "", "phone": "", "content_as_typed": ""}
        consent = {"consent_version": CONSENT_VERSION, "consented_at": self.now}
        kept = [
            empty | consent | row.personal | {"need_id": need.pk}
            for need, row in zip(needs, rows, strict=True)
            if row.personal
        ]
        if kept:
            bulk.insert(NeedContact, kept)


def _locked_pools(community_ids):
    """By key. Here two imports of the same rows, and single filings, wait for each other."""
    require_transaction()
    rows = NeedPool.objects.select_for_update(of=("self",)).order_by("pk")
    rows = rows.select_related("community__street__district")
    return list(rows.filter(community__in=community_ids))


def _known(rows):
    keys = [row.key for row in rows]
    known = set()
    for at in range(0, len(keys), KEYS_AT_ONCE):
        known.update(known_among(keys[at : at + KEYS_AT_ONCE]))
    return known


def _insert(needs):
    """Insert and learn the keys: found again by their numbers, as no engine returns them in bulk
    the way another one does.
    """
    bulk.insert(Need, [need.__dict__ for need in needs])
    keys = {}
    for at in range(0, len(needs), KEYS_AT_ONCE):
        numbers = [need.number for need in needs[at : at + KEYS_AT_ONCE]]
        keys.update(Need.objects.filter(number__in=numbers).values_list("number", "pk"))
    for need in needs:
        need.pk = keys[need.number]
