"""The desk of those who collect and answer needs; everything within their own places."""

import secrets

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import show_reasons
from communities import acts, permissions, rules, selectors
from communities.desk import QUEUES, counts_of, desk_needs
from communities.files import NEED_FORM
from communities.forms import (
    AnswerForm,
    CloseForm,
    OnBehalfForm,
    PurposeForm,
    ReasonForm,
)
from communities.forms_lists import DeskFilter
from communities.models import Channel
from communities.round_selectors import rounds_to_key_in
from communities.services import needs as services
from communities.views.shared import act_page, page_of, timeline
from core.files import take_in
from core.refusals import NotAllowed, Reason, Refused

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def desk(request):
    today = timezone.localdate()
    scope = permissions.scope_of(request.user, today)
    places = [place for place in selectors.communities_of() if scope.covers(place)]
    form = DeskFilter(request.GET, communities=places)
    form.is_valid()
    now, mine = timezone.now(), selectors.needs_for(request.user, today)
    rows = desk_needs(mine, now, **form.cleaned_data)
    counts = counts_of(mine, now)
    return render(
        request,
        "communities/desk.html",
        {
            "form": form,
            "page": page_of(request, rows),
            "queue": QUEUES.get(form.cleaned_data.get("queue", "")),
            "queues": [(one, counts[one.key]) for one in QUEUES.values()],
            "today": today,
            "may_file": any(
                permissions.may_file_on_behalf(request.user, today, place) is None
                for place in places
            ),
            "may_import": any(
                permissions.may_import_needs(request.user, today, place) is None for place in places
            ),
        },
    )


@require_safe
def desk_need(request, number):
    today = timezone.localdate()
    need = selectors.need_for(request.user, number, today)
    contact = getattr(need, "contact", None)
    return render(
        request,
        "communities/desk_need.html",
        {
            "need": need,
            "acts": [act for act in acts.acts_open_to(request.user, need, today) if act.is_staff],
            "story": timeline(need.changes.order_by("at", "pk")),
            "merged": selectors.merged_into(need),
            "contact": contact if contact and (contact.name or contact.phone) else None,
            "may_see_contact": permissions.may_see_contact(request.user, today, need.community)
            is None,
        },
    )


@get_or_post
def on_behalf(request):
    today = timezone.localdate()
    places = selectors.communities_for(request.user, today)
    if not places:
        raise NotAllowed(
            Reason(
                "not_need_clerk",
                _("代为登记需求只由居委会、工作站或街道民生事务部的经办人办理。"),
            )
        )
    rounds = list(rounds_to_key_in(places, today))
    from_round = [one for one in rounds if one.number == request.GET.get("round")]
    initial = {
        "community": from_round[0].pool.community_id if from_round else places[0].pk,
        "round": from_round[0].pk if from_round else None,
        "channel": Channel.QUESTIONNAIRE,
        "collected_on": today,
        "form_token": secrets.token_urlsafe(32),
    }
    known = selectors.estates_of().filter(community__in=places) if len(places) <= 20 else ()
    form = OnBehalfForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        communities=places,
        estates=known,
        rounds=rounds,
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            need = _file_on_behalf(request, dict(form.cleaned_data))
        except Refused as refused:
            show_reasons(form, refused)
            status = refused.status
        else:
            messages.success(
                request,
                _("已登记 %(number)s，查询码 %(code)s，请抄给居民。")
                % {"number": need.number, "code": rules.spaced_code(need.query_code)},
            )
            return redirect("communities:desk_need", need.number)
    return render(request, "communities/on_behalf.html", {"form": form}, status=status)


def _file_on_behalf(request, fields):
    now = timezone.now()
    upload = fields.pop("form_scan")
    scan = take_in(upload, actor=request.user, at=now, purpose=NEED_FORM) if upload else None
    return services.file_need(
        community_id=fields.pop("community"),
        questionnaire_count=fields.pop("questionnaire_count") or 0,
        round_id=fields.pop("round"),
        **fields,
        on_behalf=True,
        form_scan=scan,
        actor=request.user,
        now=now,
    )


@get_or_post
def answer(request, number):
    def act(need, fields):
        services.answer_need(need_id=need.pk, **fields, actor=request.user, now=timezone.now())

    return act_page(request, number, AnswerForm, act, _("答复这条需求"), _("发布答复"))


@get_or_post
def close(request, number):
    def act(need, fields):
        services.close_need(need_id=need.pk, **fields, actor=request.user, now=timezone.now())

    return act_page(request, number, CloseForm, act, _("办结这条需求"), _("办结"), danger=True)


@get_or_post
def reopen(request, number):
    def act(need, fields):
        services.reopen_need(need_id=need.pk, **fields, actor=request.user, now=timezone.now())

    return act_page(request, number, ReasonForm, act, _("重新开放这条需求"), _("重新开放"))


@get_or_post
def contact(request, number):
    """The full phone number, after saying what for; shown once, kept by no cache."""
    need = selectors.need_for(request.user, number, timezone.localdate())
    form = PurposeForm(request.POST or None)
    status, shown = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            shown = services.reveal_contact(
                need_id=need.pk,
                purpose=form.cleaned_data["purpose"],
                actor=request.user,
                now=timezone.now(),
            )
        except Refused as refused:
            show_reasons(form, refused)
            status = refused.status
    context = {"need": need, "form": form, "contact": shown}
    return render(request, "communities/contact.html", context, status=status)
