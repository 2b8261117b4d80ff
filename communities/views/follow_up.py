"""The author's own pages: number and code open them, ten minutes are for second thoughts."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import show_reasons
from communities import rules, selectors
from communities.forms import CorrectionForm, FollowUpForm
from communities.services import needs as services
from communities.views.shared import client_of, own_need, remember_own, timeline
from core.refusals import NotFound, Reason, Refused
from core.views import sent

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@get_or_post
def ask(request):
    """The QR code of the receipt fills the form in; the code is checked only when it is sent."""
    form = FollowUpForm(request.POST or None, initial=request.GET.dict())
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            need = services.open_follow_up(
                **form.cleaned_data, client=client_of(request), now=timezone.now()
            )
        except Refused as refused:
            show_reasons(form, refused)
            status = refused.status
        else:
            remember_own(request, need)
            return redirect("communities:followed", need.number)
    return render(request, "communities/follow_up.html", {"form": form}, status=status)


@never_cache
@require_safe
def followed(request, number):
    need = own_need(request, number)
    return render(
        request,
        "communities/followed.html",
        {
            "need": need,
            "story": timeline(selectors.story_of(need)),
            "merged": selectors.merged_into(need),
            "may_correct": need.status == "open"
            and rules.may_still_correct(need.created_at, timezone.now()),
            "until": need.created_at + rules.CORRECTION_TIME,
        },
    )


@never_cache
@require_safe
def photo(request, number):
    """The author's own photo, public or not."""
    need = own_need(request, number)
    if need.photo is None:
        raise NotFound(Reason("photo_not_there", _("这条需求没有照片。")))
    return sent(need.photo)


@never_cache
@get_or_post
def correct(request, number):
    need = own_need(request, number)
    contact = getattr(need, "contact", None)
    form = CorrectionForm(
        request.POST or None,
        request.FILES or None,
        has_photo=bool(need.photo_id),
        estates=selectors.estates_in(need.pool.community_id),
        initial={
            "category": need.category,
            "content": (contact and contact.content_as_typed) or need.content,
            "estate_name": need.estate.name if need.estate else "",
            "place_text": need.place_text,
            "beneficiaries": need.beneficiary_keys,
            "urgency": need.urgency,
        },
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            fields = dict(form.cleaned_data)
            upload = fields.pop("photo")
            services.correct_need(
                need_id=need.pk,
                query_code=need.query_code,
                photo=services.looked_at(upload) if upload else None,
                now=timezone.now(),
                **fields,
            )
        except Refused as refused:
            show_reasons(form, refused)
            status = refused.status
        else:
            messages.success(request, _("已更正。"))
            return redirect("communities:followed", need.number)
    return render(request, "communities/correct.html", {"need": need, "form": form}, status=status)


@never_cache
@get_or_post
def withdraw(request, number):
    need = own_need(request, number)
    if request.method == "POST":
        services.withdraw_need(need_id=need.pk, query_code=need.query_code, now=timezone.now())
        messages.success(request, _("需求已撤回，联系方式已删除。"))
        return redirect("communities:followed", need.number)
    return render(request, "communities/withdraw.html", {"need": need})
