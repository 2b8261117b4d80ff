"""Documents of ledgers for a place and a period, and freezing them. Staff, in scope only."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.exports import book_response, download
from core.ledgers import LEDGERS
from core.pdf import MIME as PDF
from core.refusals import BadInput, NotAllowed, Reason
from deliberation import ledger_books
from deliberation.forms.documents import DocumentForm
from deliberation.ledger_scope import counts_of, places_read
from deliberation.ledger_words import in_words
from deliberation.services import snapshots as services
from deliberation.snapshots import printing, snapshot_for, snapshots_for, verdict
from deliberation.views.base import ServicePage

PAGE_SIZE = 50


@require_safe
def document(request):
    """The form, and what it asks for as a table; papers and spreadsheets hang on the same words."""
    form, today = _form(request)
    context = {"form": form, "trail": trail(_("台账文档"))}
    if form.is_bound and form.is_valid():
        context |= _found(request, form.asked(), today)
    return render(request, "deliberation/ledger_document.html", context)


def _found(request, asked, today):
    counts = counts_of(asked)
    total = sum(counts.values())
    paginator = Paginator(asked.rows(), PAGE_SIZE)
    paginator.count = total
    page = paginator.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "asked": asked,
        "counts": [(ledger, counts.get(ledger.number, 0)) for ledger in asked.ledgers],
        "total": total,
        "page": page,
        "rows": [(LEDGERS[row.ledger], row) for row in in_words(page.object_list)],
        "query": query.urlencode(),
        "fits_pdf": total <= ledger_books.PDF_LIMIT,
        "fits_xlsx": total <= ledger_books.XLSX_LIMIT,
        "fits_freeze": 0 < total <= ledger_books.FREEZE_LIMIT,
        "limits": ledger_books,
        "may_freeze": services.may_freeze(request.user, asked.place, today),
    }


@require_safe
def as_pdf(request):
    asked = _asked(request, ledger_books.PDF_LIMIT)
    data = ledger_books.draft_pdf(asked, timezone.now())
    return download(data, PDF, _filename(asked), ".pdf")


@require_safe
def as_xlsx(request):
    asked = _asked(request, ledger_books.XLSX_LIMIT)
    return book_response(_filename(asked), ledger_books.draft_sheets(asked))


def _filename(asked):
    return f"{asked.place.name}-{_('台账')}-{asked.since:%Y%m%d}-{asked.until:%Y%m%d}"


def _form(request):
    today = timezone.localdate()
    places = places_read(request.user, today)
    given = {key: value for key, value in request.GET.items() if key != "page"}
    form = DocumentForm(request.GET if given else None, initial=usual(places, today), places=places)
    return form, today


def usual(places, today):
    """What most ask for: all six, of the place one works for, this year so far."""
    narrow = [place for place in places if place.level == places[0].level]
    return {
        "ledgers": [str(number) for number in LEDGERS],
        "place": narrow[0].code,
        "since": today.replace(month=1, day=1),
        "until": today,
    }


def _asked(request, limit):
    """What is asked for, or BadInput: a wrong form, or more rows than one waits for."""
    form, _today = _form(request)
    if not form.is_bound or not form.is_valid():
        raise BadInput(*reasons_of(form))
    asked = form.asked()
    ledger_books.check_size(asked, limit)
    return asked


def reasons_of(form):
    """The errors of a form that came by an address, as reasons."""
    if not form.is_bound:
        return [
            Reason("nothing_asked", _("没有选择台账、范围和日期。"), "", _("请从台账文档页进入。"))
        ]
    return [
        Reason("bad_field", f"{form[name].label}：{text}", field=name)
        for name, texts in form.errors.items()
        for text in texts
    ]


class Freeze(ServicePage):
    """Freezing: what will be held fast is shown once more before it is."""

    template_name = "deliberation/act.html"
    title = gettext_lazy("冻结台账")
    label = gettext_lazy("冻结")
    help = gettext_lazy(
        "把所选台账此刻的记录固定下来：编号、计算摘要、生成 XLSX 和 PDF。冻结后不能更改或撤销；"
        "任何人可以凭编号核验。"
    )
    done = gettext_lazy("已冻结，正在生成文件。")
    is_grave = True

    def load(self):
        self.places = places_read(self.user, self.today)

    def may_refusal(self):
        may = [services.may_freeze(self.user, place, self.today) for place in self.places]
        return None if None in may else NotAllowed(may[-1])

    def make_form(self, data=None, files=None):
        given = {}
        if data is None and self.request.GET:
            given = {"data": self.request.GET}
        elif data is not None:
            given = {"data": data}
        own = [p for p in self.places if services.may_freeze(self.user, p, self.today) is None]
        return DocumentForm(**given, initial=usual(own, self.today), places=own)

    def perform(self, fields):
        return services.freeze(
            place_code=fields["place"], ledgers=[int(number) for number in fields["ledgers"]],
            since=fields["since"], until=fields["until"],
            site=self.request.build_absolute_uri("/").rstrip("/"), actor=self.actor, now=self.now,
        )  # fmt: skip

    def done_url(self, result):
        return result.get_absolute_url()

    def back_url(self):
        return reverse("deliberation:ledger_document")

    def trail(self):
        return trail(self.title)


@require_safe
def snapshot_list(request):
    today = timezone.localdate()
    places_read(request.user, today)
    page = Paginator(snapshots_for(request.user, today), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "trail": trail(_("台账快照"))}
    return render(request, "deliberation/snapshots.html", context)


@require_safe
def snapshot_page(request, number):
    """One snapshot with its files; the part that changes is also sent alone, to the script."""
    now = timezone.now()
    snapshot = snapshot_for(request.user, number, timezone.localdate(now))
    context = {
        "snapshot": snapshot,
        "counts": [(one, snapshot.counts[one.number]) for one in snapshot.definitions],
        "printing": printing(snapshot),
        "trail": [
            *trail(_("台账快照"), reverse("deliberation:ledger_snapshots")),
            {"label": snapshot.number},
        ],
    }
    if request.htmx and not request.htmx.boosted:
        return render(request, "deliberation/_snapshot_files.html", context)
    context["verdict"] = verdict(snapshot, now=now)
    return render(request, "deliberation/snapshot.html", context)


def trail(label, href=""):
    last = {"label": label, "href": href} if href else {"label": label}
    return [{"label": _("六个台账"), "href": reverse("deliberation:ledgers")}, last]
