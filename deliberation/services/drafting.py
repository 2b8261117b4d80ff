"""The draft and step 1: content, attachments, evidence of need."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Community, Need, NeedStatus, Organisation
from communities.selectors import estate_named
from communities.services import rounds
from core import audit
from core.files import take_in
from core.refusals import BadInput, NotAllowed, Reason, refuse_if
from deliberation import permissions
from deliberation.choices import State
from deliberation.models import CitedRound, Matter, MatterEvent, Solicitation
from deliberation.services.base import bad, begin, blocked, finish, lock_matter, require_text
from projects.choices import ApplicantKind
from projects.selectors import typed_digest
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
                )
            )
        if line["quantity"] <= 0 or line["unit_price_fen"] <= 0:
            reasons.append(
                Reason(
                    "line_not_positive",
                    _("第%(n)s项明细的数量和单价必须大于零。") % {"n": number},
                    field="lines",
                )
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


def _estate_part(content, community, present=None):
    """The estate that the content names, among those of the community; nothing when it is silent.

    present: the estate it has now, which stays though it was closed meanwhile.
    """
    if "estate_name" not in content:
        return {}
    name = (content["estate_name"] or "").strip()
    if not name:
        return {"estate_id": None}
    found = present if present and present.name == name else estate_named(community, name)
    if found is None:
        raise bad(
            "estate_unknown", _("本社区没有登记这个小区。"),
            _("工程类资金投向老旧住宅区的比例按登记的小区统计。"),
            _("请从提示的名称中选；没有的，请居委会先登记，或只写实施地点。"), "estate_name",
        )  # fmt: skip
    return {"estate_id": found.pk}


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

    content: title, type, positive_item_id, summary, estate_name, site, beneficiaries, applicant_kind,
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
    values = {
        **content, "community_id": community.pk, **_applicant_parts(content, community),
        **_estate_part(content, community),
    }  # fmt: skip
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
def edit(*, matter_id, content, lines, seen="", actor, now):
    """Replace the content while it is a draft, solicited or returned.

    seen: the digest (projects.selectors.typed_digest) of what the editor began with; when somebody
    else has saved since, nothing is overwritten. Without it the last one to save wins.
    """
    matter = begin("edit", matter_id=matter_id, actor=actor, now=now)
    if seen and seen != typed_digest(matter.proposal):
        raise blocked(
            "changed_meanwhile", _("您打开之后，别人已经改过这份内容，现在保存会盖掉那次修改。"),
            _("后保存的不能在不知情时覆盖先保存的。"),
            _("您填写的仍在本页。请在新窗口打开项目页核对，确认以您的为准再保存一次。"),
        )  # fmt: skip
    _clean_content(content, lines)
    fixed = {"community_id", "applicant_kind", "office_id", "organisation_id"}
    values = {key: value for key, value in content.items() if key not in fixed}
    values |= _estate_part(content, matter.community, matter.proposal.estate)
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
    tally_ids=(), actor, now,
):  # fmt: skip
    """Step 1: cite needs of the community's pool, or say in writing why none fits.

    tally_ids: lines of closed rounds of questionnaires of the community, one a round; their counts
    are kept as they are now. A questionnaire_count of 0 then becomes the forms of these rounds.
    """
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
    cited = _cite_rounds(matter, tally_ids)
    questionnaire_count = _with_forms_of(cited, questionnaire_count)
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
            "round": rounds_in_words(cited),
        },
        data={
            "needs": numbers, "questionnaires": questionnaire_count,
            "rounds": {one.round.number: [one.label, one.count, one.valid] for one in cited},
        },
    )  # fmt: skip
    return matter


def _cite_rounds(matter, tally_ids):
    """The rows of what is cited; communities says whether it may be, and keeps the rounds."""
    lines = rounds.cite(tally_ids=tally_ids, community_id=matter.proposal.community_id)
    return CitedRound.objects.bulk_create(
        CitedRound(
            matter=matter, round=line.round, as_of=change, label=line.label, count=line.count,
            valid=line.round.valid,
        )
        for line, change in lines
    )  # fmt: skip


def _with_forms_of(cited, count):
    """The questionnaires of the evidence: at least the valid forms of the rounds cited."""
    least = sum(one.valid for one in cited)
    if 0 < count < least:
        raise bad(
            "fewer_than_cited",
            _("问需表份数少于所引用轮次的有效份数之和（%(n)s份）。") % {"n": least},
            _("引用的问需轮次计入问需证据。"), _("请核对份数；填0则按所引用轮次计算。"),
            "questionnaire_count",
        )  # fmt: skip
    return count or least


def rounds_in_words(cited):
    """What a ledger says of the rounds cited: number, line and share of the valid forms."""
    return "、".join(f"{one.round.number}（{one.label} {one.count}/{one.valid}）" for one in cited)
