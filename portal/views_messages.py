"""Messages: what happened to the matters that concern the signed-in person; 抄送 without an act."""

from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from portal import desk, services
from portal.forms import CopiesFilter, ReadForm
from portal.selectors import unread_of

PAGE_SIZE = 30


@require_safe
def show(request):
    rows = desk.messages_of(request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "unread": unread_of(request.user)}
    return render(request, "portal/messages.html", context)


@require_safe
def copies(request):
    form = CopiesFilter(request.GET)
    form.is_valid()
    rows = desk.messages_of(request.user, copies=True, **form.cleaned_data)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "unread": desk.messages_of(request.user, copies=True, unread=True).count(),
        "is_narrowed": form.cleaned_data.get("unread"),
    }
    return render(request, "portal/desk_copies.html", context)


@require_POST
def read(request):
    """Mark one's messages as read: those named, those without an act, or all."""
    form = ReadForm(request.POST)
    if form.is_valid():
        services.mark_read(
            actor=request.user,
            now=timezone.now(),
            notification_ids=form.cleaned_data["ids"] or None,
            copies_only=form.cleaned_data["copies"],
        )
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("portal:messages")
    return redirect(back)
