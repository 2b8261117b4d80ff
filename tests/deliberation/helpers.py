"""Words the tests of acts share."""

import hashlib

import pytest
from django.apps import apps
from django.db import connection

from core.models import AuditEvent, LedgerRow
from core.refusals import Refused

# Not part of the record: counters of visitors and the like.
ASIDE = {"django_session", "django_migrations"}


def codes(call, *args, **kwargs):
    """The codes of the refusal that `call` raises; an AssertionError when it succeeds."""
    try:
        call(*args, **kwargs)
    except Refused as refusal:
        assert all(reason.text for reason in refusal.reasons)
        return {reason.code for reason in refusal.reasons}
    raise AssertionError("nothing was refused")


def digest():
    """A digest of every row of every table: equal digests mean nothing was written."""
    whole = hashlib.sha256()
    with connection.cursor() as cursor:
        for model in sorted(
            apps.get_models(include_auto_created=True), key=lambda m: m._meta.db_table
        ):
            table = model._meta.db_table
            if table in ASIDE or not model._meta.managed:
                continue
            key = connection.ops.quote_name(model._meta.pk.column)
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY {key}")
            whole.update(table.encode())
            for row in cursor.fetchall():
                whole.update(repr(row).encode())
    return whole.hexdigest()


def refused(code, call, *args, **kwargs):
    """`call` is refused with `code`, and leaves no trace."""
    before = digest()
    assert code in codes(call, *args, **kwargs)
    assert digest() == before


def last_row(walk, number):
    """The newest row of a ledger about this walk's proposal."""
    return (
        LedgerRow.objects.filter(ledger=number, subject_id=str(walk.matter.proposal_id))
        .order_by("-pk")
        .first()
    )


def last_kind(walk):
    """The kind of the newest audit event about this walk's matter."""
    return (
        AuditEvent.objects.filter(target_type="deliberation.matter", target_id=str(walk.pk))
        .order_by("-pk")
        .values_list("kind", flat=True)
        .first()
    )


def leaves_nothing_half_way(monkeypatch, call, *args, at="core.outbox.enqueue", **kwargs):
    """`call` breaks where its records are written; not a row of it is kept."""

    def fail(*_args, **_kwargs):
        raise RuntimeError("the disk is full")

    before = digest()
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(at, fail)
        call(*args, **kwargs)
    assert digest() == before
