"""What is typed about notices and objections."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import UploadField
from deliberation.browse import CONCLUDED, OVER, RUNNING, VOID
from deliberation.choices import ObjectionState, SendBack
from deliberation.forms.lists import ALL
from deliberation.forms.places import PlaceFilter, moment_field, text_area

NOTICE_STATES = [
    ALL,
    (RUNNING, _("公示中")),
    (OVER, _("期满待办结")),
    (CONCLUDED, _("公示期满")),
    (VOID, _("已作废")),
]


class NoticeFilter(PlaceFilter):
    q = forms.CharField(label=_("项目名称或编号"), max_length=60, required=False)
    state = forms.ChoiceField(label=_("状态"), choices=NOTICE_STATES, required=False)
    field_order = ("q", "street", "community", "state")


class PostNoticeForm(forms.Form):
    places = forms.CharField(
        label=_("张贴位置"), max_length=200, help_text=_("如：社区宣传栏、罗湖家园网。")
    )
    contact_name = forms.CharField(
        label=_("联系人"), max_length=40, help_text=_("公开显示，可写办公室名称。")
    )
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=20, help_text=_("公开显示，请填办公电话。"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    contact_address = forms.CharField(label=_("受理地址"), max_length=120)
    photo = UploadField(
        label=_("张贴照片"),
        required=False,
        help_text=_("JPG、PNG 或 WEBP，公开显示，不超过 10 MB。"),
    )


class ObjectionForm(forms.Form):
    """Anybody's objection. `nonce` makes a second press of the button give the first receipt."""

    content = forms.CharField(
        label=_("您的异议和理由"), max_length=2000, widget=text_area(6),
        help_text=_("请写清不同意什么、为什么。内容只有工作人员可见。"),
    )  # fmt: skip
    name = forms.CharField(
        label=_("姓名"), max_length=40, help_text=_("仅工作人员可见，不公开。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("联系电话"), max_length=20, help_text=_("仅工作人员可见，用于核实和答复。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    nonce = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ReceiptForm(forms.Form):
    code = forms.CharField(
        label=_("查询码"), max_length=30,
        help_text=_("回执上的 13 位字母和数字，空格和横线可以不填。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip

    def clean_code(self):
        code = "".join(char for char in self.cleaned_data["code"] if char.isalnum())
        return code.upper()


class PaperObjectionForm(forms.Form):
    received_at = moment_field(_("收到时间"), help_text=_("居民递交的时间，决定是否在期内提出。"))
    content = forms.CharField(label=_("异议事由"), max_length=2000, widget=text_area(6))
    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(
        label=_("联系电话"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    scan = UploadField(label=_("书面异议扫描件"), required=False)
    nonce = forms.CharField(widget=forms.HiddenInput, max_length=64)


class AnswerForm(forms.Form):
    """The answer to one objection. `name_checked`: the objector's name is not meant by the word."""

    is_upheld = forms.ChoiceField(
        label=_("处理结论"), choices=[("yes", _("异议成立")), ("no", _("异议不成立"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    inquiry = forms.CharField(
        label=_("核查情况"), max_length=2000, widget=text_area(4),
        help_text=_("记入台账。请写“异议人”，不写姓名和电话。"),
    )  # fmt: skip
    answer = forms.CharField(
        label=_("答复"), max_length=2000, widget=text_area(5),
        help_text=_("公开显示并记入台账。请写“异议人”，不写姓名和电话。"),
    )  # fmt: skip
    send_back = forms.ChoiceField(
        label=_("异议成立时退回到"), choices=SendBack.choices, required=False,
        widget=forms.RadioSelect, help_text=_("只在异议成立时选择。"),
    )  # fmt: skip
    name_checked = forms.BooleanField(
        label=_("已核对：文中与异议人姓名相同的字不是指姓名"), required=False
    )


class ObjectionFilter(PlaceFilter):
    state = forms.ChoiceField(
        label=_("状态"), choices=[ALL, *ObjectionState.choices], required=False
    )
    q = forms.CharField(label=_("项目或异议编号"), max_length=60, required=False)
    field_order = ("q", "street", "community", "state")
