"""Filters above the lists of rules and money."""

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.choices import ProposalType

ALL = ("", _("全部"))


class PositiveListFilter(forms.Form):
    """The public positive list; nothing chosen means the rule set in force."""

    q = forms.CharField(
        label=_("关键词或编号"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    rules = forms.ChoiceField(label=_("规则版本"), required=False)
    type = forms.ChoiceField(label=_("类型"), required=False, choices=[ALL, *ProposalType.choices])

    def __init__(self, *args, rule_sets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rules"].choices = [
            ("", _("现行版本")),
            *((one.code, one.name) for one in rule_sets),
            ("all", _("所有版本")),
        ]


class EnvelopeFilter(forms.Form):
    """The money of one year by street."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int, required=False, empty_value=None)
    street = forms.ChoiceField(label=_("街道"), required=False)

    def __init__(self, *args, years, streets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["street"].choices = [ALL, *((one.code, one.name) for one in streets)]
