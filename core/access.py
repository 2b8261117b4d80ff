"""The outer door: which view may be opened by whom. Default deny.

The table stands in the wiring package (settings.ACCESS_RULES names it), because only there are all
views known. Whether a person may do something at a place is answered by permissions and services.
"""

from functools import cache

from django.conf import settings
from django.urls import URLPattern, get_resolver
from django.utils.module_loading import import_string

PUBLIC = "public"
SIGNED_IN = "signed_in"
STAFF = "staff"
ADMIN = "admin"


@cache
def _rules(dotted_path):
    rules = import_string(dotted_path)
    unknown = sorted({*rules.values()} - {PUBLIC, SIGNED_IN, STAFF, ADMIN})
    if unknown:
        raise ValueError(f"{dotted_path} uses unknown rules: {', '.join(unknown)}")
    return rules


def rule_for(view_name):
    """The exact rule, else that of the nearest namespace ("admin:*"), else None."""
    rules = _rules(settings.ACCESS_RULES)
    space = view_name
    rule = rules.get(view_name)
    while rule is None and ":" in space:
        space = space.rsplit(":", 1)[0]
        rule = rules.get(f"{space}:*")
    return rule


def may_open(user, rule):
    """May this user pass the outer door? A second factor that is still due counts as a no."""
    if rule == PUBLIC:
        return True
    if rule not in (SIGNED_IN, STAFF, ADMIN) or not (user.is_authenticated and user.is_active):
        return False
    if rule == SIGNED_IN:
        return True
    works = user.is_staff if rule == ADMIN else user.works_for_office
    return bool(works) and second_factor_shown(user)


def second_factor_shown(user):
    if getattr(user, "is_demo", False) and settings.DEMO:
        return True
    # django-otp's middleware adds is_verified; without it nobody is.
    return bool(getattr(user, "is_verified", lambda: False)())


def all_view_names(resolver=None, space=""):
    """Every view name that the address table knows; its path in code where it has none."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or pattern.lookup_str}"
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from all_view_names(pattern, inner)


def views_without_rule():
    """For a test: names that nobody may open because the table forgot them."""
    return sorted({name for name in all_view_names() if rule_for(name) is None})
