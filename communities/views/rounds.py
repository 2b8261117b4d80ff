"""Pages of the rounds of questionnaires: the desk's, and what everybody may read."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import show_reasons
from communities import permissions, round_acts, selectors
from communities import round_selectors as rows_of
from communities.files import ROUND_SHEET
from communities.forms_rounds import (
    MORE_ROWS,
    CancelRoundForm,
    CloseRoundForm,
    CorrectRoundForm,
    FiguresForm,
    PublicRoundFilter,
    RoundFilter,
    RoundForm,
)
from communities.services import rounds as services
from communities.views.shared import page_of, timeline
from core.files import take_in
from core.refusals import NotAllowed, Reason, Refused

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def round_list(request):
    form = PublicRoundFilter(request.GET, communities=list(selectors.communities_of()))
    form.is_valid()
    rows = rows_of.filtered_rounds(rows_of.public_rounds(), **form.cleaned_data)
    context = {"form": form, "page": page_of(request, rows), "is_filtered": bool(request.GET)}
    return render(request, "communities/rounds.html", context)


@require_safe
def round_page(request, number):
    one = rows_of.public_round(number)
    return render(
        request,
        "communities/round.html",
        {
            "round": one,
            "bars": rows_of.bars_of(one),
            "story": timeline(one.changes_in_order),
            "needs": rows_of.needs_of(one),
            "may_keep": permissions.may_keep_rounds(
                request.user, timezone.localdate(), one.community
            )
            is None,
        },
    )


@require_safe
def desk(request):
    today = timezone.localdate()
    scope = permissions.scope_of(request.user, today)
    places = [place for place in selectors.communities_of() if scope.covers(place)]
    form = RoundFilter(request.GET, communities=places)
    form.is_valid()
    rows = rows_of.filtered_rounds(rows_of.rounds_for(request.user, today), **form.cleaned_data)
    return render(
        request,
        "communities/round_desk.html",
        {
            "form": form,
            "page": page_of(request, rows),
            "is_filtered": bool(request.GET),
            "may_open": any(
                permissions.may_keep_rounds(request.user, today, place) is None for place in places
            ),
        },
    )


@require_safe
def desk_round(request, number):
    today = timezone.localdate()
    one = rows_of.round_for(request.user, number, today)
    return render(
        request,
        "communities/desk_round.html",
        {
            "round": one,
            "acts": round_acts.acts_open_to(request.user, one, today),
            "bars": rows_of.bars_of(one),
            "story": timeline(one.changes.order_by("pk")),
            "needs": rows_of.needs_of(one),
            "may_keep": permissions.may_keep_rounds(request.user, today, one.community) is None,
        },
    )


@get_or_post
def new(request):
    today = timezone.localdate()
    places = selectors.communities_for(request.user, today)
    if not places:
        raise NotAllowed(
            Reason(
                "not_round_keeper",
                _("问需轮次只由居委会、工作站或街道民生事务部的经办人登记。"),
                remedy=_("请联系社区居委会或工作站经办人。"),
            )
        )
    initial = {"community": places[0].pk, "opened_on": today, "method": "paper"}
    form = RoundForm(request.POST or None, initial=initial, communities=places)
    status = 200
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            one = services.open_round(
                community_id=fields.pop("community"),
                **fields,
                actor=request.user,
                now=timezone.now(),
            )
        except Refused as refused:
            show_reasons(form, refused)
            status = refused.status
        else:
            messages.success(
                request, _("已登记 %(number)s，可以发放问需表。") % {"number": one.number}
            )
            return redirect("communities:desk_round", one.number)
    return render(request, "communities/round_new.html", {"form": form}, status=status)


def _act_page(request, number, key, make_form, perform, template, done, **context):
    """One act on one round: ask, do, say so, and back to the round."""
    one = rows_of.round_for(request.user, number, timezone.localdate())
    if request.method != "POST":
        round_acts.check(key, one, request.user, timezone.localdate())
    data = _with_more_rows(request.POST) if "more" in request.POST else request.POST or None
    form = make_form(one, data, request.FILES or None)
    status = 200
    if "more" in request.POST:
        form.is_valid()
        form.errors.clear()
        form.lines.forgive()
    elif request.method == "POST" and form.is_valid():
        try:
            perform(one, form)
        except Refused as refused:
            show_reasons(form, refused)
            status = refused.status
        else:
            messages.success(request, done)
            return redirect("communities:desk_round", one.number)
    words = {
        "round": one,
        "form": form,
        "title": round_acts.ACTS[key].label,
        "back": reverse("communities:desk_round", args=[one.number]),
    }
    return render(request, template, words | context, status=status)


def _with_more_rows(posted):
    """The form as typed, with more empty rows for the summary."""
    data = posted.copy()
    rows = data.get("lines-TOTAL_FORMS", "0")
    data["lines-TOTAL_FORMS"] = str(int(rows) + MORE_ROWS) if rows.isdecimal() else str(MORE_ROWS)
    return data


def _sheet(request, one, key, upload):
    """The scan of the summary sheet, kept only when the act itself is open to this person."""
    now = timezone.now()
    if not upload:
        return None
    round_acts.check(key, one, request.user, timezone.localdate(now))
    return take_in(upload, actor=request.user, at=now, purpose=ROUND_SHEET)


@get_or_post
def tally(request, number):
    def perform(one, form):
        services.enter_tally(
            round_id=one.pk, **form.words(), actor=request.user, now=timezone.now()
        )

    return _act_page(
        request, number, "tally", lambda one, data, files: FiguresForm(data, files, one=one),
        perform, "communities/round_tally.html", _("已保存。收表结束前可以再改。"),
    )  # fmt: skip


@get_or_post
def correct(request, number):
    def perform(one, form):
        words = form.words()
        sheet = _sheet(request, one, "correct", words.pop("summary_sheet"))
        services.correct_round(
            round_id=one.pk, **words, summary_sheet=sheet, actor=request.user, now=timezone.now()
        )

    return _act_page(
        request, number, "correct", lambda one, data, files: CorrectRoundForm(data, files, one=one),
        perform, "communities/round_tally.html", _("已更正，更正前的数据和理由保留在办理记录中。"),
    )  # fmt: skip


@get_or_post
def close(request, number):
    def perform(one, form):
        fields = dict(form.cleaned_data)
        sheet = _sheet(request, one, "close", fields.pop("summary_sheet"))
        services.close_round(
            round_id=one.pk, **fields, summary_sheet=sheet, actor=request.user, now=timezone.now()
        )

    return _act_page(
        request, number, "close",
        lambda one, data, files: CloseRoundForm(data, files, initial={"seen": one.version}),
        perform, "communities/round_close.html", _("已结束收表，数据固定并公开，申报项目可以引用。"),
    )  # fmt: skip


@get_or_post
def cancel(request, number):
    def perform(one, form):
        services.cancel_round(
            round_id=one.pk, **form.cleaned_data, actor=request.user, now=timezone.now()
        )

    return _act_page(
        request, number, "cancel", lambda one, data, files: CancelRoundForm(data), perform,
        "communities/round_close.html", _("已取消，编号保留。"), danger=True,
    )  # fmt: skip
