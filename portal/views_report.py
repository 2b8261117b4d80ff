"""The public programme report: one page, as of a day."""

from datetime import date

from django import forms
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.reports import COUNTERS, programme
from projects.choices import ProposalType

ESTATE_WORDS = {
    "old": _("老旧住宅区"), "other": _("其他小区"), "not_named": _("没有写明小区"),
}  # fmt: skip
FIRST_DAY = date(2013, 1, 1)
# geometry of the drawing, in its own units
WIDTH, ROW, LABEL, FIGURE = 480, 44, 56, 134


class ReportForm(forms.Form):
    as_of = forms.DateField(
        label=_("截至（含当日）"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    by = forms.ChoiceField(
        label=_("分列"), required=False,
        choices=[("", _("全区")), ("street", _("各街道")), ("community", _("各社区"))],
    )  # fmt: skip

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day and not FIRST_DAY <= day <= timezone.localdate():
            raise forms.ValidationError(_("请填写2013年以后、今天以前的日期。"))
        return day


def bars(report):
    """The bars of what passed per year: positions for an SVG, the longest fills the width."""
    passed = report.whole.years["passed"]
    most = max((tally.fen for tally in passed.values()), default=0) or 1
    room = WIDTH - LABEL - FIGURE
    rows = [
        {
            "year": year, "tally": passed[year], "y": n * ROW + 8,
            "middle": n * ROW + 8 + (ROW - 16) // 2, "height": ROW - 16,
            "length": max(2, room * passed[year].fen // most),
            "figure_x": LABEL + max(2, room * passed[year].fen // most) + 8,
        }
        for n, year in enumerate(sorted(passed))
    ]  # fmt: skip
    return {"rows": rows, "width": WIDTH, "height": ROW * len(rows), "label": LABEL}


@require_safe
def show(request):
    """The table by year, the drawing beside it, and on request the streets or communities."""
    today = timezone.localdate()
    form = ReportForm(request.GET or {"as_of": today})
    given = form.cleaned_data if form.is_valid() else {}
    report = programme(given.get("as_of") or today, by=given.get("by") or "")
    whole = report.whole
    rows = [
        {"year": year, "tallies": [whole.years[counter][year] for counter in COUNTERS]}
        for year in report.years
    ]
    return render(
        request,
        "portal/report.html",
        {
            "form": form,
            "report": report,
            "rows": rows,
            "totals": [whole.total(counter) for counter in COUNTERS],
            "types": [(kind.label, whole.types[kind]) for kind in ProposalType],
            "estates": [(label, whole.estates[key]) for key, label in ESTATE_WORDS.items()],
            "chart": bars(report),
            "parts": [
                {"block": part, "tallies": [part.total(counter) for counter in COUNTERS]}
                for part in report.parts
            ],
        },
    )
