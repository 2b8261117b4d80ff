"""The filter of a ledger."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.forms.lists import ALL
from deliberation.forms.places import PlaceFilter, day_field


class LedgerFilter(PlaceFilter):
    q = forms.CharField(label=_("编号或内容"), max_length=60, required=False)
    since = day_field(_("从"), required=False)
    until = day_field(_("到"), required=False)
    event = forms.ChoiceField(label=_("事由"), required=False)
    field_order = ("q", "street", "community", "event", "since", "until")

    def __init__(self, *args, events, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = [ALL, *events]
