"""What is typed at step 6."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.choices import Ground
from deliberation.forms.places import day_field, text_area


class SubmitForm(forms.Form):
    note = forms.CharField(label=_("送审意见"), max_length=500, required=False, widget=text_area(3))


class EstablishForm(forms.Form):
    forum = forms.CharField(
        label=_("审定会议或签批"), max_length=120,
        help_text=_("如：街道党工委第12次会议。"),
    )  # fmt: skip
    document_number = forms.CharField(label=_("下达文号"), max_length=60, required=False)
    agreement_on = day_field(_("立项协议签订日"), help_text=_("获批时间以签订立项协议为准。"))


class GroundForm(forms.Form):
    ground = forms.ChoiceField(
        label=_("事由"), choices=Ground.choices, widget=forms.RadioSelect,
        help_text=_("只能以合法性、资金、程序为由，不能推翻居民的选择。"),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=text_area(4),
        help_text=_("记入台账，申报主体可见。"),
    )  # fmt: skip
