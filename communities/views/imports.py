"""Pages of the import of needs: bring a table, read the trial run, confirm, watch, take the codes."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_reasons
from communities import need_sheets, rules, selectors
from communities.forms_imports import ImportForm
from communities.services import import_runs
from communities.views.shared import page_of
from core.exports import XLSX, xlsx_response
from core.refusals import Refused

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
# A worker that has said nothing for so long is gone; its work begins again when its lease ends.
SILENCE = timedelta(minutes=1)


@get_or_post
def need_imports(request):
    """The imports of this person, and the form for another one."""
    now = timezone.now()
    places = import_runs.importable(request.user, timezone.localdate(now))
    is_sent = request.method == "POST"
    sent = (request.POST, request.FILES) if is_sent else ()
    form = ImportForm(*sent, communities=places)
    status = 200
    if is_sent:
        status = 400
        if form.is_valid():
            try:
                run = import_runs.upload_needs(
                    upload=form.cleaned_data["file"],
                    community_id=form.cleaned_data.get("community"),
                    actor=request.user,
                    now=now,
                )
            except Refused as refused:
                show_reasons(form, refused)
                status = refused.status
            else:
                return redirect(run)
    return render(
        request,
        "communities/imports.html",
        {
            "form": form,
            "page": page_of(request, selectors.imports_of(request.user)),
            "columns": need_sheets.COLUMNS.values(),
            "most_rows": need_sheets.MAX_ROWS,
        },
        status=status,
    )


@require_safe
def need_import(request, pk):
    """One import. The part that changes is also sent alone, to the script that asks for it."""
    run = import_runs.own_run(pk, request.user)
    found = run.found
    silent = run.is_at_work and run.beat_at and timezone.now() - run.beat_at > SILENCE
    context = {
        "run": run,
        "found": found,
        "faults": page_of(request, found["faults"]),
        "is_silent": bool(silent),
    }
    only_state = request.htmx and not request.htmx.boosted
    name = "communities/_import_state.html" if only_state else "communities/import.html"
    return render(request, name, context)


@require_POST
def confirm(request, pk):
    import_runs.confirm_import(run_id=pk, actor=request.user, now=timezone.now())
    return redirect("communities:need_import", pk)


@require_POST
def cancel(request, pk):
    import_runs.cancel_import(run_id=pk, actor=request.user, now=timezone.now())
    messages.success(request, _("已放弃，没有写入任何需求。"))
    return redirect("communities:need_imports")


@require_POST
def codes(request, pk):
    """Numbers and query codes, to be passed on to the people on the paper forms."""
    rows = import_runs.take_codes(run_id=pk, actor=request.user, now=timezone.now())
    header = [_("表中行号"), _("来源编号"), _("需求编号"), _("查询码")]
    table = ((row, no, number, rules.spaced_code(code)) for row, no, number, code in rows)
    return xlsx_response(
        _("需求编号和查询码-%(pk)s") % {"pk": pk},
        _("查询码只交给提出需求的居民本人。"),
        header,
        table,
    )


@require_safe
def template_xlsx(request):
    places = import_runs.importable(request.user, timezone.localdate())
    return _template(need_sheets.template_xlsx(places), XLSX, "xlsx")


@require_safe
def template_csv(request):
    import_runs.importable(request.user, timezone.localdate())
    return _template(need_sheets.template_csv(), "text/csv; charset=utf-8", "csv")


def _template(data, mime, extension):
    response = HttpResponse(data, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="needs-template.{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
