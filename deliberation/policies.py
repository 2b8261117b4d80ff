"""Can it happen now? Reasons that hold before anybody has typed anything; nothing is written.

Each policy takes (matter, actor, now) and returns the reasons against the act. The same answer
shows on the page, in `next_acts` of the API and in the refusal of the service.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Reason
from deliberation.choices import (
    Conclusion,
    Decision,
    ItemResult,
    MeetingState,
    NoticeState,
    ObjectionState,
    Purpose,
)
from deliberation.models import Objection
from projects import policies as content_policies
from projects import selectors as projects_selectors
from projects.choices import ProposalType


def nothing_against(matter, actor, now):
    """For acts whose every condition is in the machine or in the input."""
    return []


def solicit_reasons(matter, actor, now):
    """Step 1 needs content first."""
    if matter.proposal.line_items.exists():
        return []
    return [
        Reason("no_budget_lines", _("还没有预算明细。"), _("申报内容须完整。"), _("请先补全内容。"))
    ]


def declare_reasons(matter, actor, now):
    """Step 2: the content stands, and services have enough questionnaires."""
    proposal = matter.proposal
    day = timezone.localdate(now)
    rule_set = proposal.rule_set or projects_selectors.rule_set_in_force(day)
    reasons = content_policies.declaration_reasons(proposal, rule_set=rule_set)
    if rule_set is None:
        return reasons
    solicitation = getattr(matter, "solicitation", None)
    count = solicitation.questionnaire_count if solicitation else 0
    if proposal.type == ProposalType.SERVICE and count < rule_set.service_questionnaires:
        reasons.append(
            Reason(
                "too_few_questionnaires",
                _("服务类项目至少需要%(need)s份问需表，现有%(have)s份。")
                % {"need": rule_set.service_questionnaires, "have": count},
                _("罗湖区服务类项目规范指引：活动前至少50—100份问需表。"),
                _("请居委会补做问需并更新问需证据。"),
            )
        )
    return reasons


def return_reasons(matter, actor, now):
    """A proposal goes back for correction a limited number of times."""
    limit = matter.proposal.rule_set.max_returns
    if matter.return_count < limit:
        return []
    return [
        Reason(
            "too_many_returns",
            _("已退回补正%(count)s次，达到上限。") % {"count": matter.return_count},
            matter.proposal.rule_set.name,
            _("请作出通过或不通过的结论；申报人可修改后另行申报。"),
        )
    ]


def opinion_reasons(matter, actor, now):
    """Only works go to the departments, and each answers once a round."""
    if not matter.is_works:
        return [
            Reason(
                "not_works", _("只有工程类项目需要业务把控部门意见。"),
                _("业务把控针对工程类项目。"), _("请直接进行“两委”审核。"),
            )
        ]  # fmt: skip
    if matter.opinions.filter(round=matter.round, answered_at__isnull=True).exists():
        return []
    return [
        Reason(
            "all_answered", _("各部门均已答复。"), _("每轮每个部门答复一次。"),
            _("请民生事务部梳理问题清单与必要性。"),
        )
    ]  # fmt: skip


def summary_reasons(matter, actor, now):
    """Problem list and necessity come after the last department's answer."""
    if not matter.is_works:
        return [
            Reason(
                "not_works", _("只有工程类项目需要梳理问题清单与必要性。"),
                _("业务把控针对工程类项目。"), _("请直接进行“两委”审核。"),
            )
        ]  # fmt: skip
    reasons = unanswered_reasons(matter)
    if matter.summaries.filter(round=matter.round).exists():
        reasons.append(
            Reason(
                "summary_written", _("本轮已写过问题清单与必要性。"), _("每轮一份。"),
                _("内容有误时，请退回补正后重新把控。"),
            )
        )  # fmt: skip
    return reasons


def unanswered_reasons(matter):
    """Departments of this round that still owe an answer."""
    waiting = [
        opinion.office.name
        for opinion in matter.opinions.filter(
            round=matter.round, answered_at__isnull=True
        ).select_related("office")
    ]
    if not waiting:
        return []
    return [
        Reason(
            "departments_missing",
            _("还有%(count)s个业务把控部门未答复：%(names)s。")
            % {"count": len(waiting), "names": "、".join(waiting)},
            _("工程类项目须由街道名单内每个业务把控部门前置审核“可行性”“合法性”。"),
            _("请催办上述部门。"),
        )
    ]


