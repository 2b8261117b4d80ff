"""Filters above lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities import selectors as places
from deliberation.choices import State
from projects.choices import ProposalType

FIRST_YEAR = 2015
ALL = ("", _("全部"))


def street_choices():
    return [ALL, *((street.code, street.name) for street in places.streets())]


def community_choices():
    """Communities grouped by street."""
    groups = {}
    for community in places.communities_of():
        groups.setdefault(community.street.name, []).append((community.code, community.name))
    return [ALL, *groups.items()]


class ProposalFilter(forms.Form):
    """The public list; `mine` adds what only staff of a place may see."""

    q = forms.CharField(
        label=_("编号或名称"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    street = forms.ChoiceField(label=_("街道"), required=False, choices=street_choices)
    community = forms.ChoiceField(label=_("社区"), required=False, choices=community_choices)
    type = forms.ChoiceField(label=_("类型"), required=False, choices=[ALL, *ProposalType.choices])
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ALL, *State.choices])
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value="")
    order = forms.ChoiceField(
        label=_("排序"),
        required=False,
        choices=[
            ("", _("最新的在前")),
            ("old", _("最早的在前")),
            ("dear", _("金额从大到小")),
            ("cheap", _("金额从小到大")),
        ],
    )
    mine = forms.BooleanField(label=_("只看我辖区，含未公开的草案"), required=False)

    def __init__(self, *args, this_year, has_scope, **kwargs):
        super().__init__(*args, **kwargs)
        years = range(this_year, FIRST_YEAR - 1, -1)
        self.fields["year"].choices = [ALL, *((year, str(year)) for year in years)]
        if not has_scope:
            del self.fields["mine"]
            self.fields["state"].choices = [
                choice
                for choice in self.fields["state"].choices
                if choice[0] not in (State.DRAFT, State.SOLICITED)
            ]
