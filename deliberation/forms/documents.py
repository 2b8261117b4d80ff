"""What a document of ledgers is to hold, a snapshot's number, a file to compare."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import UploadField
from core.ledgers import LEDGERS
from deliberation.forms.places import day_field
from deliberation.ledger_scope import Asked
from projects.choices import Level


def ledger_choices():
    return [(str(number), f"{number} {ledger.name}") for number, ledger in sorted(LEDGERS.items())]


class DocumentForm(forms.Form):
    """Which ledgers, of which of my places, from which day to which."""

    ledgers = forms.MultipleChoiceField(
        label=_("台账"), choices=ledger_choices, widget=forms.CheckboxSelectMultiple
    )
    place = forms.ChoiceField(label=_("范围"), help_text=_("社区、街道或全区，限您的辖区。"))
    since = day_field(_("从"))
    until = day_field(_("到"))

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = {place.code: place for place in places}
        groups = {}
        for place in places:
            label = Level(place.level).label
            if place.level == Level.COMMUNITY:
                label = place.street.name
            groups.setdefault(str(label), []).append((place.code, place.name))
        self.fields["place"].choices = list(groups.items())

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("截止日不能早于起始日。"))
        return cleaned

    def asked(self):
        """What was asked for, of a form that is right."""
        words = self.cleaned_data
        numbers = tuple(sorted(int(number) for number in words["ledgers"]))
        return Asked(self.places[words["place"]], numbers, words["since"], words["until"])


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("快照编号"), max_length=60, help_text=_("印在每页页脚，如 TZ-440303001001-2017-001。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip


class PaperField(UploadField):
    accept = ".pdf,.xlsx"


class CompareForm(forms.Form):
    file = PaperField(
        label=_("手头的文件"),
        help_text=_("PDF 或 XLSX。只计算摘要，不保存。"),
    )
