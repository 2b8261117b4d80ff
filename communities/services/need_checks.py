"""What a need must say before it is taken in; all faults are told at once."""

import unicodedata

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities import rules
from communities.categories import BENEFICIARIES, CATEGORIES
from communities.models import Channel, Urgency
from core.refusals import BadInput, Reason, refuse_if


def checked_words(*, category, content, place_text, beneficiaries, urgency):
    reasons = []
    content = _clean(content)
    place_text = _clean(place_text).replace("\n", " ")
    if category not in CATEGORIES:
        reasons.append(Reason("category_unknown", _("请选择类别。"), field="category"))
    if not rules.CONTENT_MIN <= len(content) <= rules.CONTENT_MAX:
        reasons.append(
            Reason(
                "content_length",
                format_lazy(
                    _("请用{low}到{high}个字说清需要什么。"),
                    low=rules.CONTENT_MIN,
                    high=rules.CONTENT_MAX,
                ),
                field="content",
            )
        )
    if len(place_text) > 120:
        reasons.append(Reason("place_too_long", _("地点请写在120个字以内。"), field="place_text"))
    keys = set(beneficiaries)
    if keys - set(BENEFICIARIES):
        reasons.append(
            Reason("beneficiaries_unknown", _("请从列出的人群中选择。"), field="beneficiaries")
        )
    if urgency not in Urgency.values:
        reasons.append(Reason("urgency_unknown", _("请选择紧迫程度。"), field="urgency"))
    refuse_if(reasons, BadInput)
    return {
        "category": category,
        "content": content,
        "place_text": place_text,
        "beneficiaries": tuple(key for key in BENEFICIARIES if key in keys),
        "urgency": urgency,
    }


def checked_contact(*, name, phone, consented):
    """None when nothing personal was given; consent is asked only when something was."""
    name = _clean(name)
    reasons = []
    try:
        phone = rules.read_phone(phone)
    except ValueError:
        reasons.append(
            Reason(
                "phone_wrong",
                _("电话号码不对。"),
                remedy=_("请填写手机号，或带区号的固定电话；也可以不填。"),
                field="contact_phone",
            )
        )
    if len(name) > 40:
        reasons.append(Reason("name_too_long", _("称呼请写在40个字以内。"), field="contact_name"))
    if (name or phone) and not consented:
        reasons.append(
            Reason(
                "consent_missing",
                _("留下称呼或电话，需要您同意个人信息的使用说明。"),
                rule=_("《中华人民共和国个人信息保护法》第十三条、第十四条"),
                remedy=_("请勾选同意，或不填称呼和电话。"),
                field="consented",
            )
        )
    refuse_if(reasons, BadInput)
    return {"name": name, "phone": phone} if name or phone else None


def checked_paper(
    *,
    on_behalf,
    channel,
    form_scan,
    scan_missing_reason,
    collector,
    collected_on,
    questionnaire_count,
    today,
):
    reasons = []
    scan_missing_reason, collector = _clean(scan_missing_reason), _clean(collector)
    if channel not in Channel.values:
        reasons.append(Reason("channel_unknown", _("请选择渠道。"), field="channel"))
    if not on_behalf and (
        channel != Channel.ONLINE or form_scan or questionnaire_count or collected_on
    ):
        reasons.append(
            Reason(
                "not_on_behalf",
                _("线下渠道的需求由工作人员代为登记。"),
                remedy=_("工作人员请从“代为登记”页面办理。"),
                field="channel",
            )
        )
    if on_behalf and channel == Channel.ONLINE:
        reasons.append(
            Reason(
                "channel_not_online",
                _("代为登记的需求请选择实际的收集渠道。"),
                field="channel",
            )
        )
    if on_behalf and not form_scan and not scan_missing_reason:
        reasons.append(
            Reason(
                "scan_missing",
                _("代为登记要附上纸质表的扫描件或照片。"),
                rule=_("没有纸质依据的代填需求不计入排名。"),
                remedy=_("请上传扫描件；确实没有的（如热线），请写明原因。"),
                field="form_scan",
            )
        )
    if collected_on and collected_on > today:
        reasons.append(Reason("collected_later", _("收集日期不能晚于今天。"), field="collected_on"))
    if questionnaire_count < 0:
        reasons.append(
            Reason("count_negative", _("问卷份数不能小于0。"), field="questionnaire_count")
        )
    refuse_if(reasons, BadInput)
    return {
        "channel": channel,
        "on_behalf": on_behalf,
        "form_scan": form_scan,
        "scan_missing_reason": "" if form_scan else scan_missing_reason,
        "collector": collector,
        "collected_on": (collected_on or today) if on_behalf else None,
        "questionnaire_count": questionnaire_count,
        "is_ranked": not on_behalf or form_scan is not None,
    }


def _clean(text):
    """One spelling of the same words: NFC, no control or invisible characters, no outer blanks."""
    text = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n")
    return "".join(
        letter
        for letter in text
        if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co")
    ).strip()
