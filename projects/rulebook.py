"""The rule sets known so far, as data. Fields named in `reconstructed` are not in any source."""

from datetime import date

from core.money import FEN_PER_WAN
from projects.choices import ApplicantKind, Level, ProposalType, WindowMode

W, S, G = ProposalType.WORKS, ProposalType.SERVICE, ProposalType.GOODS
ALL_BUT_ORGANISATION = [
    ApplicantKind.RESIDENT,
    ApplicantKind.RESIDENTS_COMMITTEE,
    ApplicantKind.WORKSTATION,
]
EVERYONE = [*ALL_BUT_ORGANISATION, ApplicantKind.ORGANISATION]
ONLY_ORGANISATION = [ApplicantKind.ORGANISATION]

SEED = "罗湖社区家园报 2017-12-01《民生微实事的罗湖样本》"
CITY_2015 = "深府办函〔2015〕140号"
DONGHU_2020 = "罗湖区东湖街道 2020-01 征集公告"

SIX_STEPS = [
    ("solicited", "动态问需"),
    ("declared", "项目申报"),
    ("reviewed", "“两委”审核"),
    ("resolved", "居民议事会审议"),
    ("publicised", "决议公示"),
    ("established", "街道审定立项"),
]

POSITIVE_2017 = [
    ("G1", W, "消除安全隐患", "安全防护设施、消防通道、边坡护栏、照明等", CITY_2015),
    ("G2", W, "社区环境整治", "绿化、居住环境、老旧住宅区基础设施改造、排水、路面", CITY_2015),
    ("G3", W, "文化体育娱乐设施", "文体设施建设、更新", CITY_2015),
    ("G4", W, "居民生活关爱设施", "无障碍、休憩、晾晒、便民设施", CITY_2015),
    ("G5", W, "垃圾站维修、改造", "垃圾收集点、转运站的维修改造", SEED),
    ("F1", S, "社区发展项目", "公益文体、社会组织培育、文化保育", "罗湖区社区服务类项目征集公告"),
    (
        "F2",
        S,
        "社区服务项目",
        "面向普通居民或老、幼、妇、残等特殊人群的专业服务",
        "罗湖区社区服务类项目征集公告",
    ),
    (
        "F3",
        S,
        "社区宣教项目",
        "提升居民自我治理、自我服务能力的宣传教育",
        "罗湖区社区服务类项目征集公告",
    ),
]
POSITIVE_2020 = [
    *POSITIVE_2017,
    ("H1", G, "安全、消防器材及设备", "灭火器、烟感、应急设备等实物", DONGHU_2020),
    ("H2", G, "公共服务文体器材", "公共文体活动所需器材", DONGHU_2020),
]
EXCLUSIONS = [
    ("P1", "属于物业服务企业或其他责任主体法定、约定职责的事项", "福田 2016；东湖街道 2020"),
    ("P2", "与在建或已列入计划的政府投资项目重复", "福田 2016；东湖街道 2020"),
    ("P3", "社区党群服务中心已购买的服务内容", "清水河街道 2025"),
    ("P4", "只为个人或少数人谋利的私人事务", "都江堰；通行原则"),
]

