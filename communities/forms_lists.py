"""The words that lists of needs may be asked with."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.categories import CATEGORIES
from communities.models import Channel, NeedStatus, Urgency


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
    queue = forms.CharField(widget=forms.HiddenInput, required=False)
    channel = forms.ChoiceField(
        label=_("渠道"), choices=[("", _("全部")), *Channel.choices], required=False
    )
    urgency = forms.ChoiceField(
        label=_("紧迫度"), choices=[("", _("全部")), *Urgency.choices], required=False
    )
    unanswered = forms.BooleanField(label=_("只看没有答复的"), required=False)
    field_order = ("q", "street", "community", "category", "status", "channel", "urgency", "order")
