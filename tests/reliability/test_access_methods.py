"""Every address × method × role at the outer door, and reading in every way and by everybody.

test_access_matrix.py looks for leaks between streets; here it is the rule of each address.
"""

import pytest
from django.test import Client

from core import access
from tests.reliability.addresses import views
from tests.reliability.digest import SESSION_TABLES, changed_tables, table_digests
from tests.reliability.people import everybody, signed_in

# the outer door asks no database anything that engines answer differently
pytestmark = [pytest.mark.django_db, pytest.mark.once]

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
# who passes the outer door of a rule; everybody else must be turned away by every method
STAFF = {
    "clerk",
    "party",
    "affairs",
    "reviewer",
    "officer",
    "auditor",
    "admin",
    "far_clerk",
    "founder",
}
PASSES = {
    access.SIGNED_IN: STAFF | {"resident", "agent", "member"},
    access.STAFF: STAFF,
    access.ADMIN: {"founder"},
}  # fmt: skip
ROLES = ("nobody", "agent", "clerk", "auditor", "admin", "founder")
TURNED_AWAY = {301, 302, 401, 403}


def closed_addresses(place):
    """(name, rule, address) of every address that is not for everybody, the admin's too."""
    for name, address in place.addresses():
        rule = access.rule_for(name)
        if rule != access.PUBLIC:
            yield name, rule, address
    for name, route, wanted in views():
        if name.startswith("admin:") and not wanted and "(" not in route:
            yield name, access.ADMIN, f"/{route}"


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_pass_is_turned_away_by_every_method(world, place, role, figure):
    user = everybody(world)[role]
    client, asked, let_in = signed_in(user), 0, []
    if user is None:
        client = Client(raise_request_exception=False)
    before = table_digests(without=SESSION_TABLES)
    for name, rule, address in closed_addresses(place):
        if role in PASSES[rule] or name in ("admin:login", "admin:logout", "admin:jsi18n"):
            continue
        for method in METHODS:
            answer = getattr(client, method)(address)
            asked += 1
            if answer.status_code not in TURNED_AWAY:
                let_in.append((name, method, answer.status_code))
    assert let_in == []
    assert changed_tables(before, table_digests(without=SESSION_TABLES)) == []
    figure(f"{asked} requests turned away")


@pytest.mark.parametrize("role", ["nobody", "clerk", "officer", "founder"])
def test_looking_in_any_way_writes_nothing_and_never_fails(world, place, role, figure):
    client, asked, faults = signed_in(everybody(world)[role]), 0, []
    before = table_digests(without=SESSION_TABLES)
    for name, address in place.addresses():
        for method in ("get", "head", "options"):
            answer = getattr(client, method)(address)
            asked += 1
            if answer.status_code >= 500:
                faults.append((name, method, answer.status_code))
            # close() would also end the connection to the database
            for close in answer._resource_closers:
                close()
    assert faults == []
    assert changed_tables(before, table_digests(without=SESSION_TABLES)) == []
    figure(f"{asked} requests, nothing written")
