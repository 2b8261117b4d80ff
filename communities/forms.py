"""What people type about needs. Forms give it a shape and friendly words; services judge it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities import rules, selectors
from communities.categories import BENEFICIARIES, CATEGORIES
from communities.models import Channel, NeedStatus, Urgency
from core.forms import UploadField

PAPER_CHANNELS = [choice for choice in Channel.choices if choice[0] != Channel.ONLINE]
URGENCY = [
    (Urgency.NORMAL, _("一般")),
    (Urgency.URGENT, _("急事：拖下去有危险或影响很多人")),
    (Urgency.HARD, _("难事：一直没有解决的老问题")),
]


def category_choices():
    return [
        (category.key, f"{category.label}（{category.hint}）") for category in CATEGORIES.values()
    ]


def community_choices():
    """Communities grouped by street: one list to choose from, without scripts."""
    groups = {}
    for community in selectors.communities_of():
        groups.setdefault(community.street.name, []).append((community.pk, community.name))
    return [("", _("请选择")), *groups.items()]


class WhatForm(forms.Form):
    category = forms.ChoiceField(
        label=_("是哪一类的事"),
        choices=category_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一类；不清楚就选“我说不准”。")},
    )
    content = forms.CharField(
        label=_("需要什么"),
        error_messages={
            "required": _("请写下需要什么。"),
            "min_length": _("请至少写5个字，说清需要什么。"),
        },
        min_length=rules.CONTENT_MIN,
        max_length=rules.CONTENT_MAX,
        help_text=_("几句话说清楚就可以。请不要写姓名、电话和证件号码，这段话会公开。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class WhereForm(forms.Form):
    community = forms.TypedChoiceField(
        label=_("在哪个社区"),
        error_messages={"required": _("请选择社区。"), "invalid_choice": _("请选择社区。")},
        choices=community_choices,
        coerce=int,
        help_text=_("按街道分组。"),
    )
    place_text = forms.CharField(
        label=_("具体地点"),
        max_length=120,
        required=False,
        help_text=_("如：某小区三栋楼下、某路口。"),
    )
    beneficiaries = forms.MultipleChoiceField(
        label=_("主要给谁用"),
        choices=list(BENEFICIARIES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    urgency = forms.ChoiceField(
        label=_("急不急"), choices=URGENCY, initial=Urgency.NORMAL, widget=forms.RadioSelect
    )


class ContactForm(forms.Form):
    contact_name = forms.CharField(
        label=_("怎么称呼您"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_phone = forms.CharField(
        label=_("电话"),
        max_length=30,
        required=False,
        help_text=_("只用于居委会就这件事联系您，不公开。不填也能提交。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    consented = forms.BooleanField(
        label=_("我同意居委会为答复这条需求使用我填写的称呼和电话"),
        required=False,
        help_text=_("用途：核实和答复本条需求。办结满一年后删除；可随时要求居委会删除。"),
    )


class CorrectionForm(WhatForm, WhereForm):
    """The author's own words again; the community cannot change, its pool holds the number."""

    community = None


class FollowUpForm(forms.Form):
    number = forms.CharField(
        label=_("需求编号"),
        max_length=60,
        help_text=_("在回执上，以 XQ 开头。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    query_code = forms.CharField(
        label=_("查询码"),
        max_length=30,
        help_text=_("12 位字母和数字，横线可以不填。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class SupportForm(forms.Form):
    phone = forms.CharField(
        label=_("电话"),
        max_length=30,
        required=False,
        help_text=_("只用来保证一人一次，存成无法还原的摘要，不联系您，也不公开。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


class OnBehalfForm(WhatForm, WhereForm, ContactForm):
    channel = forms.ChoiceField(label=_("从哪里收集的"), choices=PAPER_CHANNELS)
    collector = forms.CharField(label=_("收集人"), max_length=40, required=False)
    collected_on = forms.DateField(
        label=_("收集日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    questionnaire_count = forms.IntegerField(
        label=_("汇总的问卷份数"), min_value=0, max_value=100_000, required=False
    )
    form_scan = UploadField(label=_("纸质表扫描件或照片"), required=False)
    scan_missing_reason = forms.CharField(
        label=_("没有扫描件的原因"),
        max_length=200,
        required=False,
        help_text=_("如电话反映。没有扫描件的需求照常办理，但不计入排名。"),
    )
    form_token = forms.CharField(widget=forms.HiddenInput, min_length=32, max_length=64)
    field_order = (
        "channel",
        "community",
        "category",
        "content",
        "place_text",
        "beneficiaries",
        "urgency",
        "questionnaire_count",
        "collector",
        "collected_on",
        "form_scan",
        "scan_missing_reason",
        "contact_name",
        "contact_phone",
        "consented",
    )

    def __init__(self, *args, communities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = [
            (community.pk, f"{community.street.name} {community.name}") for community in communities
        ]
        self.fields["community"].help_text = ""
        self.fields["consented"].label = _("居民同意居委会为答复这条需求使用其称呼和电话")


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("答复"),
        max_length=1000,
        help_text=_("公开显示。请写明谁来办、什么时候、办到哪一步。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("办结结果"),
        choices=[(NeedStatus.SOLVED, _("已解决")), (NeedStatus.DECLINED, _("不纳入"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=1000,
        help_text=_("公开显示。不纳入的，请写明依据和居民可以找谁。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("查看联系方式的用途"),
        max_length=200,
        help_text=_("会记入审计记录，如“回电核实位置”。"),
    )


class NeedFilter(forms.Form):
    """The words of the list's address; unknown values are told, not guessed."""

    q = forms.CharField(label=_("关键词或编号"), max_length=60, required=False)
    street = forms.ChoiceField(label=_("街道"), required=False)
    community = forms.ChoiceField(label=_("社区"), required=False)
    category = forms.ChoiceField(
        label=_("类别"),
        choices=[("", _("全部")), *[(c.key, c.label) for c in CATEGORIES.values()]],
        required=False,
    )
    status = forms.ChoiceField(
        label=_("状态"),
        choices=[
            ("", _("全部")),
            *[choice for choice in NeedStatus.choices if choice[0] != NeedStatus.WITHDRAWN],
        ],
        required=False,
    )
    order = forms.ChoiceField(
        label=_("排序"), choices=[("", _("最新")), ("wanted", _("附议最多"))], required=False
    )

    def __init__(self, *args, communities, **kwargs):
        super().__init__(*args, **kwargs)
        streets, groups = {}, {}
        for community in communities:
            streets[community.street.code] = community.street.name
            groups.setdefault(community.street.name, []).append((community.code, community.name))
        self.fields["street"].choices = [("", _("全部")), *streets.items()]
        self.fields["community"].choices = [("", _("全部")), *groups.items()]


class DeskFilter(NeedFilter):
    channel = forms.ChoiceField(
        label=_("渠道"), choices=[("", _("全部")), *Channel.choices], required=False
    )
    urgency = forms.ChoiceField(
        label=_("紧迫度"), choices=[("", _("全部")), *Urgency.choices], required=False
    )
    unanswered = forms.BooleanField(label=_("只看没有答复的"), required=False)
    field_order = ("q", "street", "community", "category", "status", "channel", "urgency", "order")
