"""Register the bodies that apply for and carry out services."""

import unicodedata

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from communities import permissions
from communities.models import Organisation, OrganisationKind
from core import audit
from core.refusals import BadInput, Conflict, NotAllowed, NotFound, Reason, refuse_if

FIELDS = ("kind", "name", "credit_code", "filing_no", "community", "registered_on")
CHAIN = "organisations"


@transaction.atomic
def register_organisation(
    *, kind, name, credit_code="", filing_no="", community=None, registered_on, actor, now
):
    on = timezone.localdate(now)
    refuse_if([permissions.may_manage_organisations(actor, on, community)], NotAllowed)
    fields = _checked(
        kind=kind,
        name=name,
        credit_code=credit_code,
        filing_no=filing_no,
        community=community,
        registered_on=registered_on,
        today=on,
    )
    refuse_if(_taken(fields), Conflict)
    organisation = Organisation.objects.create(**fields)
    audit.record(
        "organisation.registered",
        target=organisation,
        actor=actor,
        at=now,
        chain=CHAIN,
        data={"kind": organisation.kind, "credit_code": organisation.credit_code},
    )
    return organisation


@transaction.atomic
def update_organisation(*, organisation_id, actor, now, **changes):
    """Correct the register; the organisation keeps its projects under the new words."""
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise TypeError(f"not a field of an organisation: {sorted(unknown)}")
    on = timezone.localdate(now)
    organisation = _locked(organisation_id)
    # both the present and the wanted community: nobody moves a body into or out of another's area
    for community in {organisation.community, changes.get("community", organisation.community)}:
        refuse_if([permissions.may_manage_organisations(actor, on, community)], NotAllowed)
    wanted = {field: getattr(organisation, field) for field in FIELDS} | changes
    fields = _checked(**wanted, today=on)
    refuse_if(_taken(fields, other_than=organisation.pk), Conflict)
    changed = [field for field in FIELDS if getattr(organisation, field) != fields[field]]
    if not changed:
        return organisation
    for field in changed:
        setattr(organisation, field, fields[field])
    organisation.save(update_fields=changed)
    audit.record(
        "organisation.updated",
        target=organisation,
        actor=actor,
        at=now,
        chain=CHAIN,
        data={"fields": changed},
    )
    return organisation


@transaction.atomic
def set_organisation_active(*, organisation_id, is_active, reason, actor, now):
    """Whether the organisation may apply; an inactive one keeps its history."""
    organisation = _locked(organisation_id)
    on = timezone.localdate(now)
    refuse_if([permissions.may_manage_organisations(actor, on, organisation.community)], NotAllowed)
    if not (reason or "").strip():
        raise BadInput(Reason("reason_missing", _("请写明理由。"), field="reason"))
    if organisation.is_active == is_active:
        raise Conflict(Reason("nothing_changes", _("该组织已经是这个状态。")))
    organisation.is_active = is_active
    organisation.save(update_fields=["is_active"])
    audit.record(
        "organisation.activated" if is_active else "organisation.deactivated",
        target=organisation,
        actor=actor,
        at=now,
        chain=CHAIN,
        reason=reason,
    )
    return organisation


def check_credit_code(text):
    """The code in its one spelling; a ValueError says that the check digit is wrong."""
    code = unicodedata.normalize("NFKC", text or "").replace(" ", "").upper()
    try:
        return uscc.validate(code)
    except NumberError as error:
        raise ValueError("credit_code") from error


def _locked(organisation_id):
    rows = Organisation.objects.select_for_update(of=("self",)).select_related("community__street")
    organisation = rows.filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound(Reason("organisation_unknown", _("没有这个组织。")))
    return organisation


def _checked(*, kind, name, credit_code, filing_no, community, registered_on, today):
    reasons = []
    name = unicodedata.normalize("NFKC", name or "").strip()
    filing_no = unicodedata.normalize("NFKC", filing_no or "").strip() or None
    if kind not in OrganisationKind.values:
        reasons.append(Reason("kind_unknown", _("请选择组织类别。"), field="kind"))
    if not name:
        reasons.append(Reason("name_missing", _("请填写组织名称。"), field="name"))
    if not registered_on or registered_on > today:
        reasons.append(
            Reason(
                "registered_later",
                _("登记或备案日期必须填写，且不能晚于今天。"),
                field="registered_on",
            )
        )
    code = None
    if (credit_code or "").strip():
        try:
            code = check_credit_code(credit_code)
        except ValueError:
            reasons.append(
                Reason(
                    "credit_code_wrong",
                    _("统一社会信用代码的校验位不对。"),
                    rule="GB 32100—2015",
                    remedy=_("请对照证书逐位核对 18 位代码，注意不用字母 I、O、Z、S、V。"),
                    field="credit_code",
                )
            )
    elif kind in (OrganisationKind.REGISTERED, OrganisationKind.ENTERPRISE):
        reasons.append(
            Reason(
                "credit_code_missing",
                _("登记的社会组织和企业要填写统一社会信用代码。"),
                remedy=_("只有备案号的社区组织请选择“备案的社区组织”。"),
                field="credit_code",
            )
        )
    if kind == OrganisationKind.FILED and not filing_no:
        reasons.append(
            Reason("filing_no_missing", _("备案的社区组织要填写备案号。"), field="filing_no")
        )
    refuse_if(reasons, BadInput)
    return {
        "kind": kind,
        "name": name,
        "credit_code": code,
        "filing_no": filing_no,
        "community": community,
        "registered_on": registered_on,
    }


def _taken(fields, other_than=None):
    others = Organisation.objects.exclude(pk=other_than)
    for field, text in (
        ("credit_code", _("这个统一社会信用代码已经登记。")),
        ("filing_no", _("这个备案号已经登记。")),
    ):
        if fields[field] and others.filter(**{field: fields[field]}).exists():
            yield Reason(f"{field}_taken", text, remedy=_("请查找已有的组织。"), field=field)
