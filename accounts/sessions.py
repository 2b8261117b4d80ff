"""What the doors do to the session of a request: open, verify, close. Rows go through services."""

from datetime import datetime

from django.conf import settings
from django.contrib import auth
from django_otp import login as otp_login

from accounts import services
from accounts.lockout import client_ip
from accounts.selectors import has_authenticator

STARTED_AT = "account_started_at"
SEEN_AT = "account_seen_at"
FACTOR_DUE = "account_second_factor_due"


def open_session(request, user, *, now):
    """After the right password: a new session key, and the second factor when there is one."""
    auth.login(request, user)
    adopt_session(request, user, now=now)


def adopt_session(request, user, *, now):
    """Give a signed-in session its row and its clocks."""
    due = user.needs_second_factor or has_authenticator(user)
    request.session[STARTED_AT] = now.isoformat()
    request.session[SEEN_AT] = now.isoformat()
    request.session[FACTOR_DUE] = due
    services.begin_session(
        user=user,
        session_key=request.session.session_key,
        ip_address=client_ip(request),
        browser=request.headers.get("User-Agent", ""),
        now=now,
        second_factor_due=due,
    )


def mark_verified(request, device):
    """After the second factor: the key changes once more, so that a stolen early one is worthless."""
    old_key = request.session.session_key
    request.session.cycle_key()
    services.move_session(old_key=old_key, new_key=request.session.session_key)
    otp_login(request, device)
    request.session[FACTOR_DUE] = False


def close_session(request, *, why, now):
    user, key = request.user, request.session.session_key
    if user.is_authenticated and key:
        services.end_session(user=user, session_key=key, why=why, now=now)
    auth.logout(request)


def clock_of(request, name):
    """A clock kept in the session, or None when absent or not ours."""
    try:
        return datetime.fromisoformat(request.session[name])
    except (KeyError, TypeError, ValueError):
        return None


def is_verified(user):
    """Straight after the password the user is still bare of what django-otp adds to a request."""
    return getattr(user, "is_verified", bool)()


def second_factor_due(request):
    """Is this session one that has shown a password only, where more is needed?"""
    user = request.user
    if not user.is_authenticated or is_verified(user):
        return False
    return user.needs_second_factor or bool(request.session.get(FACTOR_DUE))


def second_factor_passed(request):
    """Verified, or a demonstration account on a demonstration site."""
    user = request.user
    return is_verified(user) or (user.is_demo and settings.DEMO)
