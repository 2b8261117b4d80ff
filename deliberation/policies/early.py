"""Steps 1–3: can it happen now? Reasons that hold before anybody has typed anything; nothing is written.

Each policy takes (matter, actor, now) and returns the reasons against the act. The same answer
shows on the page, in `next_acts` of the API and in the refusal of the service.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Reason
from deliberation.choices import (
    Conclusion,
)
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
    reasons = content_policies.declaration_reasons(proposal, rule_set=rule_set, on=day)
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
    if matter.reviews.waiting().exists():
        reasons.append(
            Reason(
                "review_open", _("已有一份联席会议记录待签署。"), _("一次审核一份记录。"),
                _("请先完成签署；记录有误的，先作废再重新录入。"),
            )
        )  # fmt: skip
    return reasons


def discard_reasons(matter, actor, now):
    """Only a record that waits for signatures can be made void."""
    if matter.reviews.waiting().exists():
        return []
    return [_no_review()]


def _no_review():
    return Reason(
        "no_review_to_sign", _("还没有待签署的联席会议记录。"),
        _("“两委”审核以联席会议记录为准。"), _("请居委会经办人先录入联席会议记录。"),
    )  # fmt: skip


def sign_reasons(matter, actor, now):
    """There must be a record to sign, and what it rests on must still hold."""
    review = open_review(matter)
    if review is None:
        return [_no_review()]
    if review.conclusion != Conclusion.PASS:
        return []
    return pass_reasons(matter, review, now)


def pass_reasons(matter, review, now):
    """What forbids the conclusion "pass": the list and caps again, needs, and the departments."""
    proposal = matter.proposal
    reasons = content_policies.declaration_reasons(
        proposal, rule_set=proposal.rule_set, on=timezone.localdate(now)
    )
    if not _has_needs(proposal, review) and not review.no_need_reason.strip():
        reasons.append(
            Reason(
                "fit_without_needs",
                _("没有一条需求库中的需求被确认契合，也没有写明理由。"),
                _("需求库是“两委”审核项目与居民需求契合度的主要依据。"),
                _("请确认或补充一条需求，退回补充，或在审核记录中写明没有匹配需求的理由。"),
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


def _has_needs(proposal, review):
    """A need that the committees confirmed; records from before each was judged: a cited one."""
    if review.judged_needs.exists():
        return review.judged_needs.filter(is_confirmed=True).exists()
    return proposal.cited_needs.exists()


def open_review(matter):
    """The joint review that waits for signatures, or None."""
    return matter.reviews.waiting().order_by("-number").first()
