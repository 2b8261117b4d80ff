"""Two guards behind the session: how long it lives, and whether the second factor is still due.

They stand before every view, so that the site, Django admin and the API share one answer.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import rules, services
from accounts.selectors import has_authenticator
from accounts.sessions import (
    SEEN_AT,
    STARTED_AT,
    adopt_session,
    clock_of,
    close_session,
    second_factor_due,
)
from core import pages


def has_session(request):
    """Without asking the database: visitors without an account stay cacheable."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session


class SessionGuard:
    """Ends sessions that are too old, too quiet, or ended from elsewhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if has_session(request):
            self.guard(request, now=timezone.now())
        return self.get_response(request)

    def guard(self, request, *, now):
        user = request.user
        if not user.is_authenticated:
            # the account was disabled, or its password changed elsewhere
            request.session.flush()
            return
        started_at, seen_at = clock_of(request, STARTED_AT), clock_of(request, SEEN_AT)
        if started_at is None or seen_at is None:
            adopt_session(request, user, now=now)
            return
        if rules.session_is_over(
            started_at=started_at,
            seen_at=seen_at,
            now=now,
            works_for_office=user.works_for_office,
        ):
            self.end(request, now=now)
        elif now - seen_at >= rules.SEEN_EVERY:
            if services.mark_seen(session_key=request.session.session_key, user=user, now=now):
                request.session[SEEN_AT] = now.isoformat()
            else:
                self.end(request, now=now)

    def end(self, request, *, now):
        close_session(request, why="timeout", now=now)
        if not pages.wants_json(request):
            messages.info(request, _("为保护您的账户，登录已超时，请重新登录。"))


class SecondFactorGate:
    """Lets a session that has shown only a password go nowhere but to the second factor."""

    OPEN = {
        "healthz",
        "accounts:set_up",
        "accounts:set_up_qr",
        "accounts:sign_out",
        "accounts:verify",
        "portal:care_mode",
    }
    PASSWORD = {"accounts:password", "accounts:sign_out", "portal:care_mode", "healthz"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not has_session(request) or not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name
        if second_factor_due(request):
            if name in self.OPEN:
                return None
            known = has_authenticator(request.user)
            return self.turn_to(
                request,
                "accounts:verify" if known else "accounts:set_up",
                "second_factor_due",
                _("请先完成两步验证。"),
            )
        if name not in self.PASSWORD and rules.password_is_stale(
            changed_at=request.user.password_changed_at,
            now=timezone.now(),
            max_age_days=settings.PASSWORD_MAX_AGE_DAYS,
        ):
            return self.turn_to(
                request, "accounts:password", "password_stale", _("密码已到期，请先更改密码。")
            )
        return None

    def turn_to(self, request, name, code, words):
        if pages.wants_json(request):
            return pages.json_error(403, code, words)
        url = reverse(name)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=200, headers={"HX-Redirect": url})
        if request.method == "GET":
            url = f"{url}?{urlencode({'next': request.get_full_path()})}"
        return redirect(url)
