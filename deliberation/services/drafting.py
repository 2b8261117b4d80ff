"""Steps 1 and 2: draft, evidence of need, declaration, correction, withdrawal."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Community, Need, NeedStatus, Organisation
from communities.selectors import gatekeepers_of
from communities.services import need_desk
from core import audit
from core.files import take_in
from core.money import format_yuan
from core.refusals import BadInput, NotAllowed, Reason, refuse_if
from deliberation import permissions
from deliberation.choices import ItemResult, State
from deliberation.models import DepartmentOpinion, Matter, MatterEvent, Solicitation
from deliberation.services.base import bad, begin, blocked, finish, lock_matter, require_text
from projects import selectors as projects_selectors
from projects.choices import ApplicantKind
from projects.services import proposals


def _clean_content(content, lines):
    """Refuse content a budget line or a field of which is unusable; all reasons at once."""
    reasons = []
    if not (content.get("title") or "").strip():
        reasons.append(Reason("text_missing", _("“项目名称”不能为空。"), field="title"))
    if not (content.get("summary") or "").strip():
        reasons.append(Reason("text_missing", _("“主要内容”不能为空。"), field="summary"))
    if not lines:
        reasons.append(Reason("no_budget_lines", _("请至少填写一项预算明细。"), field="lines"))
    for number, line in enumerate(lines, start=1):
        if not (line.get("name") or "").strip():
            reasons.append(
                Reason(
                    "line_without_name", _("第%(n)s项明细没有名称。") % {"n": number}, field="lines"
                )  # fmt: skip
            )
        if line["quantity"] <= 0 or line["unit_price_fen"] <= 0:
            reasons.append(
                Reason(
                    "line_not_positive",
                    _("第%(n)s项明细的数量和单价必须大于零。") % {"n": number},
                    field="lines",
                )  # fmt: skip
            )
    refuse_if(reasons, BadInput)


def _applicant_parts(content, community):
    """The office or organisation of the applicant kind, found from the community."""
    kind = content["applicant_kind"]
    parts = {"office_id": None, "organisation_id": None, "partner_id": content.get("partner_id")}
    if kind == ApplicantKind.ORGANISATION:
        parts["organisation_id"] = content.get("organisation_id")
        if parts["organisation_id"] is None:
            raise bad("organisation_missing", _("请选择申报组织。"), field="organisation")
    elif kind in (ApplicantKind.RESIDENTS_COMMITTEE, ApplicantKind.WORKSTATION):
        office_kind = (
            "residents_committee" if kind == ApplicantKind.RESIDENTS_COMMITTEE else "workstation"
        )
        office = community.offices.filter(kind=office_kind).first()
        if office is None:
            raise bad("office_missing", _("该社区没有登记这个机构。"), field="applicant_kind")
        parts["office_id"] = office.pk
    return parts


def _as_bad_input(error):
    """Field errors of a model as reasons, so that doors show one kind of refusal."""
    return BadInput(
        *(
            Reason("invalid", message, field=field)
            for field, messages in error.message_dict.items()
            for message in messages
        )
    )


@transaction.atomic
def start_draft(*, community_id, content, lines, actor, now, based_on_id=None):
    """Open a proposal as a draft; nothing is public yet. Returns the Matter.

    content: title, type, positive_item_id, summary, site, beneficiaries, applicant_kind,
    organisation_id, partner_id, exclusions_declared, exclusion_note, change_note.
    lines: name, quantity, unit, unit_price_fen.
    """
    community = Community.objects.select_related("street__district").get(pk=community_id)
    organisation = Organisation.objects.filter(pk=content.get("organisation_id")).first()
    on = timezone.localdate(now)
    refuse_if(
        permissions.draft_reasons(
            actor, community=community, applicant_kind=content["applicant_kind"],
            organisation=organisation, on=on,
        ),
        NotAllowed,
    )  # fmt: skip
    _clean_content(content, lines)
    based_on = _renewed(based_on_id, actor, on)
    values = {**content, "community_id": community.pk, **_applicant_parts(content, community)}
    try:
        proposal = proposals.create(
            content=values, lines=lines, applicant=actor.person, now=now, based_on=based_on
        )
    except ValidationError as error:
        raise _as_bad_input(error) from error
    matter = Matter(proposal=proposal, event_count=1)
    matter.save()
    MatterEvent.objects.create(
        matter=matter, seq=1, act="start_draft", move="", from_state="", to_state=State.DRAFT,
        at=now, actor=actor,
    )  # fmt: skip
    audit.record(
        "proposal.drafted", target=matter, actor=actor, at=now, chain=community.code,
        data={"amount_fen": proposal.amount_fen, "type": proposal.type},
    )  # fmt: skip
    return matter


def _renewed(based_on_id, actor, on):
    """The rejected proposal that a new draft renews, if any."""
    if based_on_id is None:
        return None
    matter = lock_matter(based_on_id)
    if matter.state != State.REJECTED:
        raise blocked(
            "not_rejected", _("只有“不通过”的项目可以修改后重新申报。"),
            _("未通过的项目须作修改后方可重新申报。"), _("请直接起草新的申报。"),
        )  # fmt: skip
    if not permissions.is_applicant_side(actor, matter, on):
        raise NotAllowed(
            Reason("not_your_act", _("由原申报主体重新申报。"), "", _("请转告原申报主体。"))
        )
    return matter.proposal


@transaction.atomic
def edit(*, matter_id, content, lines, actor, now):
    """Replace the content while it is a draft, solicited or returned."""
    matter = begin("edit", matter_id=matter_id, actor=actor, now=now)
    _clean_content(content, lines)
    fixed = {"community_id", "applicant_kind", "office_id", "organisation_id"}
    values = {key: value for key, value in content.items() if key not in fixed}
    try:
        proposals.rewrite(matter.proposal, content=values, lines=lines)
    except ValidationError as error:
        raise _as_bad_input(error) from error
    finish(
        matter, "edit", "edit", actor=actor, now=now,
        data={"amount_fen": matter.proposal.amount_fen},
    )  # fmt: skip
    return matter


@transaction.atomic
def attach(*, matter_id, upload, kind, title, is_public=False, actor, now):
    """Add a file to a proposal that may be edited."""
    matter = begin("edit", matter_id=matter_id, actor=actor, now=now)
    require_text(title=(title, _("名称")))
    file = take_in(upload, actor=actor, at=now, purpose="proposal")
    attachment = proposals.attach(
        matter.proposal, file=file, kind=kind, title=title, is_public=is_public, now=now
    )
    finish(
        matter, "edit", "edit", actor=actor, now=now, note=_("添加材料"),
        data={"file": file.digest},
    )  # fmt: skip
    return attachment


@transaction.atomic
def detach(*, matter_id, attachment_id, actor, now):
    """Take a file off a proposal that may be edited."""
    matter = begin("edit", matter_id=matter_id, actor=actor, now=now)
    attachment = matter.proposal.attachments.select_related("file").filter(pk=attachment_id).first()
    if attachment is None:
        raise bad("attachment_unknown", _("没有这份材料。"))
    digest = attachment.file.digest
    proposals.detach(attachment)
    finish(matter, "edit", "edit", actor=actor, now=now, note=_("移除材料"), data={"file": digest})
    return matter


@transaction.atomic
def file_evidence(
    *, matter_id, need_ids, questionnaire_count, people_count, summary, no_need_reason="",
    actor, now,
):  # fmt: skip
    """Step 1: cite needs of the community's pool, or say in writing why none fits."""
    matter = begin("file_evidence", matter_id=matter_id, actor=actor, now=now)
    require_text(summary=(summary, _("问需情况")))
    needs = list(Need.objects.filter(pk__in=need_ids).select_related("pool"))
    strange = set(need_ids) - {
        need.pk
        for need in needs
        if need.pool.community_id == matter.proposal.community_id
        and need.status in (NeedStatus.OPEN, NeedStatus.TAKEN_UP)
    }
    if strange:
        raise bad(
            "need_not_in_pool", _("所选需求不在本社区需求库中，或已办结。"),
            _("申报项目引用本社区需求库的需求。"), _("请从列表中选择开放的需求。"), "needs",
        )  # fmt: skip
    if not needs and not no_need_reason.strip():
        raise bad(
            "no_need_cited", _("没有引用需求，也没有写明理由。"),
            _("需求库是审核契合度的主要依据。"), _("请引用至少一条需求，或写明没有匹配需求的理由。"),
            "needs",
        )  # fmt: skip
    if min(questionnaire_count, people_count) < 0:
        raise bad("count_negative", _("份数和人数不能为负。"), field="questionnaire_count")
    Solicitation.objects.create(
        matter=matter, questionnaire_count=questionnaire_count, people_count=people_count,
        summary=summary, no_need_reason=no_need_reason, filed_by=actor, filed_at=now,
    )  # fmt: skip
    proposals.cite_needs(matter.proposal, [need.pk for need in needs])
    numbers = [need.number for need in needs]
    finish(
        matter, "file_evidence", "solicit", actor=actor, now=now, at=now, note=no_need_reason,
        columns={
            "need_no": "、".join(numbers),
            "committee": matter.community.name,
            "registered_on": timezone.localdate(now).isoformat(),
            "content": summary,
            "supporters": str(people_count),
            "questionnaires": str(questionnaire_count),
            "status": _("已归档问需证据"),
        },
        data={"needs": numbers, "questionnaires": questionnaire_count},
    )  # fmt: skip
    return matter


