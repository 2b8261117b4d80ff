"""The six ledgers: index, table with filters, print view, CSV and XLSX. Staff, in scope only."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.exports import csv_response, xlsx_response
from core.ledgers import LEDGERS
from core.refusals import BadInput, NotAllowed, NotFound, Reason, refuse_if
from deliberation import browse, selectors
from deliberation.forms.ledgers import LedgerFilter
from deliberation.ledger_words import event_choices, in_words, sheet_header, sheet_rows

PAGE_SIZE = 50
PRINT_LIMIT = 500
EXPORT_LIMIT = 20_000
# columns of one band of the print view: more would not be readable on A4
BAND = 8


@require_safe
def index(request):
    today = _reader_today(request)
    counts = browse.ledger_counts(request.user, today)
    ledgers = [(LEDGERS[number], counts.get(number, 0)) for number in sorted(LEDGERS)]
    return render(request, "deliberation/ledger_index.html", {"ledgers": ledgers})


@require_safe
def table(request, number):
    ledger, form, rows = _asked(request, number)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = in_words(page.object_list)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "ledger": ledger,
        "trail": _trail(ledger),
        "form": form,
        "page": page,
        "rows": shown,
        "query": query.urlencode(),
        "is_filtered": bool(query),
    }
    return render(request, "deliberation/ledger_table.html", context)


@require_safe
def printed(request, number):
    """All columns in bands side by side under each other, on A4 landscape."""
    ledger, _form, rows = _asked(request, number)
    rows = in_words(_not_too_many(rows, PRINT_LIMIT))
    # told by the first band already
    told = {"title", "state", "note"} if "title" in ledger.column_keys else {"content", "status"}
    keys = [(key, label) for key, label in ledger.columns if key not in told]
    bands = [keys[start : start + BAND] for start in range(0, len(keys), BAND)]
    context = {
        "ledger": ledger,
        "bands": [
            {
                "labels": [label for _key, label in band],
                "rows": [(row, [row.said.get(key, "") for key, _label in band]) for row in rows],
            }
            for band in bands
        ],
        "rows": rows,
        "now": timezone.now(),
    }
    return render(request, "deliberation/ledger_print.html", context)


@require_safe
def as_csv(request, number):
    ledger, header, rows = _export(request, number)
    return csv_response(_filename(ledger), header, rows)


@require_safe
def as_xlsx(request, number):
    ledger, header, rows = _export(request, number)
    return xlsx_response(_filename(ledger), str(ledger.name), header, rows)


@require_safe
def row_page(request, pk):
    today = _reader_today(request)
    row = in_words([browse.ledger_row(request.user, pk, today)])[0]
    ledger = LEDGERS[row.ledger]
    context = {
        "row": row,
        "ledger": ledger,
        "trail": [*_trail(ledger), {"label": f"{row.subject_no} #{row.seq}"}],
        "columns": [(label, row.said.get(key, "")) for key, label in ledger.columns],
    }
    return render(request, "deliberation/ledger_row.html", context)


def _trail(ledger):
    return [
        {"label": _("六个台账"), "href": reverse("deliberation:ledgers")},
        {"label": ledger.name, "href": reverse("deliberation:ledger", args=[ledger.number])},
    ]


def _reader_today(request):
    today = timezone.localdate()
    refuse_if(selectors.may_read_ledgers(request.user, today), NotAllowed)
    return today


def _asked(request, number):
    """The ledger, its filter form and the rows asked for, in the reader's scope."""
    today = _reader_today(request)
    ledger = LEDGERS.get(number)
    if ledger is None:
        raise NotFound(Reason("not_found", _("没有这个台账，台账编号为 1 至 6。")))
    places = browse.places_in_scope(request.user, today)
    form = LedgerFilter(request.GET, communities=places, events=event_choices(number))
    return ledger, form, browse.ledger_rows(request.user, number, today, **form.chosen())


def _not_too_many(rows, limit):
    count = rows.count()
    if count > limit:
        raise BadInput(
            Reason(
                "too_many_rows",
                _("选中%(count)s条，一次最多%(limit)s条。") % {"count": count, "limit": limit},
                "",
                _("请用社区、日期或事由缩小范围后再试。"),
            )
        )
    return rows


def _export(request, number):
    """(ledger, header, rows) of an export: the same rows and words as on the page."""
    ledger, _form, rows = _asked(request, number)
    rows = in_words(_not_too_many(rows, EXPORT_LIMIT))
    return ledger, sheet_header(ledger), sheet_rows(ledger, rows)


def _filename(ledger):
    return f"{ledger.number}-{ledger.name}-{timezone.localdate():%Y%m%d}"
