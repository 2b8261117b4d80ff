"""Doors of the portal: public pages and the small services of the page frame."""

from io import BytesIO

import segno
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from portal import gallery as samples
from portal import selectors

YEAR = 365 * 24 * 3600
CARE_COOKIE = "care"
COMMUNITY_COOKIE = "community"


def _remember(response, name, value):
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


@require_safe
def home(request):
    chosen = request.GET.get("community")
    remembered = request.COOKIES.get(COMMUNITY_COOKIE, "")
    community = selectors.community_by_code(remembered if chosen is None else chosen)
    response = render(
        request,
        "portal/home.html",
        {
            "figures": selectors.programme_figures(),
            "steps": selectors.six_steps(timezone.localdate()),
            "streets": selectors.streets_with_communities(),
            "community": community,
            "needs": selectors.latest_needs(community),
            "notices": selectors.latest_notices(community),
            "proposals": selectors.latest_proposals(community),
        },
    )
    if chosen is not None:
        _remember(response, COMMUNITY_COOKIE, community.code if community else "")
    return response


@require_POST
def care_mode(request):
    """Large letters and one column, kept in a cookie; back to the page one came from."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = redirect(back)
    _remember(response, CARE_COOKIE, "1" if request.POST.get("on") == "1" else "0")
    return response


@require_safe
def qr(request):
    """The QR code of one of our own pages: never of another site's."""
    path = request.GET.get("path", "")
    if not path.startswith("/") or path.startswith("//") or "\\" in path or len(path) > 400:
        return HttpResponseBadRequest("path")
    out = BytesIO()
    segno.make(request.build_absolute_uri(path), error="m").save(
        out,
        kind="svg",
        scale=4,
        border=2,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        omitsize=True,
    )
    response = HttpResponse(out.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def gallery(request):
    """Every component with sample words, for those who build pages."""
    if not (settings.DEMO or settings.DEBUG or getattr(request.user, "is_staff", False)):
        raise Http404
    return render(request, "portal/gallery.html", samples.context(request))
