"""The street's list of departments that must give their opinion on works, from day to day."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities import permissions
from communities.models import STREET_OFFICES, GatekeepingDepartment, Office, OfficeKind, Street
from core import audit
from core.refusals import BadInput, Conflict, NotAllowed, Reason, refuse_if


@transaction.atomic
def set_gatekeeping(*, street, kinds, since, actor, now):
    """From that day the street's list is exactly these departments; the past keeps its own list."""
    refuse_if([permissions.may_manage_places(actor, timezone.localdate(now))], NotAllowed)
    kinds = {OfficeKind(kind) for kind in kinds}
    if not kinds or not kinds <= set(STREET_OFFICES):
        raise BadInput(
            Reason(
                "gatekeeping_kinds",
                _("业务把控部门只能从街道部门中选，且不能为空。"),
                field="kinds",
            )
        )
    Street.objects.select_for_update().get(pk=street.pk)
    current = list(
        GatekeepingDepartment.objects.select_related("office").filter(street=street, until=None)
    )
    if any(row.since >= since for row in current if row.office.kind not in kinds):
        raise Conflict(
            Reason(
                "gatekeeping_backdated",
                _("新名单的起始日期必须晚于现行名单的起始日期。"),
                remedy=_("请把起始日期改到今天或以后。"),
                field="since",
            )
        )
    for row in current:
        if row.office.kind not in kinds:
            row.until = since - timedelta(days=1)
            row.save(update_fields=["until"])
    present = {row.office.kind for row in current}
    for office in Office.objects.filter(street=street, kind__in=kinds - present):
        GatekeepingDepartment.objects.create(street=street, office=office, since=since)
    audit.record(
        "gatekeeping.set",
        target=street,
        actor=actor,
        at=now,
        chain=street.code,
        data={"kinds": sorted(kinds), "since": since.isoformat()},
    )


@transaction.atomic
def add_gatekeeping(*, street, office, since, actor, now):
    """One more department gives its opinion on works of the street from that day."""
    refuse_if([permissions.may_manage_places(actor, timezone.localdate(now))], NotAllowed)
    Street.objects.select_for_update().get(pk=street.pk)
    if office.street_id != street.pk:
        raise BadInput(Reason("office_elsewhere", _("只能选本街道的部门。"), field="office"))
    rows = GatekeepingDepartment.objects.filter(street=street, office=office)
    if rows.filter(Q(until=None) | Q(until__gte=since)).exists():
        raise Conflict(
            Reason("already_gatekeeper", _("该部门在这段时间已在名单上。"), field="since")
        )
    row = GatekeepingDepartment.objects.create(street=street, office=office, since=since)
    _record_gatekeeping("gatekeeping.added", row, actor, now, since)
    return row


@transaction.atomic
def end_gatekeeping(*, department_id, until, actor, now):
    """The department's last day on the list; the list never becomes empty."""
    today = timezone.localdate(now)
    refuse_if([permissions.may_manage_places(actor, today)], NotAllowed)
    row = GatekeepingDepartment.objects.select_related("street", "office").get(pk=department_id)
    Street.objects.select_for_update().get(pk=row.street_id)
    if until is None or until < row.since or until < today - timedelta(days=1):
        raise BadInput(
            Reason("until_wrong", _("截止日期最早填昨天，且不早于起始日期。"), field="until")
        )
    others = GatekeepingDepartment.objects.filter(street=row.street, until=None)
    if not others.exclude(pk=row.pk).exists():
        raise Conflict(Reason("gatekeeping_empty", _("名单不能为空。"), field="until"))
    row.until = until
    row.save(update_fields=["until"])
    _record_gatekeeping("gatekeeping.ended", row, actor, now, until)
    return row


def _record_gatekeeping(kind, row, actor, now, day):
    audit.record(
        kind,
        target=row,
        actor=actor,
        at=now,
        chain=row.street.code,
        data={"office": row.office.kind, "day": day.isoformat()},
    )
