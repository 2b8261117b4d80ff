"""What core itself promises: chains without a break, files as they came, an outbox that moves."""

import hashlib
import json
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, ledgers
from core.append_only import missing_guards
from core.chain import GENESIS, digest_of
from core.models import AuditEvent, ChainHead, LedgerRow, OutboxMessage, StoredFile
from core.verify import Checked, Finding, invariant

CHUNK = 2_000
LATE = timedelta(minutes=15)


@invariant("I11")
def audit_chains_hold(now):
    yield from _walk(AuditEvent, audit, ledger=False)


@invariant("I11")
def ledger_chains_hold(now):
    yield from _walk(LedgerRow, ledgers, ledger=True)


@invariant("I11")
def guards_are_up(now):
    for table in missing_guards():
        yield Finding("I11", table, _("只增表的触发器缺失或已停用"))


def _walk(model, module, *, ledger):
    """Every row in order: place, link, digest; then the head of each chain."""
    heads = {head.name: head for head in ChainHead.objects.order_by("name")}
    heads = {name: head for name, head in heads.items() if name.startswith("ledger:") == ledger}
    last = {}
    count = 0
    for row in _rows(model, module, model.objects.all()):
        count += 1
        chain = row["chain"]
        if chain not in last:
            last[chain] = (0, GENESIS)
            if chain not in heads:
                # Begun while we walk, or without a head.
                heads[chain] = ChainHead.objects.filter(name=chain).first()
        algorithm = heads[chain].algorithm if heads[chain] else None
        yield from _check_row(model, module, row, last[chain], algorithm)
        last[chain] = (row["seq"], row["digest"])
    for name, head in heads.items():
        if head is None:
            yield Finding("I11", name, _("链上有记录但没有链头"))
            continue
        seen = last.get(name, (0, GENESIS))
        if (head.seq, head.digest) != seen:
            yield from _settle(model, module, name, *seen)
    yield Checked(count)


def _rows(model, module, queryset):
    columns = (*module.COLUMNS, "seq", "prev_digest", "digest", "pk")
    values = queryset.order_by("chain", "seq", "pk").values_list(*columns)
    for row in values.iterator(chunk_size=CHUNK):
        yield dict(zip(columns, row, strict=True))


def _settle(model, module, name, seq, digest):
    """The head differs from the last row seen: the chain grew meanwhile, or something is wrong."""
    findings = []
    with transaction.atomic():
        head = ChainHead.objects.select_for_update().get(name=name)
        for row in list(_rows(model, module, model.objects.filter(chain=name, seq__gt=seq))):
            findings += _check_row(model, module, row, (seq, digest), head.algorithm)
            seq, digest = row["seq"], row["digest"]
    return [*findings, *_check_head(head, seq, digest)]


def _check_row(model, module, row, previous, algorithm):
    where = f"{model._meta.db_table} #{row['pk']} {row['chain']} {row['seq']}"
    seq, digest = previous
    if row["seq"] != seq + 1:
        yield Finding("I11", where, _("序号不连续：应为 %(want)s") % {"want": seq + 1})
    if row["prev_digest"] != digest:
        yield Finding("I11", where, _("与上一条记录的摘要不衔接"))
    try:
        computed = digest_of(row["prev_digest"], module.text_of(row), algorithm)
    except (TypeError, ValueError):
        computed = ""
    if computed != row["digest"]:
        yield Finding("I11", where, _("内容与摘要不符，记录被改动过"))


def _check_head(head, seq, digest):
    if head.seq != seq:
        text = _("链头记到第 %(head)s 条，实际到第 %(rows)s 条") % {"head": head.seq, "rows": seq}
        yield Finding("I11", head.name, text)
    elif head.digest != digest:
        yield Finding("I11", head.name, _("链头摘要与最后一条记录不符"))


def current_heads():
    heads = ChainHead.objects.order_by("name")
    return list(heads.values("name", "seq", "digest", "algorithm"))


def compare_heads(remembered):
    """Heads published earlier must still be rows of their chains."""
    for head in remembered:
        if head["seq"] == 0:
            continue
        model = LedgerRow if head["name"].startswith("ledger:") else AuditEvent
        digests = model.objects.filter(chain=head["name"], seq=head["seq"])
        found = digests.values_list("digest", flat=True).first()
        where = f"{head['name']} {head['seq']}"
        if found is None:
            yield Finding("I11", where, _("曾公布的链头已不在链上，尾部被截断"))
        elif found != head["digest"]:
            yield Finding("I11", where, _("与曾公布的链头不符，历史被重写"))


@invariant("I10")
def files_are_as_they_came(now):
    """Each stored file is there with the digest of the audit chain; what is gone was erased there."""
    recorded = {}
    for target_id, body in (
        AuditEvent.objects.filter(kind="file.taken_in")
        .values_list("target_id", "body")
        .iterator(chunk_size=CHUNK)
    ):
        recorded[target_id] = _digest_in(body)
    count = 0
    for stored in StoredFile.objects.order_by("pk").iterator(chunk_size=CHUNK):
        count += 1
        where = f"core_stored_file #{stored.pk}"
        if recorded.pop(str(stored.pk), None) != stored.digest:
            yield Finding("I10", where, _("文件摘要与入库时的审计记录不符"))
        try:
            if _digest_on_disk(stored.path) != stored.digest:
                yield Finding("I10", where, _("文件内容被替换过"))
        except OSError:
            yield Finding("I10", where, _("文件不存在或无法读取"))
    erased = AuditEvent.objects.filter(kind="file.erased").values_list("target_id", flat=True)
    for target_id in sorted(recorded.keys() - set(erased)):
        yield Finding("I10", f"core_stored_file #{target_id}", _("文件记录已被删除"))
    yield Checked(count)


def _digest_in(body):
    try:
        return json.loads(body).get("digest")
    except (ValueError, AttributeError):
        return None


def _digest_on_disk(path):
    with default_storage.open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@invariant("I12")
def outbox_moves(now):
    """No message waits longer than a quarter of an hour, none was given up."""
    State = OutboxMessage.State
    waiting = OutboxMessage.objects.exclude(state=State.DONE).order_by("pk")
    late = waiting.exclude(state=State.DEAD).filter(created_at__lt=now - LATE)
    for message in waiting.filter(state=State.DEAD).iterator(chunk_size=CHUNK):
        yield Finding("I12", f"{message.topic} {message.key}", _("多次失败后已放弃"))
    for message in late.iterator(chunk_size=CHUNK):
        yield Finding("I12", f"{message.topic} {message.key}", _("超过 15 分钟未办结"))
    yield Checked(OutboxMessage.objects.count())
