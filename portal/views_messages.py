"""Messages: what happened to the matters that concern the signed-in person."""

from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal import selectors, services

PAGE_SIZE = 30


@require_safe
def show(request):
    rows = selectors.messages_of(request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "unread": selectors.unread_of(request.user)}
    return render(request, "portal/messages.html", context)


@require_POST
def read(request):
    """Mark all of one's messages as read."""
    services.mark_read(actor=request.user, now=timezone.now())
    return redirect("portal:messages")
