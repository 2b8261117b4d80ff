"""Against guessing passwords, without giving strangers a way to lock somebody out.

Failures are counted per account *and* address, so that a stranger's guesses never stop the owner at
his own desk. After FREE_TRIES the wait doubles with each further failure. One address that fails
on many accounts waits as a whole, with a high limit: an office shares one address.
"""

from datetime import timedelta

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.shortcuts import render
from django.utils import timezone

from accounts.names import normalise_username

FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
# how long failures are remembered
MEMORY = timedelta(hours=24)
ADDRESS_TRIES = 100
ADDRESS_SPAN = timedelta(minutes=15)


def wait_after(failures):
    """1, 2, 4, … minutes from the fifth failure on, never more than half an hour."""
    if failures < FREE_TRIES:
        return timedelta(0)
    return min(FIRST_WAIT * 2 ** min(failures - FREE_TRIES, 10), LONGEST_WAIT)


def client_username(request, credentials=None):
    """One bucket per account: width and case of the letters do not buy a fresh one."""
    source = credentials if credentials else request.POST
    return normalise_username(source.get("username"))[:64]


def client_ip(request):
    """The address behind our own proxies; without any, headers of the client are not believed."""
    proxies = settings.TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and len(hops) >= proxies and hops[-proxies]:
        return hops[-proxies]
    return request.META.get("REMOTE_ADDR")


class GrowingDelay(AxesDatabaseHandler):
    """The database handler of django-axes, with a wait that grows instead of a fixed one."""

    def is_locked(self, request, credentials=None):
        return bool(self.locked_until(request, credentials))

    def locked_until(self, request, credentials=None):
        """The moment from which the next try is heard, or None."""
        at = getattr(request, "axes_attempt_time", None) or timezone.now()
        address = request.axes_ip_address
        pair = AccessAttempt.objects.filter(
            username=client_username(request, credentials),
            ip_address=address,
            attempt_time__gt=at - MEMORY,
        ).aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        ends = []
        if (pair["failures"] or 0) >= FREE_TRIES:
            ends.append(pair["last"] + wait_after(pair["failures"]))
        whole = AccessAttempt.objects.filter(
            ip_address=address, attempt_time__gt=at - ADDRESS_SPAN
        ).aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        if (whole["failures"] or 0) >= ADDRESS_TRIES:
            ends.append(whole["last"] + ADDRESS_SPAN)
        return max((end for end in ends if end > at), default=None)


def lockout_response(request, original_response=None, credentials=None):
    """Says how long and what to do; the same for accounts that do not exist."""
    until = GrowingDelay().locked_until(request, credentials)
    seconds = (until - timezone.now()).total_seconds() if until else 60
    response = render(
        request,
        "accounts/locked_out.html",
        {"minutes": max(1, -int(-seconds // 60)), "tries": FREE_TRIES},
        status=429,
    )
    response["Retry-After"] = str(max(1, int(seconds)))
    return response
