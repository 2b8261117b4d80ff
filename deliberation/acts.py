"""The acts of the six steps: one table that pages, API, services and documents read."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from deliberation import policies
from deliberation.choices import Step


@dataclass(frozen=True)
class Act:
    """One thing a person can do to a matter.

    moves: names of the machine's transitions it may take; the machine alone knows from where.
    who: keys of permissions.WHO; any of them suffices. bars_interested: not the applicant's person.
    ledger: number of the ledger its row goes to, None for work on a draft.
    policy: (matter, actor, now) → reasons that hold before anything is typed.
    """

    key: str
    label: str
    step: str
    moves: tuple
    who: tuple
    ledger: int | None
    policy: object = policies.nothing_against
    bars_interested: bool = False
    audit_kind: str = ""
    help: str = ""
    is_grave: bool = False


_ACTS = [
    Act("edit", _("修改内容"), Step.DECLARED, ("edit",), ("applicant",), None,
        audit_kind="proposal.edited", help=_("起草、问需后或退回补正时可以修改。")),
    Act("file_evidence", _("归档问需证据"), Step.SOLICITED, ("solicit",), ("committee_clerk",), 1,
        policies.solicit_reasons, audit_kind="proposal.solicited",
        help=_("引用需求库中的需求，登记问需表份数；没有匹配需求时写明理由。")),
    Act("declare", _("申报"), Step.DECLARED, ("declare",), ("applicant",), 2,
        policies.declare_reasons, audit_kind="proposal.declared",
        help=_("由申报主体向居委会申报，核对正面清单、限额与排除事项，发给项目编号。")),
    Act("return_for_correction", _("退回补正"), Step.DECLARED, ("return_for_correction",),
        ("committee_clerk",), 2, policies.return_reasons, audit_kind="proposal.returned",
        help=_("材料不齐或内容有误时退回申报主体。"), is_grave=True),
    Act("redeclare", _("补正后重新申报"), Step.DECLARED, ("redeclare",), ("applicant",), 2,
        policies.declare_reasons, audit_kind="proposal.redeclared",
        help=_("保留每一版内容，显示与上一版的差异。")),
    Act("give_opinion", _("填写把控意见"), Step.REVIEWED, ("take_opinion", "doubt"),
        ("department",), 3, policies.opinion_reasons, bars_interested=True,
        audit_kind="review.opinion_given",
        help=_("业务把控部门对工程类项目的可行性、合法性逐一答复；存疑即须实地勘查。")),
    Act("record_survey", _("登记勘查记录"), Step.REVIEWED, ("survey",), ("department",), 3,
        bars_interested=True, audit_kind="review.surveyed",
        help=_("写明勘查日期、参加人员、结论并附照片。")),
    Act("summarise_gatekeeping", _("把控梳理"), Step.REVIEWED, ("summarise_gatekeeping",),
        ("affairs_clerk",), 3, policies.summary_reasons, audit_kind="review.summarised",
        help=_("梳理可能存在的问题和实施的必要性，供议事会参考。")),
    Act("record_review", _("录入联席会议记录"), Step.REVIEWED, ("record_review",),
        ("committee_clerk",), 3, policies.review_reasons, audit_kind="review.recorded",
        help=_("登记“两委”联席会议的到会人员、契合度和结论。")),
    Act("discard_review", _("作废联席会议记录"), Step.REVIEWED, ("discard_review",),
        ("committee_clerk",), 3, policies.discard_reasons, audit_kind="review.discarded",
        help=_("记录有误或情况有变时，写明理由作废，再重新录入；原记录和已有签署保留备查。"),
        is_grave=True),
    Act("sign_review", _("签署“两委”意见"), Step.REVIEWED,
        ("sign_review", "pass_review", "return_at_review", "reject_at_review"),
        ("two_committees",), 3, policies.sign_reasons, bars_interested=True,
        audit_kind="review.signed",
        help=_("社区党委、居委会两种身份都签署后结论生效；一人兼任可同时签署。"), is_grave=True),
    Act("announce_meeting", _("公告会议"), Step.RESOLVED, ("put_on_agenda", "ask_withdrawal"),
        ("committee_clerk",), 4, policies.agenda_reasons, audit_kind="meeting.announced",
        help=_("提前公告时间、地点、议程；公告后议程和应到名单固定。")),
    Act("vote", _("登记表决"), Step.RESOLVED,
        ("resolve", "reject_at_council", "withdraw_by_resolution", "keep_after_vote"),
        ("committee_clerk",), 4, policies.vote_reasons, audit_kind="meeting.voted",
        help=_("在有效会议上登记回避和赞成、反对、弃权票数。"), is_grave=True),
    Act("defer", _("流会或缓议"), Step.RESOLVED, ("defer", "keep_after_vote"),
        ("committee_clerk",), 4, policies.vote_reasons, audit_kind="meeting.deferred",
        help=_("到会不足法定人数不得表决，须另行召集会议。"), is_grave=True),
    Act("post_notice", _("发布公示"), Step.PUBLICISED, ("post_notice",), ("committee_clerk",), 5,
        policies.notice_reasons, audit_kind="notice.posted",
        help=_("在宣传栏和网上张贴决议，满期前不能结束。")),
    Act("file_objection", _("提出异议"), Step.PUBLICISED, ("object", "note_late_objection"),
        ("anyone",), 5, policies.objection_reasons, audit_kind="notice.objected",
        help=_("公示期内任何居民可书面提出；姓名只有工作人员可见。")),
    Act("record_objection", _("登记书面异议"), Step.PUBLICISED, ("object", "note_late_objection"),
        ("committee_clerk",), 5, policies.objection_reasons, audit_kind="notice.objected",
        help=_("把居民递交的书面异议录入系统，附扫描件。")),
    Act("decide_objection", _("答复异议"), Step.PUBLICISED,
        ("decide_objection", "dismiss_objections", "uphold_to_review", "uphold_to_council"),
        ("committee_clerk",), 5, policies.decide_objection_reasons, bars_interested=True,
        audit_kind="notice.objection_decided",
        help=_("逐件核查答复；成立的退回“两委”或议事会。"), is_grave=True),
    Act("conclude_notice", _("结束公示"), Step.PUBLICISED, ("conclude_notice",),
        ("committee_clerk",), 5, policies.conclude_reasons, audit_kind="notice.concluded",
        help=_("公示满期且异议全部处理后办理。")),
    Act("submit_for_decision", _("送审"), Step.ESTABLISHED, ("submit_for_decision",),
        ("affairs_clerk",), 6, policies.submit_reasons, audit_kind="decision.submitted",
        help=_("民生事务部核验前五个台账后送街道审定。")),
    Act("establish", _("审定立项"), Step.ESTABLISHED, ("establish",), ("street_approver",), 6,
        policies.decide_reasons, bars_interested=True, audit_kind="decision.established",
        help=_("锁定社区年度额度、占用资金并发给立项协议号。"), is_grave=True),
    Act("return_from_street", _("街道退回补正"), Step.ESTABLISHED, ("return_at_street",),
        ("street_approver",), 6, policies.decide_reasons, bars_interested=True,
        audit_kind="decision.returned", is_grave=True,
        help=_("只能以合法性、资金、程序为由；补正后须重走各环节。")),
    Act("reject_at_street", _("街道不予立项"), Step.ESTABLISHED, ("reject_at_street",),
        ("street_approver",), 6, policies.decide_reasons, bars_interested=True,
        audit_kind="decision.rejected", is_grave=True,
        help=_("只能以合法性、资金、程序为由，不能推翻居民的选择。")),
    Act("withdraw", _("撤回"), Step.DECLARED, ("withdraw",), ("applicant",), 2,
        policies.withdraw_reasons, audit_kind="proposal.withdrawn", is_grave=True,
        help=_("表决前可自行撤回；表决后须由议事会同意。")),
]  # fmt: skip

ACTS = {act.key: act for act in _ACTS}
STEP_ORDER = tuple(Step)