def _declaration_columns(matter, rule_set):
    """The columns of ledger ② for the present content."""
    proposal = matter.proposal
    cap = projects_selectors.type_cap(rule_set, proposal.level, proposal.type)
    applicant = proposal.organisation or proposal.office
    return {
        "type": proposal.get_type_display(),
        "positive_item": str(proposal.positive_item),
        "applicant_kind": proposal.get_applicant_kind_display(),
        "applicant": applicant.name if applicant else _("居民提案人"),
        "partner": proposal.partner.name if proposal.partner else "",
        "payee": proposal.payee.name if proposal.payee else "",
        "received_by": _("%(place)s居委会") % {"place": matter.community.name},
        "received_on": timezone.localdate(matter.declared_at).isoformat(),
        "amount": format_yuan(proposal.amount_fen),
        "cap": format_yuan(cap.cap_fen),
        "needs": "、".join(
            proposal.cited_needs.order_by("need_id").values_list("need__number", flat=True)
        ),
        "questionnaires": str(matter.solicitation.questionnaire_count),
        "exclusions": _("已逐条声明") + (f"：{proposal.exclusion_note}" if proposal.exclusion_note else ""),
        "routing": _("单一社区项目，由居委会受理"),
        "returns": str(matter.return_count),
        "revision": str(proposal.revision),
        "rule_set": rule_set.name,
    }  # fmt: skip


