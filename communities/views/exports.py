"""The need pool as a table: the public one for everybody, the one of their places for staff."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities import need_exports, permissions, selectors
from communities.forms_lists import DeskFilter, NeedFilter
from communities.services.need_export import export_needs
from communities.views.shared import count_export
from core.exports import csv_stream, xlsx_stream
from core.refusals import BadInput, Reason

FORMS = ("csv", "xlsx")


@require_safe
def public_csv(request):
    return _public(request, "csv")


@require_safe
def public_xlsx(request):
    return _public(request, "xlsx")


def _public(request, form):
    """What the public list shows under the same filters, every page of it."""
    count_export(request)
    words = _words(NeedFilter(request.GET, communities=list(selectors.communities_of())))
    needs = selectors.filtered_needs(selectors.public_needs(), **words)
    return _answer(
        form,
        _("居民需求-%(day)s") % {"day": timezone.localdate().isoformat()},
        _("居民需求，%(at)s导出") % {"at": _minute(timezone.now())},
        need_exports.header_of(need_exports.PUBLIC),
        need_exports.public_rows(needs),
    )


@require_POST
def staff_export(request):
    """POST, because it leaves an event in the audit chain."""
    now = timezone.now()
    scope = permissions.scope_of(request.user, timezone.localdate(now))
    places = [place for place in selectors.communities_of() if scope.covers(place)]
    form = request.POST.get("form")
    if form not in FORMS:
        raise BadInput(Reason("form_unknown", _("请选择 CSV 或 XLSX。"), field="form"))
    words = _words(DeskFilter(request.POST, communities=places))
    header, rows = export_needs(words=words, form=form, actor=request.user, now=now)
    who = {"who": request.user.get_username(), "at": _minute(now)}
    return _answer(
        form,
        _("需求台-%(day)s") % {"day": timezone.localdate(now).isoformat()},
        _("需求台，%(who)s于%(at)s导出，仅供工作使用") % who,
        header,
        rows,
    )


def _words(form):
    """Valid filters; a wrong one is refused, or the table would hold more than was asked for."""
    if not form.is_valid():
        raise BadInput(
            *[
                Reason("filter_unknown", str(text), field=name)
                for name, texts in form.errors.items()
                for text in texts
            ]
        )
    return form.cleaned_data


def _answer(form, name, title, header, rows):
    if form == "csv":
        return csv_stream(name, header, rows)
    return xlsx_stream(name, title, header, rows)


def _minute(now):
    return timezone.localtime(now).strftime("%Y-%m-%d %H:%M")
