"""Every address has a rule, and every rule an address."""

import pytest
from django.urls import URLPattern, get_resolver

from minsheng import access


def view_names(resolver=None, spaces=()):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join([*spaces, entry.name or f"<no name: {entry.pattern}>"])
        else:
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from view_names(entry, inner)


def test_every_view_has_a_rule():
    assert sorted({name for name in view_names() if not access.rule_for(name)}) == []


def test_every_rule_has_a_view():
    names = set(view_names())
    spaces = {":".join(name.split(":")[:depth]) + ":*" for name in names for depth in (1, 2)}
    assert sorted(set(access.RULES) - names - spaces) == []


def test_rules_are_of_the_four_kinds():
    kinds = {access.PUBLIC, access.SIGNED_IN, access.STAFF, access.ADMIN}
    assert set(access.RULES.values()) <= kinds


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("healthz", access.PUBLIC),
        ("admin:index", access.ADMIN),
        ("admin:core_ledgerrow_changelist", access.ADMIN),
        ("nobody:knows", None),
        ("unknown", None),
    ],
)
def test_the_nearest_rule_decides(name, rule):
    assert access.rule_for(name) == rule
