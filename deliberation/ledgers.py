"""Ledgers ②–⑥: what each row of a matter's acts holds (domain.md §8.3)."""

from django.utils.translation import gettext_lazy as _

from core.ledgers import LedgerDef, register

COMMON = (
    ("title", _("项目名称")),
    ("state", _("办理后状态")),
    ("note", _("说明")),
)

DECLARATIONS = register(
    LedgerDef(
        2, "declarations", _("项目申报台账"),
        (
            *COMMON,
            ("type", _("类型")),
            ("positive_item", _("正面清单条目")),
            ("applicant_kind", _("申报主体")),
            ("applicant", _("申报单位")),
            ("partner", _("联合申报方")),
            ("payee", _("收款方")),
            ("received_by", _("受理单位")),
            ("received_on", _("受理日期")),
            ("amount", _("申报金额（元）")),
            ("cap", _("限额（元）")),
            ("needs", _("引用需求编号")),
            ("questionnaires", _("问需份数")),
            ("exclusions", _("排除项声明")),
            ("routing", _("分流结论与理由")),
            ("returns", _("补正次数")),
            ("revision", _("版次")),
            ("rule_set", _("适用规则")),
            ("rounds", _("引用问需轮次")),
        ),
    )
)  # fmt: skip
REVIEWS = register(
    LedgerDef(
        3, "reviews", _("“两委”审核台账"),
        (
            *COMMON,
            ("held_on", _("联席会议日期")),
            ("attendees", _("到会人员（党委/居委会）")),
            ("fit", _("契合度结论")),
            ("fit_reason", _("契合度依据")),
            ("needs", _("确认的需求、人数、排名")),
            ("list_check", _("正面清单核对")),
            ("cap_check", _("限额核对")),
            ("budget_left", _("额度余额（元）")),
            ("department", _("把控部门")),
            ("feasibility", _("可行性")),
            ("legality", _("合法性")),
            ("survey", _("勘查日期、人员、结论")),
            ("problems", _("问题清单")),
            ("necessity", _("实施必要性")),
            ("recused", _("回避人员")),
            ("conclusion", _("结论")),
            ("reason", _("理由")),
            ("signed", _("签署")),
        ),
    )
)  # fmt: skip
COUNCILS = register(
    LedgerDef(
        4, "councils", _("议事会决议台账"),
        (
            *COMMON,
            ("meeting_no", _("会议编号")),
            ("announced_on", _("会前公告日期")),
            ("announced_places", _("公告位置")),
            ("meeting_at", _("时间")),
            ("place", _("地点")),
            ("chair", _("主持人")),
            ("recorder", _("记录人")),
            ("members", _("成员总数")),
            ("quorum", _("法定人数")),
            ("present", _("实到")),
            ("residents", _("列席居民")),
            ("deputies", _("列席人大代表")),
            ("is_valid", _("是否有效")),
            ("purpose", _("议题")),
            ("amount", _("金额（元）")),
            ("presenter", _("介绍人")),
            ("discussion", _("主要发言摘要")),
            ("recused", _("回避")),
            ("method", _("表决方式")),
            ("yes", _("赞成")),
            ("no", _("反对")),
            ("abstain", _("弃权")),
            ("threshold", _("通过线")),
            ("result", _("结果")),
        ),
    )
)  # fmt: skip
NOTICES = register(
    LedgerDef(
        5, "notices", _("决议公示台账"),
        (
            *COMMON,
            ("notice_no", _("公示编号")),
            ("content", _("公示内容")),
            ("places", _("张贴位置")),
            ("starts_on", _("起")),
            ("ends_on", _("止")),
            ("days", _("天数要求")),
            ("contact", _("联系方式")),
            ("objection_no", _("异议编号")),
            ("filed_at", _("提出时间")),
            ("channel", _("形式")),
            ("inquiry", _("核查")),
            ("upheld", _("是否成立")),
            ("answer", _("答复")),
            ("answered_on", _("答复时间")),
            ("send_back", _("后续动作")),
            ("conclusion", _("公示结论")),
        ),
    )
)  # fmt: skip
DECISIONS = register(
    LedgerDef(
        6, "decisions", _("审定立项台账"),
        (
            *COMMON,
            ("submitted_on", _("送审日期")),
            ("ledger_check", _("前五台账核验")),
            ("forum", _("审定会议或签批")),
            ("amount", _("审定金额（元）")),
            ("fund", _("资金来源")),
            ("year", _("年度")),
            ("envelope_used", _("社区额度已用（元）")),
            ("envelope_left", _("社区额度余额（元）")),
            ("implementer", _("实施主体")),
            ("agreement_no", _("立项协议号")),
            ("agreement_on", _("签订日")),
            ("conclusion", _("结论")),
            ("ground", _("事由")),
            ("reason", _("理由")),
            ("document_no", _("下达文号")),
            ("imported_from", _("历史数据来源")),
        ),
    )
)  # fmt: skip
