"""Everybody's pages: the list of needs, one need, one more voice for it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import show_reasons
from communities import acts, selectors
from communities.forms import SupportForm
from communities.forms_lists import NeedFilter
from communities.services import needs as services
from communities.views.shared import client_of, page_of, timeline
from core.refusals import Refused


@require_safe
def need_list(request):
    form = NeedFilter(request.GET, communities=list(selectors.communities_of()))
    form.is_valid()
    rows = selectors.filtered_needs(selectors.public_needs(), **form.cleaned_data)
    return render(
        request,
        "communities/needs.html",
        {"form": form, "page": page_of(request, rows), "is_filtered": bool(request.GET)},
    )


@require_safe
def need_page(request, number):
    need = selectors.public_need(number)
    today = timezone.localdate()
    open_acts = {act.key: act for act in acts.acts_open_to(request.user, need, today)}
    return render(
        request,
        "communities/need.html",
        {
            "need": need,
            "story": timeline(selectors.story_of(need)),
            "merged": selectors.merged_into(need),
            "proposals": need.uptakes.filter(released_at=None).order_by("pk"),
            "support": open_acts["support"],
            "may_answer": "answer" in open_acts,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def support(request, number):
    need = selectors.public_need(number)
    form = SupportForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.support_need(
                need_id=need.pk,
                phone=form.cleaned_data["phone"],
                client=client_of(request),
                actor=request.user if request.user.is_authenticated else None,
                now=timezone.now(),
            )
        except Refused as refused:
            show_reasons(form, refused)
            status = refused.status
        else:
            messages.success(request, _("已附议。这条需求多了一位支持的人。"))
            return redirect(need)
    return render(request, "communities/support.html", {"need": need, "form": form}, status=status)
