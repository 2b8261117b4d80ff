"""Where to go after signing in: only to an address of this site."""

import re

from django.utils.http import url_has_allowed_host_and_scheme

# a backslash, a control character or white space: browsers read more into them than Python does
STRANGE = re.compile(r"[\\\x00-\x20\x7f-\x9f]")


def safe_next(request, default):
    """The `next` of the request when it is a path of this site, else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not wanted.startswith("/") or wanted.startswith("//") or STRANGE.search(wanted):
        return default
    if not url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return default
    return wanted
