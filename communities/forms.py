"""What people type about needs. Forms give it a shape and friendly words; services judge it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities import rules, selectors
from communities.categories import BENEFICIARIES, CATEGORIES
from communities.models import Channel, NeedStatus, Urgency
from core.forms import PhotoField, SuggestInput, UploadField

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
    estate_name = forms.CharField(
        label=_("在哪个小区"),
        max_length=rules.ESTATE_MAX,
        required=False,
        help_text=_("可以从提示中选，也可以自己写；不在小区里的不用填。"),
        widget=SuggestInput(attrs={"autocomplete": "off"}),
    )
    place_text = forms.CharField(
        label=_("具体地点"),
        max_length=rules.PLACE_MAX,
        required=False,
        help_text=_("如：三栋楼下、某路口。请不要写到哪一户。"),
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

    def __init__(self, *args, estates=(), **kwargs):
        super().__init__(*args, **kwargs)
        # the same name in two communities is offered once
        words = dict.fromkeys(estate.name for estate in estates)
        self.fields["estate_name"].widget.words = tuple(words)


def need_photo_field():
    return PhotoField(
        label=_("现场照片"),
        required=False,
        help_text=_(
            "一张就够，不超过10MB，会自动去掉拍摄位置。请不要拍到人脸、车牌和门牌；经办人看过后才公开。"
        ),
    )


class WhereScreenForm(WhereForm):
    photo = need_photo_field()
    field_order = ("community", "estate_name", "place_text", "photo")


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
    photo = need_photo_field()
    remove_photo = forms.BooleanField(label=_("去掉原来的照片"), required=False)
    field_order = ("category", "content", "estate_name", "place_text", "photo", "remove_photo")

    def __init__(self, *args, has_photo=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_photo:
            del self.fields["remove_photo"]


class PublishPhotoForm(forms.Form):
    looked = forms.BooleanField(
        label=_("我看过照片：没有能认出的人脸、车牌、门牌和证件"),
        error_messages={"required": _("请先看照片，再勾选确认。")},
    )


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
    round = forms.TypedChoiceField(
        label=_("问需轮次"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("从某一轮问需表录入的，请选择该轮次；收表结束已久的不再列出。"),
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
        "round",
        "category",
        "content",
        "estate_name",
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

    def __init__(self, *args, communities, rounds=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = [
            (community.pk, f"{community.street.name} {community.name}") for community in communities
        ]
        self.fields["community"].help_text = ""
        self.fields["round"].choices = [("", _("不是从问需轮次录入"))] + [
            (one.pk, f"{one.community.name} {one.title}（{one.number}）") for one in rounds
        ]
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


class AssignForm(forms.Form):
    office_id = forms.TypedChoiceField(label=_("由谁答复"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("转交理由"),
        max_length=300,
        help_text=_("公开显示。原来的答复期限不变。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, offices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["office_id"].choices = [(office.pk, office.name) for office in offices]


class CategoryForm(forms.Form):
    category = forms.ChoiceField(
        label=_("归到哪一类"), choices=category_choices, widget=forms.RadioSelect
    )


class ConfirmNeedForm(forms.Form):
    note = forms.CharField(
        label=_("怎样核实的"),
        max_length=300,
        help_text=_("公开显示，如“2017-06-01 入户核实，台阶仍未修”。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MergeForm(forms.Form):
    into = forms.CharField(
        label=_("保留哪一条（需求编号）"),
        max_length=60,
        help_text=_(
            "从下面相似的需求中选，或填写编号。附议的人仍记在原来那条上，随时可以取消合并。"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    reason = forms.CharField(
        label=_("为什么是同一件事"),
        max_length=300,
        help_text=_("公开显示。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("查看联系方式的用途"),
        max_length=200,
        help_text=_("会记入审计记录，如“回电核实位置”。"),
    )
