"""The public register of met and unmet needs: figures of a place, the lists behind them, downloads."""

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from communities import rules
from communities.categories import CATEGORIES
from core.exports import csv_response, xlsx_response
from core.refusals import NotFound, Reason
from portal import coverage
from portal.coverage_radar import Axis, radar
from portal.coverage_reply import Deadlines

PAGE_SIZE = 20
OVERDUE_LABEL = gettext_lazy("超过答复期限、还没有答复")
HEADER = (
    gettext_lazy("街道"), gettext_lazy("社区"), gettext_lazy("社区代码"), gettext_lazy("类别"),
    *(stage.label for stage in coverage.STAGES), gettext_lazy("人次"),
    gettext_lazy("未满足等待天数（中位数）"), gettext_lazy("未满足等待天数（最久）"),
    gettext_lazy("近一年到期应答复"), gettext_lazy("其中按时答复"),
)  # fmt: skip


class PlaceForm(forms.Form):
    place = forms.ChoiceField(label=gettext_lazy("看哪里"), required=False)

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        streets = {}
        for one in places.communities:
            inside = streets.setdefault(
                one.street.name,
                [(one.street.code, _("{name}（全部）").format(name=one.street.name))],
            )
            inside.append((one.code, one.name))
        self.fields["place"].choices = [("", _("全区")), *streets.items()]


def _place(request, places):
    place = places.named(request.GET.get("place", ""))
    if place is None:
        raise NotFound(
            Reason("place_unknown", _("没有这个地方。"), remedy=_("请从列表里选择街道或社区。"))
        )
    return place


@require_safe
def show(request):
    """Figures, radars and tables of the district, a street or a community."""
    today, places = timezone.localdate(), coverage.Places()
    place = _place(request, places)
    told = coverage.coverage(place, places, today)
    groups = {line.query["group"]: line for line in told.groups}
    return render(
        request,
        "portal/coverage.html",
        {
            "form": PlaceForm({"place": place.code}, places=places),
            "told": told,
            "shown": coverage.SHOWN,
            "stages": coverage.STAGES,
            "figures": {stage.key: cell for stage, *cell in told.whole.cells},
            "overdue_href": told.whole.list_href(coverage.OVERDUE) if told.overdue else "",
            "by_category": radar(
                [_axis(line) for line in told.categories if line.query["category"] != "unsure"]
            ),
            "by_group": radar([_axis(groups[key]) for key in coverage.RADAR_GROUPS]),
            "query": f"?place={place.code}" if place.code else "",
            "trail": _trail(place, places),
        },
    )


def _axis(line):
    return Axis(line.label, line.tally.of("filed"), line.tally.of("unmet"))


def _trail(place, places):
    """From the district down to the place."""
    home = {"label": _("需求办结情况"), "href": reverse("portal:coverage")}
    if place.level == "district":
        return [{"label": home["label"]}]
    street = next(
        one.street for one in places.communities if place.code in (one.code, one.street.code)
    )
    if place.level == "street":
        return [home, {"label": place.name}]
    return [home, {"label": street.name, "href": f"{home['href']}?place={street.code}"},
            {"label": place.name}]  # fmt: skip


@require_safe
def needs(request):
    """The needs behind one figure, those that wait longest first."""
    today, places = timezone.localdate(), coverage.Places()
    place = _place(request, places)
    category, group = request.GET.get("category", ""), request.GET.get("group", "")
    stage = request.GET.get("stage", "filed")
    known = (
        category in ("", *CATEGORIES) and group in ("", *coverage.GROUPS)
        and stage in (coverage.OVERDUE, *coverage.BY_KEY)
    )  # fmt: skip
    if not known:
        raise NotFound(
            Reason("list_unknown", _("没有这份清单。"), remedy=_("请从需求办结情况的数字点进来。"))
        )
    rows = coverage.register(
        place, category=category, group=group, stage=stage, deadlines=Deadlines(today)
    )
    page = Paginator(rows.with_places().order_by("created_at", "pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    words = [CATEGORIES[category].label] if category else []
    words += [coverage.GROUPS[group]] if group else []
    is_overdue = stage == coverage.OVERDUE
    label = OVERDUE_LABEL if is_overdue else coverage.BY_KEY[stage].label
    hint = (
        _("登记后超过{days}个工作日").format(days=rules.reply_days())
        if is_overdue
        else coverage.BY_KEY[stage].hint
    )
    query = f"?place={place.code}" if place.code else ""
    return render(
        request,
        "portal/coverage_needs.html",
        {
            "page": page,
            "rows": [(need, coverage.days_since(need.created_at, today)) for need in page],
            "title": " · ".join(str(word) for word in (place.name, *words, label)),
            "hint": hint,
            "trail": [
                {
                    "label": _("需求办结情况"),
                    "href": f"{reverse('portal:coverage')}{query}",
                },
                {"label": label},
            ],
        },
    )


def _download(request):
    today, places = timezone.localdate(), coverage.Places()
    place = _place(request, places)
    rows = [
        (
            one.street.name, one.name, one.code, str(category.label),
            *(tally.of(stage.key) for stage in coverage.STAGES), tally.people,
            tally.median_days, tally.oldest_days, tally.reply.due, tally.reply.in_time,
        )
        for one, category, tally in coverage.table(place, places, today)
    ]  # fmt: skip
    name = _("需求办结情况_{place}_{day}").format(place=place.name, day=today.isoformat())
    return name, [str(label) for label in HEADER], rows


@require_safe
def as_csv(request):
    name, header, rows = _download(request)
    return csv_response(name, header, rows)


@require_safe
def as_xlsx(request):
    name, header, rows = _download(request)
    return xlsx_response(name, name, header, rows)
