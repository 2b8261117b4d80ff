"""Columns of the exports of the need pool. Rows are plain values, read a few thousand at a time.

The public export has what the public page shows. The staff export adds who collected a need and
when it must not be forgotten; contacts stay masked, also for those who may look them up one by one.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.categories import BENEFICIARIES, CATEGORIES
from communities.models import Channel, NeedStatus, Urgency
from core.masking import mask_name, mask_phone

CHUNK = 2_000

PUBLIC = (
    ("number", _("需求编号")),
    ("pool__community__street__name", _("街道")),
    ("pool__community__name", _("社区")),
    ("category", _("类别")),
    ("content", _("内容")),
    ("estate__name", _("小区")),
    ("place_text", _("地点")),
    ("beneficiaries", _("受益群体")),
    ("urgency", _("紧迫度")),
    ("channel", _("渠道")),
    ("status", _("状态")),
    ("supporter_count", _("附议人数")),
    ("questionnaire_count", _("问卷份数")),
    ("reason", _("办结理由")),
    ("answer", _("居委会答复")),
    ("answered_at", _("答复时间")),
    ("reply_due_on", _("答复期限")),
    ("merged_into__number", _("并入")),
    ("created_at", _("登记时间")),
    ("updated_at", _("更新时间")),
)
STAFF = (
    *PUBLIC,
    ("answerer__name", _("转交答复单位")),
    ("on_behalf", _("代为登记")),
    ("filed_by__username", _("登记人")),
    ("collector", _("收集人")),
    ("collected_on", _("收集日期")),
    ("source__source_no", _("来源编号")),
    ("scan_missing_reason", _("无扫描件的原因")),
    ("is_ranked", _("计入排名")),
)
# Shown only where the person answers the needs of the community.
CONTACT = (("contact__name", _("称呼（隐去）")), ("contact__phone", _("电话（隐去）")))
WAITING = _("未答复天数")


def _labels(choices):
    return {str(key): str(label) for key, label in choices}


def _readers():
    """{column: function of the stored value}, words looked up once per export."""
    category = {key: str(one.label) for key, one in CATEGORIES.items()}
    groups = {key: str(label) for key, label in BENEFICIARIES.items()}
    yes_no = {True: str(_("是")), False: str(_("否"))}
    return {
        "category": category.__getitem__,
        "beneficiaries": lambda text: "、".join(groups[key] for key in text.split(",") if key),
        "urgency": _labels(Urgency.choices).__getitem__,
        "channel": _labels(Channel.choices).__getitem__,
        "status": _labels(NeedStatus.choices).__getitem__,
        "on_behalf": yes_no.__getitem__,
        "is_ranked": yes_no.__getitem__,
    }


def header_of(columns):
    return [str(label) for _name, label in columns]


def public_rows(needs):
    readers = _readers()
    columns = [(at, readers[name]) for at, (name, _label) in enumerate(PUBLIC) if name in readers]
    for values in needs.values_list(*_names(PUBLIC)).iterator(CHUNK):
        row = list(values)
        for at, read in columns:
            row[at] = read(row[at])
        yield row


def staff_header():
    return [*header_of(STAFF), str(WAITING), *header_of(CONTACT)]


def staff_rows(needs, *, contact_communities, on):
    """`contact_communities`: keys of those whose (masked) contacts this person may see."""
    readers = _readers()
    names = _names(STAFF)
    columns = [(at, readers[name]) for at, name in enumerate(names) if name in readers]
    answer, status = names.index("answer"), names.index("status")
    created = names.index("created_at")
    asked = [*names, "pool__community_id", *_names(CONTACT)]
    for *values, community_id, name, phone in needs.values_list(*asked).iterator(CHUNK):
        is_waiting = not values[answer] and values[status] == NeedStatus.OPEN
        days = (on - timezone.localdate(values[created])).days if is_waiting else None
        for at, read in columns:
            values[at] = read(values[at])
        shown = community_id in contact_communities
        yield [
            *values,
            days,
            mask_name(name) if shown else "",
            mask_phone(phone) if shown else "",
        ]


def _names(columns):
    return [name for name, _label in columns]