RULE_BOOK = [
    {
        "code": "1.0",
        "name": "操作指引 1.0(2016年)",
        "source": "罗府办函〔2016〕132号；罗民〔2016〕15号",
        "effective_from": date(2015, 1, 1),
        "effective_to": date(2016, 12, 31),
        "is_history_only": True,
        "step_count": 13,
        "ledger_count": 13,
        "community_year_cap_fen": 200 * FEN_PER_WAN,
        "notice_days": 5,
        "reconstructed": "announce_days,max_returns,objection_answer_days",
        "note": "2015、2016年的项目按此归档，只供历史数据导入。13个环节的名称未查到原文，不予列出。",
        "documents": [
            (
                "罗湖区民生微实事工作方案",
                "罗府办函〔2016〕132号",
                "罗湖区人民政府办公室",
                date(2016, 3, 1),
                "罗湖区2016年初制定的工作方案。",
            ),
            (
                "罗湖区民生微实事操作指引（1.0）",
                "罗民〔2016〕15号",
                "罗湖区民政局",
                date(2016, 3, 1),
                "审议环节13步、台账13个。",
            ),
        ],
        "caps": [
            (Level.COMMUNITY, W, 50, EVERYONE),
            (Level.COMMUNITY, S, 20, EVERYONE),
        ],
        "positive": POSITIVE_2017,
        "exclusions": EXCLUSIONS,
        "steps": [],
    },
    {
        "code": "2.0",
        "name": "操作指引 2.0(2017年)",
        "source": SEED,
        "effective_from": date(2017, 1, 1),
        "effective_to": date(2019, 12, 31),
        "is_history_only": False,
        "step_count": 6,
        "ledger_count": 6,
        "community_year_cap_fen": 200 * FEN_PER_WAN,
        "announce_days": 3,
        "notice_days": 5,
        "notice_mode": WindowMode.CALENDAR,
        "service_questionnaires": 50,
        "district_level_from": date(2018, 1, 1),
        "reconstructed": (
            "announce_days,notice_mode,service_questionnaires,max_returns,objection_answer_days,"
            "organisation_months,clean_years"
        ),
        "note": "环节名称、会前公告天数、补正次数、异议答复天数、对申报组织登记年限和失信记录的要求"
        "（取自东门2020、桂园2024、清水河2025的征集公告）为推定，可由区民政局调整；"
        "公示5天、到会超过三分之二来自莲塘社区2016年的会议报道。",
        "documents": [
            (
                "罗湖区民生微实事工作方案（2017年）",
                "",
                "罗湖区民政局",
                None,
                "以正面清单替代负面清单；工程类收回街道实施。",
            ),
            (
                "罗湖区民生微实事操作指引（2.0）",
                "",
                "罗湖区民政局",
                None,
                "审议环节由13步优化为6步，对应缩减13个台账为6个；新增跨社区项目的申报、审议及实施机制。",
            ),
        ],
        "caps": [
            (Level.COMMUNITY, W, 50, ALL_BUT_ORGANISATION),
            (Level.COMMUNITY, S, 20, ONLY_ORGANISATION),
        ],
        "positive": POSITIVE_2017,
        "exclusions": EXCLUSIONS,
        "steps": SIX_STEPS,
    },
    {
        "code": "2020",
        "name": "限额调整（2020年）",
        "source": "东湖街道 2020-01 征集公告（工程100万、服务50万、实物50万）",
        "effective_from": date(2020, 1, 1),
        "effective_to": None,
        "is_history_only": False,
        "step_count": 6,
        "ledger_count": 6,
        "community_year_cap_fen": 200 * FEN_PER_WAN,
        "announce_days": 3,
        "notice_days": 5,
        "notice_mode": WindowMode.CALENDAR,
        "service_questionnaires": 50,
        "district_level_from": date(2018, 1, 1),
        "reconstructed": (
            "community_year_cap_fen,announce_days,notice_mode,service_questionnaires,"
            "max_returns,objection_answer_days,clean_years"
        ),
        "note": "增加货物（实物）类；每社区每年封顶沿用200万元，为推定。",
        "documents": [
            (
                "罗湖区民生微实事项目限额调整公告",
                "",
                "罗湖区东湖街道办事处",
                date(2020, 1, 1),
                "原则上工程类不超过100万元，服务类、实物类不超过50万元。",
            ),
        ],
        "caps": [
            (Level.COMMUNITY, W, 100, ALL_BUT_ORGANISATION),
            (Level.COMMUNITY, S, 50, ONLY_ORGANISATION),
            (Level.COMMUNITY, G, 50, EVERYONE),
        ],
        "positive": POSITIVE_2020,
        "exclusions": EXCLUSIONS,
        "steps": SIX_STEPS,
    },
]
