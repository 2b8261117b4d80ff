"""What the tests of needs share."""

from communities import flood
from communities.models import Need, NeedChange, NeedSupport
from core.models import AuditEvent, LedgerRow

PHONE = "13800138000"


def records_of(need):
    """What the last act left: change kind, ledger event, audit kind."""
    change = need.changes.order_by("-pk").first()
    row = LedgerRow.objects.filter(subject_no=need.number).order_by("-seq").first()
    event = AuditEvent.objects.filter(target_label=need.number).order_by("-seq").first()
    return change.kind, row.event, event.kind


def counts():
    return [
        model.objects.count() for model in (Need, NeedChange, NeedSupport, LedgerRow, AuditEvent)
    ]


def visitor(name="手机一"):
    return flood.client(address="203.0.113.7", session_key=name)
