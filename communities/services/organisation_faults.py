"""Faults on the record of an organisation: recorded by the district, lifted with a reason."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import permissions
from communities.models import FaultKind, Organisation, OrganisationFault
from communities.services.organisations import CHAIN
from core import audit
from core.refusals import BadInput, Conflict, NotAllowed, NotFound, Reason, refuse_if


@transaction.atomic
def record_fault(*, organisation_id, kind, found_on, source, note="", actor, now):
    """Put a fault on record. Proposals of the organisation are refused from here on.

    `found_on` is the day an authority found it, `source` who that was and under which number.
    """
    organisation = _locked(organisation_id)
    on = timezone.localdate(now)
    refuse_if([permissions.may_record_faults(actor, on)], NotAllowed)
    reasons = []
    if kind not in FaultKind.values:
        reasons.append(Reason("kind_unknown", _("请选择事由。"), field="kind"))
    if found_on is None or not organisation.registered_on <= found_on <= on:
        reasons.append(
            Reason(
                "found_on_impossible",
                _("认定日期应在组织登记之后、今天之前。"),
                _("失信记录以有权单位的认定为准。"),
                _("请核对认定文书上的日期。"),
                field="found_on",
            )
        )
    source = (source or "").strip()
    if not source:
        reasons.append(
            Reason(
                "source_missing",
                _("请写明认定单位和文号。"),
                _("没有认定依据的，不记失信记录。"),
                _("例如：罗湖区民政局 罗民〔2017〕3号。"),
                field="source",
            )
        )
    refuse_if(reasons, BadInput)
    if organisation.faults.filter(kind=kind, found_on=found_on).exists():
        raise Conflict(
            Reason(
                "fault_known",
                _("这一天的同类记录已经有了。"),
                _("一次认定记一次；撤销的记录保留备查。"),
                _("请在该组织的记录中查看。"),
                field="found_on",
            )
        )
    fault = OrganisationFault.objects.create(
        organisation=organisation, kind=kind, found_on=found_on, source=source,
        note=(note or "").strip(), recorded_by=actor, recorded_at=now,
    )  # fmt: skip
    audit.record(
        "organisation.fault_recorded", target=organisation, actor=actor, at=now, chain=CHAIN,
        data={"fault": fault.pk, "kind": kind, "found_on": found_on.isoformat()}, reason=source,
    )  # fmt: skip
    return fault


@transaction.atomic
def lift_fault(*, fault_id, reason, actor, now):
    """Take a fault off the record; it stays readable and bars nobody any more."""
    organisation_id = (
        OrganisationFault.objects.filter(pk=fault_id)
        .values_list("organisation_id", flat=True)
        .first()
    )
    organisation = _locked(organisation_id)
    on = timezone.localdate(now)
    refuse_if([permissions.may_record_faults(actor, on)], NotAllowed)
    fault = OrganisationFault.objects.select_for_update().get(pk=fault_id)
    if fault.lifted_at is not None:
        raise Conflict(Reason("fault_lifted", _("这条记录已经撤销。"), "", _("无需再办。")))
    if not (reason or "").strip():
        raise BadInput(Reason("reason_missing", _("请写明撤销理由。"), field="reason"))
    fault.lifted_by, fault.lifted_at, fault.lift_reason = actor, now, reason.strip()
    fault.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    audit.record(
        "organisation.fault_lifted", target=organisation, actor=actor, at=now, chain=CHAIN,
        data={"fault": fault.pk}, reason=fault.lift_reason,
    )  # fmt: skip
    return fault


def _locked(organisation_id):
    rows = Organisation.objects.select_for_update(of=("self",)).select_related("community__street")
    organisation = rows.filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound(Reason("organisation_unknown", _("没有这个组织或这条记录。")))
    return organisation
