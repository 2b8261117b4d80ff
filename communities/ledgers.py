"""Ledger ①: every need, from filing to answer, and every round of questionnaires, one row per event.

No names of residents.
"""

from django.utils.translation import gettext_lazy as _

from core.ledgers import LedgerDef, register

NEEDS_LEDGER = 1

NEEDS = register(
    LedgerDef(
        NEEDS_LEDGER,
        "needs",
        _("社区需求台账"),
        (
            ("need_no", _("需求编号")),
            ("committee", _("居委会")),
            ("registered_on", _("登记日期")),
            ("channel", _("渠道")),
            ("proposer_kind", _("提出人类型")),
            ("category", _("需求类别")),
            ("beneficiaries", _("受益群体")),
            ("place", _("地点")),
            ("content", _("内容")),
            ("urgency", _("紧迫度")),
            ("supporters", _("附议人数")),
            ("questionnaires", _("问卷份数")),
            ("merged_into", _("合并到")),
            ("status", _("状态")),
            ("reason", _("理由")),
            ("updated_on", _("更新日期")),
            ("answer", _("答复")),
            ("by_no", _("立案项目编号")),
            ("round", _("问需轮次")),
        ),
    )
)