def review_reasons(matter, actor, now):
    """The joint review of works waits for the gatekeepers and for their summary."""
    reasons = []
    if matter.is_works:
        reasons += unanswered_reasons(matter)
        if not reasons and not matter.summaries.filter(round=matter.round).exists():
            reasons.append(
                Reason(
                    "summary_missing",
                    _("还没有问题清单和实施必要性。"),
                    _("南湖街道“业务把控”制度：梳理可能存在的问题及实施的必要性。"),
                    _("请街道民生事务部填写“把控梳理”。"),
                )
            )
    if matter.reviews.filter(settled_at__isnull=True).exists():
        reasons.append(
            Reason(
                "review_open", _("已有一份联席会议记录待签署。"), _("一次审核一份记录。"),
                _("请先完成签署；记录有误时由签署人另作结论退回。"),
            )
        )  # fmt: skip
    return reasons


def sign_reasons(matter, actor, now):
    """There must be a record to sign, and what it rests on must still hold."""
    review = open_review(matter)
    if review is None:
        return [
            Reason(
                "no_review_to_sign", _("还没有待签署的联席会议记录。"),
                _("“两委”审核以联席会议记录为准。"), _("请居委会经办人先录入联席会议记录。"),
            )
        ]  # fmt: skip
    if review.conclusion != Conclusion.PASS:
        return []
    return pass_reasons(matter, review, now)


def pass_reasons(matter, review, now):
    """What forbids the conclusion "pass": the list and caps again, needs, and the departments."""
    proposal = matter.proposal
    reasons = content_policies.declaration_reasons(proposal, rule_set=proposal.rule_set)
    if not proposal.cited_needs.exists() and not review.no_need_reason.strip():
        reasons.append(
            Reason(
                "fit_without_needs",
                _("没有引用需求库中的需求，也没有写明理由。"),
                _("需求库是“两委”审核项目与居民需求契合度的主要依据。"),
                _("请退回补充引用需求，或在审核记录中写明没有匹配需求的理由。"),
            )
        )
    if matter.is_works:
        reasons += unanswered_reasons(matter)
        against = [
            opinion.office.name
            for opinion in matter.opinions.filter(round=matter.round).select_related("office")
            if opinion.is_negative
        ]
        if against:
            reasons.append(
                Reason(
                    "departments_against",
                    _("业务把控部门认为不可行或不合法：%(names)s。")
                    % {"names": "、".join(against)},
                    _("工程类项目“可行性”“合法性”前置审核。"),
                    _("请退回补正或作不通过结论。"),
                )
            )
    return reasons


def open_review(matter):
    """The joint review that waits for signatures, or None."""
    return matter.reviews.filter(settled_at__isnull=True).order_by("-number").first()


def agenda_reasons(matter, actor, now):
    """A matter stands on one open agenda at a time."""
    if not matter.agenda_items.filter(open_key__isnull=False).exists():
        return []
    return [
        Reason(
            "already_on_agenda", _("已列入一次尚未结束的会议议程。"),
            _("议程自公告起固定。"), _("请在该次会议上审议，或先取消该会议。"),
        )
    ]  # fmt: skip


def vote_reasons(matter, actor, now):
    """The council votes only in an open, quorate meeting that has it on its agenda."""
    item = open_item(matter)
    if item is not None and item.meeting.state == MeetingState.OPEN:
        return []
    return [
        Reason(
            "no_open_meeting", _("没有正在进行、且列入本项目的有效会议。"),
            _("议事会须先公告、核验到会人数，达到法定人数方可表决。"),
            _("请先公告会议并在会上核验到会。"),
        )
    ]  # fmt: skip


def open_item(matter):
    """The agenda item on a meeting that is not over, or None."""
    return (
        matter.agenda_items.filter(open_key__isnull=False)
        .select_related("meeting__community")
        .first()
    )


def carried_item(matter):
    """The vote that carried the matter last, or None."""
    return (
        matter.agenda_items.filter(result=ItemResult.CARRIED, purpose=Purpose.ESTABLISH)
        .select_related("meeting__community")
        .order_by("-voted_at", "-pk")
        .first()
    )