def _declare(act_key, move, *, matter_id, actor, now):
    matter = begin(act_key, matter_id=matter_id, actor=actor, now=now)
    day = timezone.localdate(now)
    proposal = matter.proposal
    rule_set = proposal.rule_set or projects_selectors.rule_set_in_force(day)
    proposals.pin(proposal, rule_set=rule_set, year=proposal.year or day.year)
    revision = proposals.freeze_revision(proposal, actor=actor, now=now)
    matter.declared_at = now
    finish(
        matter, act_key, move, actor=actor, now=now, at=now,
        columns=_declaration_columns(matter, rule_set),
        data={
            "number": proposal.number, "revision": proposal.revision,
            "content": revision.digest, "amount_fen": proposal.amount_fen,
            "rule_set": rule_set.code,
        },
    )  # fmt: skip
    need_desk.mark_taken_up(
        need_ids=list(proposal.cited_needs.values_list("need_id", flat=True)),
        by_no=proposal.number, actor=actor, now=now,
    )  # fmt: skip
    if matter.is_works:
        ask_departments(matter, now)
    return matter


def ask_departments(matter, now):
    """One task for each department on the street's list of today (业务把控)."""
    street = matter.community.street
    offices = gatekeepers_of(street, timezone.localdate(now))
    if not offices:
        raise blocked(
            "no_gatekeepers", _("%(street)s还没有业务把控部门名单。") % {"street": street.name},
            _("工程类项目须经业务把控部门前置审核。"), _("请街道或区民政局先维护名单。"),
        )  # fmt: skip
    DepartmentOpinion.objects.bulk_create(
        DepartmentOpinion(matter=matter, round=matter.round, office=office, asked_at=now)
        for office in offices
    )


@transaction.atomic
def declare(*, matter_id, actor, now):
    """Step 2: pin the rule set in force today, issue the number, freeze the revision."""
    return _declare("declare", "declare", matter_id=matter_id, actor=actor, now=now)


@transaction.atomic
def redeclare(*, matter_id, actor, now):
    """Declare again after correction: a new revision; step 3 starts afresh."""
    matter = lock_matter(matter_id)
    if matter.state == State.RETURNED:
        proposals.start_next_revision(matter.proposal)
    return _declare("redeclare", "redeclare", matter_id=matter_id, actor=actor, now=now)


@transaction.atomic
def return_for_correction(*, matter_id, reason, actor, now):
    """Send a declaration back to the applicant, with the reason."""
    matter = begin("return_for_correction", matter_id=matter_id, actor=actor, now=now)
    require_text(reason=(reason, _("退回理由")))
    if matter.reviews.filter(settled_at__isnull=True).exists():
        raise blocked(
            "review_open", _("联席会议记录待签署，不能再退回。"), _("一次审核一份记录。"),
            _("请由签署人完成签署。"),
        )  # fmt: skip
    finish(
        matter, "return_for_correction", "return_for_correction", actor=actor, now=now,
        note=reason, columns={"returns": str(matter.return_count + 1)},
    )  # fmt: skip
    return matter


@transaction.atomic
def withdraw(*, matter_id, reason, actor, now):
    """Take a proposal back before the vote; afterwards only the council can agree to it."""
    matter = begin("withdraw", matter_id=matter_id, actor=actor, now=now)
    require_text(reason=(reason, _("撤回理由")))
    # An agenda is frozen, but what was taken back is not voted on.
    matter.agenda_items.filter(open_key__isnull=False).update(open_key=None, result=ItemResult.VOID)
    matter.reviews.filter(settled_at__isnull=True).update(settled_at=now)
    finish(matter, "withdraw", "withdraw", actor=actor, now=now, at=now, note=reason)
    free_needs(matter, actor=actor, now=now)
    return matter


def free_needs(matter, *, actor, now):
    """Give the cited needs back to the pool when the matter ends without being established."""
    proposal = matter.proposal
    if not proposal.number:
        return
    need_desk.release_needs(
        need_ids=list(proposal.cited_needs.values_list("need_id", flat=True)),
        by_no=proposal.number, actor=actor, now=now,
    )  # fmt: skip
