"""What a need must say before it is taken in; all faults are told at once."""

import unicodedata

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities import rules, selectors
from communities.categories import BENEFICIARIES, CATEGORIES
from communities.models import Channel, Urgency
from core.masking import mask_free_text
from core.refusals import BadInput, Reason, refuse_if


def checked_words(*, category, content, place_text, beneficiaries, urgency):
    reasons = []
    content = cleaned(content)
    place_text = cleaned(place_text).replace("\n", " ")
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
    if len(place_text) > rules.PLACE_MAX:
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


def placed(community, estate_name, place_text, known=None):
    """The estate that is meant, and the words beside it. An unknown name stays in the words.

    Without a name, an estate is recognised at the beginning of the words. `known`: the estates of
    the community, when the caller has them.
    """
    name = " ".join(cleaned(estate_name).split())
    if len(name) > rules.ESTATE_MAX:
        text = format_lazy(_("小区名称请写在{n}个字以内。"), n=rules.ESTATE_MAX)
        raise BadInput(Reason("estate_too_long", text, field="estate_name"))
    if not (name or place_text):
        return {"estate": None, "place_text": ""}
    known = selectors.estates_of(community.code) if known is None else known
    wanted = rules.spelling_of_place(name)
    for estate in sorted(known, key=lambda one: -len(one.name)):
        if name and rules.spelling_of_place(estate.name) == wanted:
            return {"estate": estate, "place_text": place_text}
        if not name and place_text.startswith(estate.name):
            rest = place_text.removeprefix(estate.name).strip(" ，,、")
            return {"estate": estate, "place_text": rest}
    return {"estate": None, "place_text": f"{name} {place_text}".strip()}


def checked_contact(*, name, phone, consented):
    """None when nothing personal was given; consent is asked only when something was."""
    name = cleaned(name)
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
    scan_missing_reason, collector = cleaned(scan_missing_reason), cleaned(collector)
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
    if not 0 <= questionnaire_count <= rules.MOST_QUESTIONNAIRES:
        reasons.append(
            Reason(
                "count_out_of_range",
                format_lazy(_("问卷份数要在0到{n}之间。"), n=rules.MOST_QUESTIONNAIRES),
                field="questionnaire_count",
            )
        )
    if len(collector) > 40:
        reasons.append(
            Reason("collector_too_long", _("收集人请写在40个字以内。"), field="collector")
        )
    if len(scan_missing_reason) > 200:
        reasons.append(
            Reason(
                "scan_reason_too_long",
                _("没有扫描件的原因请写在200个字以内。"),
                field="scan_missing_reason",
            )
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


def checked_text(text, field, ask):
    """Words that go on record: not empty, phone and identity numbers masked."""
    text = mask_free_text((text or "").strip())
    if not text:
        raise BadInput(Reason(f"{field}_missing", ask, field=field))
    if len(text) > 1000:
        raise BadInput(Reason(f"{field}_too_long", _("请写在1000个字以内。"), field=field))
    return text


def masked(words):
    """The checked words as they are stored and shown: numbers of phones and identity cards hidden."""
    return words | {
        "content": mask_free_text(words["content"]),
        "place_text": mask_free_text(words["place_text"]),
        "beneficiaries": ",".join(words["beneficiaries"]),
    }


def kept_apart(words, content, contact):
    """What goes into the need's contact: name and phone, and the words when masking changed them."""
    fields = dict(contact or {})
    if words["content"] != content:
        fields["content_as_typed"] = words["content"]
    return fields


def cleaned(text):
    """One spelling of the same words: NFC, no control or invisible characters, no outer blanks."""
    text = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n")
    if text.isprintable():  # nothing to take out, as in nearly every text
        return text.strip()
    return "".join(
        letter
        for letter in text
        if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co")
    ).strip()