def open_notice(matter):
    """The notice that hangs out now, or None."""
    return matter.notices.filter(state=NoticeState.OPEN).first()


def notice_reasons(matter, actor, now):
    """A resolution is posted once its meeting is closed, one notice at a time."""
    item = carried_item(matter)
    if item is None or item.meeting.state != MeetingState.CLOSED:
        return [
            Reason(
                "meeting_not_closed", _("会议尚未结束，纪要还没有完成。"),
                _("决议公示在会议结束之后。"), _("请先填写会议纪要并结束会议。"),
            )
        ]  # fmt: skip
    if open_notice(matter) is not None or concluded_after_vote(matter):
        return [
            Reason("notice_open", _("已在公示。"), _("一次决议一次公示。"), _("请等待公示期满。"))
        ]
    return []


def concluded_after_vote(matter):
    """Was the present resolution already posted to its end?"""
    return matter.notices.filter(
        state=NoticeState.CONCLUDED, posted_at__gte=matter.resolved_at
    ).exists()


def objection_reasons(matter, actor, now):
    """Objections need a notice to object to."""
    if matter.notices.exclude(state=NoticeState.VOID).exists():
        return []
    return [
        Reason(
            "no_notice", _("本项目还没有公示。"), _("异议在决议公示期内书面提出。"),
            _("请在公示开始后提出；现在可向居委会反映意见。"),
        )
    ]  # fmt: skip


def decide_objection_reasons(matter, actor, now):
    """There must be an objection that waits for its answer."""
    if open_objections(matter).exists():
        return []
    return [
        Reason("no_open_objection", _("没有待处理的异议。"), _("异议逐件答复。"), _("无需办理。"))
    ]


def open_objections(matter):
    """Objections that still wait for an answer, oldest first."""
    return (
        Objection.objects.filter(notice__matter=matter, state=ObjectionState.OPEN)
        .select_related("notice")
        .order_by("filed_at", "pk")
    )


def conclude_reasons(matter, actor, now):
    """No early end, and no open objection."""
    notice = open_notice(matter)
    if notice is None:
        return [Reason("no_notice", _("还没有公示。"), _("决议须公示。"), _("请先发布公示。"))]
    reasons = []
    if now < notice.ends_at:
        reasons.append(
            Reason(
                "notice_running",
                _("公示到%(end)s届满，现在不能结束。")
                % {"end": timezone.localtime(notice.ends_at).strftime("%Y-%m-%d %H:%M")},
                _("公示须满%(days)s天，不得提前结束。") % {"days": notice.days},
                _("请在届满后再办理。"),
            )
        )
    if open_objections(matter).exists():
        reasons.append(
            Reason(
                "objection_open", _("还有异议未处理。"), _("异议须全部答复。"), _("请先处理异议。")
            )
        )
    return reasons


def pending_decision(matter):
    """The submission that waits for the street's decision, or None."""
    return matter.decisions.filter(decision=Decision.PENDING).first()


def submit_reasons(matter, actor, now):
    """Submitted once, with one row at least in each of the ledgers ①–⑤."""
    reasons = []
    if pending_decision(matter) is not None:
        reasons.append(
            Reason("already_submitted", _("已送审。"), _("一次送审一次审定。"), _("请等待审定。"))
        )
    if agenda_reasons(matter, actor, now):
        reasons.append(
            Reason(
                "withdrawal_pending", _("撤回申请已列入会议议程。"), _("先由议事会决定是否撤回。"),
                _("请等会议结束。"),
            )
        )  # fmt: skip
    return reasons


def decide_reasons(matter, actor, now):
    """The street decides on a submission made by somebody else."""
    decision = pending_decision(matter)
    if decision is None:
        return [
            Reason(
                "not_submitted", _("街道民生事务部尚未送审。"),
                _("审定前由民生事务部核验前五个台账。"), _("请先由民生事务部送审。"),
            )
        ]  # fmt: skip
    if actor is not None and getattr(actor, "person_id", None) == decision.submitter_id:
        return [
            Reason(
                "same_person", _("送审人与审定人不能是同一人。"), _("经办与审定分离。"),
                _("请由另一位审定人办理。"),
            )
        ]  # fmt: skip
    return []
