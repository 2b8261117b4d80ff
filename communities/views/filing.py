"""A need in three short screens, without an account and without scripts.

What was typed is kept in the session until it is sent, so that going back loses nothing.
"""

import secrets
from io import BytesIO
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import show_reasons
from communities import rules, selectors
from communities.categories import BENEFICIARIES, CATEGORIES
from communities.forms import ContactForm, WhatForm, WhereForm, WhereScreenForm
from communities.models import Community, Urgency
from communities.services import needs as services
from communities.views.shared import client_of, own_need, picture, remember_own
from core.refusals import NotFound, Reason, Refused

DRAFT = "need_draft"
# form token → number of the need it made, for a second press of the button
SENT = "need_sent"
COMMUNITY_COOKIE = "community"
COOKIE_SECONDS = 365 * 86_400

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
    home = _home(request)
    kept = draft.get("where") or home
    chosen = request.POST.get("community") or kept.get("community")
    estates = selectors.estates_in(chosen)
    form = _form(request, WhereScreenForm, draft.get("where"), initial=home, estates=estates)
    status = 200
    if request.method == "POST":
        draft.setdefault("token", secrets.token_urlsafe(32))
        _keep(request, draft, "where", form)
        if "drop_photo" in request.POST:
            services.drop_draft_photo(form_token=draft["token"])
            return redirect("communities:need_new_where")
        status = _keep_photo(request, draft, form)
        if "back" in request.POST and status == 200:
            return redirect("communities:need_new")
        if form.is_valid():
            return _remembered(redirect("communities:need_new_contact"), form)
    has_photo = services.draft_photo(draft.get("token", ""), timezone.now()) is not None
    return _screen(request, 2, form, status, has_photo=has_photo)


def _remembered(response, form):
    """Next time the community is chosen already, and its estates are offered."""
    code = selectors.communities_of().values_list("code", flat=True)
    code = code.get(pk=form.cleaned_data["community"])
    response.set_cookie(
        COMMUNITY_COOKIE,
        code,
        max_age=COOKIE_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _keep_photo(request, draft, form):
    """The photo is kept also when something else of the screen is still wrong."""
    upload = request.FILES.get("photo")
    if upload is None or form.has_error("photo"):
        return 200
    try:
        services.keep_draft_photo(
            upload=upload, form_token=draft["token"], client=client_of(request), now=timezone.now()
        )
    except Refused as refused:
        show_reasons(form, refused)
        return refused.status
    return 200


@never_cache
@require_safe
def draft_photo(request):
    """The photo of the form this browser is filling in; nobody else can ask for it."""
    photo = services.draft_photo(_draft(request).get("token", ""), timezone.now())
    if photo is None:
        raise NotFound(Reason("photo_not_there", _("没有照片，或照片已过期。")))
    return picture(photo)


@never_cache
@get_or_post
def contact(request):
    draft = _draft(request)
    token = request.POST.get("form_token", "")
    if token and token in request.session.get(SENT, {}):
        return redirect("communities:need_receipt", request.session[SENT][token])
    parts, missing = _parts(draft)
    if missing:
        return redirect(missing)
    draft.setdefault("token", secrets.token_urlsafe(32))
    form = _form(request, ContactForm, draft.get("contact"))
    status = 200
    if request.method == "POST":
        _keep(request, draft, "contact", form)
        if "back" in request.POST:
            return redirect("communities:need_new_where")
        if form.is_valid():
            try:
                return _send(request, draft, *parts, form)
            except Refused as refused:
                show_reasons(form, refused)
                status = refused.status
    request.session[DRAFT] = draft
    return _third(request, draft, parts, form, status)


@never_cache
@require_POST
def join(request, number):
    """“我也需要” before sending: one more voice for a need that is there, instead of a second one."""
    draft = _draft(request)
    parts, missing = _parts(draft)
    if missing:
        return redirect(missing)
    need = selectors.public_need(number)
    try:
        services.support_need(
            need_id=need.pk,
            client=client_of(request),
            actor=request.user if request.user.is_authenticated else None,
            now=timezone.now(),
        )
    except Refused as refused:
        form = ContactForm(draft.get("contact", {}))
        show_reasons(form, refused)
        return _third(request, draft, parts, form, refused.status)
    services.drop_draft_photo(form_token=draft.get("token", ""))
    del request.session[DRAFT]
    messages.success(request, _("谢谢！已经为这条需求加上您的一票，不用再提一条。"))
    return redirect(need)


def _parts(draft):
    """What the first two screens say, or the name of the screen that is not done."""
    parts = [WhatForm(draft.get("what")), WhereForm(draft.get("where"))]
    for part, screen in zip(parts, ("need_new", "need_new_where"), strict=True):
        if not part.is_valid():
            return None, f"communities:{screen}"
    return [part.cleaned_data for part in parts], ""


def _third(request, draft, parts, form, status):
    what, where = parts
    now = timezone.now()
    community = selectors.communities_of().get(pk=where["community"])
    return _screen(
        request,
        3,
        form,
        status,
        token=draft.get("token", ""),
        summary=_summary(what, where, community),
        has_photo=services.draft_photo(draft.get("token", ""), now) is not None,
        similar=selectors.similar_needs(
            what["content"], community, now, at_least=rules.similar_score()
        ),
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
        estate_name=where["estate_name"],
        place_text=where["place_text"],
        photo=services.draft_photo(draft["token"], timezone.now()),
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


def _form(request, form_class, kept, initial=None, **options):
    """Bound to what is sent now; else showing what was typed before."""
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **options)
    return form_class(initial=kept or initial, **options)


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
    """The community this browser chose last time, if it did."""
    code = request.COOKIES.get(COMMUNITY_COOKIE, "")
    home = Community.objects.filter(code=code).first() if code.isalnum() else None
    return {"community": home.pk if home else "", "urgency": Urgency.NORMAL}


def _summary(what, where, community):
    return {
        "category": CATEGORIES[what["category"]].label,
        "content": what["content"],
        "community": f"{community.street.name} {community.name}",
        "place": f"{where['estate_name']} {where['place_text']}".strip(),
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
