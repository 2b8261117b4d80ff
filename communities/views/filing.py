"""A need in three short screens, without an account and without scripts.

What was typed is kept in the session until it is sent, so that going back loses nothing.
"""

import secrets
from io import BytesIO
from urllib.parse import urlencode

import segno
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import show_reasons
from communities import rules, selectors
from communities.categories import BENEFICIARIES, CATEGORIES
from communities.forms import ContactForm, WhatForm, WhereForm
from communities.models import Community, Urgency
from communities.services import needs as services
from communities.views.shared import client_of, own_need, remember_own
from core.refusals import Refused

DRAFT = "need_draft"
# form token → number of the need it made, for a second press of the button
SENT = "need_sent"
COMMUNITY_COOKIE = "community"

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@get_or_post
def what(request):
    draft = _draft(request)
    form = _form(request, WhatForm, draft.get("what"))
    if request.method == "POST":
        _keep(request, draft, "what", form)
        if form.is_valid():
            return redirect("communities:need_new_where")
    return _screen(request, 1, form)


@never_cache
@get_or_post
def where(request):
    draft = _draft(request)
    if "what" not in draft:
        return redirect("communities:need_new")
    form = _form(request, WhereForm, draft.get("where"), initial=_home(request))
    if request.method == "POST":
        _keep(request, draft, "where", form)
        if "back" in request.POST:
            return redirect("communities:need_new")
        if form.is_valid():
            return redirect("communities:need_new_contact")
    return _screen(request, 2, form)


@never_cache
@get_or_post
def contact(request):
    draft = _draft(request)
    token = request.POST.get("form_token", "")
    if token and token in request.session.get(SENT, {}):
        return redirect("communities:need_receipt", request.session[SENT][token])
    parts = [WhatForm(draft.get("what")), WhereForm(draft.get("where"))]
    for part, screen in zip(parts, ("need_new", "need_new_where"), strict=True):
        if not part.is_valid():
            return redirect(f"communities:{screen}")
    draft.setdefault("token", secrets.token_urlsafe(32))
    form = _form(request, ContactForm, draft.get("contact"))
    status = 200
    if request.method == "POST":
        _keep(request, draft, "contact", form)
        if "back" in request.POST:
            return redirect("communities:need_new_where")
        if form.is_valid():
            try:
                return _send(request, draft, parts[0].cleaned_data, parts[1].cleaned_data, form)
            except Refused as refused:
                show_reasons(form, refused)
                status = refused.status
    request.session[DRAFT] = draft
    return _screen(
        request,
        3,
        form,
        status,
        token=draft["token"],
        summary=_summary(parts[0].cleaned_data, parts[1].cleaned_data),
    )


@never_cache
@require_safe
def receipt(request, number):
    need = own_need(request, number)
    return render(
        request,
        "communities/receipt.html",
        {
            "need": need,
            "code": rules.spaced_code(need.query_code),
            "follow_up": follow_up_path(need),
        },
    )


@never_cache
@require_safe
def receipt_qr(request, number):
    """The receipt's QR code; drawn here, so that the query code stands in no other address."""
    need = own_need(request, number)
    address = request.build_absolute_uri(follow_up_path(need))
    out = BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", scale=4, border=2, xmldecl=False, svgclass=None, lineclass=None
    )
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def follow_up_path(need):
    words = urlencode({"number": need.number, "query_code": need.query_code})
    return f"{reverse('communities:follow_up')}?{words}"


def _send(request, draft, what, where, form):
    need = services.file_need(
        community_id=where["community"],
        category=what["category"],
        content=what["content"],
        place_text=where["place_text"],
        beneficiaries=where["beneficiaries"],
        urgency=where["urgency"],
        **form.cleaned_data,
        # from the server's own draft: a copied page of another browser has another token
        form_token=draft["token"],
        client=client_of(request),
        actor=request.user if request.user.is_authenticated else None,
        now=timezone.now(),
    )
    remember_own(request, need)
    sent = request.session.get(SENT, {}) | {draft["token"]: need.number}
    request.session[SENT] = dict(list(sent.items())[-20:])
    del request.session[DRAFT]
    return redirect("communities:need_receipt", need.number)


def _draft(request):
    return dict(request.session.get(DRAFT, {}))


def _form(request, form_class, kept, initial=None):
    """Bound to what is sent now; else showing what was typed before."""
    if request.method == "POST":
        return form_class(request.POST)
    return form_class(initial=kept or initial)


def _keep(request, draft, part, form):
    """Store what was typed, right or wrong; only the form's own fields."""
    fields = {}
    for name, field in form.fields.items():
        value = field.widget.value_from_datadict(request.POST, {}, name)
        if value not in (None, ""):
            fields[name] = value
    draft[part] = fields
    request.session[DRAFT] = draft


def _home(request):
    """The community this browser chose on the front page, if it did."""
    code = request.COOKIES.get(COMMUNITY_COOKIE, "")
    home = Community.objects.filter(code=code).first() if code.isalnum() else None
    return {"community": home.pk if home else "", "urgency": Urgency.NORMAL}


def _summary(what, where):
    community = selectors.communities_of().get(pk=where["community"])
    return {
        "category": CATEGORIES[what["category"]].label,
        "content": what["content"],
        "community": f"{community.street.name} {community.name}",
        "place_text": where["place_text"],
        "beneficiaries": [BENEFICIARIES[key] for key in where["beneficiaries"]],
        "urgency": Urgency(where["urgency"]).label,
    }


def _screen(request, number, form, status=200, **context):
    return render(
        request,
        f"communities/file_{number}.html",
        {"form": form, "screen": number, **context},
        status=status,
    )
