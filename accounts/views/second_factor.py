"""The second factor: setting it up, passing it, recovery codes."""

import base64
import io

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services
from accounts.forms import CodeForm, SixDigitsForm, show_reasons
from accounts.redirects import safe_next
from accounts.selectors import authenticator_to_confirm, has_authenticator, recovery_codes_left
from accounts.services.second_factor import VERIFY_FIRST
from accounts.sessions import mark_verified
from accounts.views.sign_in import onward
from core.refusals import BadInput, NotAllowed, Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request):
    if request.user.is_verified():
        return onward(request)
    if not has_authenticator(request.user):
        return redirect("accounts:set_up")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device = services.verify_second_factor(
                user=request.user,
                code=form.cleaned_data["code"],
                actor=request.user,
                now=timezone.now(),
            )
        except BadInput as refused:
            show_reasons(form, refused)
        else:
            mark_verified(request, device)
            left = recovery_codes_left(request.user)
            if left < 3:
                messages.warning(request, _("恢复码只剩 %(n)d 个，请尽快重新生成。") % {"n": left})
            return onward(request)
    return render(request, "accounts/verify.html", {"form": form, "next": safe_next(request, "")})


def _pending_device(request):
    """The authenticator being set up; hidden from a session that has yet to pass the old one."""
    if has_authenticator(request.user) and not request.user.is_verified():
        raise NotAllowed(VERIFY_FIRST)
    return authenticator_to_confirm(request.user)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request):
    """Two presses: begin (makes a key), then confirm with the first code."""
    who, now = request.user, timezone.now()
    device = _pending_device(request)
    form = SixDigitsForm()
    if request.method == "POST" and "begin" in request.POST:
        services.start_set_up(user=who, verified=who.is_verified(), actor=who, now=now)
        return redirect(request.get_full_path())
    if request.method == "POST":
        form = SixDigitsForm(request.POST)
        if form.is_valid():
            try:
                device, codes = services.confirm_set_up(
                    user=who,
                    code=form.cleaned_data["code"],
                    verified=who.is_verified(),
                    actor=who,
                    now=now,
                )
            except Refused as refused:
                show_reasons(form, refused)
            else:
                mark_verified(request, device)
                # shown in this answer only: not stored, not repeated on reload
                return render(
                    request,
                    "accounts/recovery_codes.html",
                    {"codes": codes, "next": safe_next(request, "/")},
                )
    return render(
        request,
        "accounts/set_up.html",
        {
            "form": form,
            "device": device,
            "secret": _in_fours(device) if device else "",
            "has_authenticator": has_authenticator(who),
            "next": safe_next(request, ""),
        },
    )


def _in_fours(device):
    """The key for typing by hand."""
    secret = base64.b32encode(device.bin_key).decode()
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


@never_cache
@require_safe
def set_up_qr(request):
    """The picture is a page of ours, so that the strict content policy needs no exception."""
    device = _pending_device(request)
    if device is None:
        raise Http404
    picture = io.BytesIO()
    segno.make(device.config_url, error="m", micro=False).save(
        picture, kind="svg", scale=5, border=4, xmldecl=True, svgclass=None, lineclass=None
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request):
    """Ten new codes, after a page that says that the old ones stop working."""
    who = request.user
    if request.method == "POST":
        codes = services.renew_recovery_codes(
            user=who, verified=who.is_verified(), actor=who, now=timezone.now()
        )
        return render(request, "accounts/recovery_codes.html", {"codes": codes, "next": ""})
    return render(request, "accounts/recovery_codes_renew.html", {"left": recovery_codes_left(who)})
