"""The check page of frozen ledgers: for everybody who holds a paper. It tells no person's name."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.forms import add_refusal
from core.refusals import Refused
from deliberation.forms.documents import CompareForm, NumberForm
from deliberation.snapshots import compared, frozen, printing, recent_verdict


@require_safe
def ask(request):
    """A number is typed from paper; the page of the snapshot answers."""
    form = NumberForm(request.GET if "number" in request.GET else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            return redirect(
                "deliberation:ledger_checked", frozen(form.cleaned_data["number"]).number
            )
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    return render(request, "deliberation/ledger_check.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def checked(request, number):
    """What was frozen, and whether the rows still say so. A posted file is digested, never kept."""
    snapshot = frozen(number)
    form = CompareForm()
    answer, status = None, 200
    if request.method == "POST":
        form = CompareForm(request.POST, request.FILES)
        if form.is_valid():
            answer = compared(snapshot, form.cleaned_data["file"])
        else:
            status = 400
    context = {
        "snapshot": snapshot,
        "counts": [(one, snapshot.counts[one.number]) for one in snapshot.definitions],
        "verdict": recent_verdict(snapshot, now=timezone.now()),
        "printing": printing(snapshot),
        "form": form,
        "answer": answer,
    }
    return render(request, "deliberation/ledger_checked.html", context, status=status)
