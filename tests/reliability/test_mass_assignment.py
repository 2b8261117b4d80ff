"""No field of a table can be written by naming it: every writable endpoint refuses every other name.

The names each endpoint knows are read from its OpenAPI schema, the names tried from the models.
"""

import re

import pytest
from django.apps import apps
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser

from core.api import StrictInput
from tests.reliability.addresses import views
from tests.reliability.digest import SESSION_TABLES, changed_tables, table_digests
from tests.reliability.people import signed_in

OWN = ("core", "accounts", "communities", "projects", "deliberation", "portal")
METHODS = ("post", "put", "patch", "delete")
EXTRA = {"status", "maker", "actor", "now", "amount", "amount_paid", "is_staff", "is_superuser",
         "matter_id", "allowed", "next_acts"}  # fmt: skip


def model_words():
    """Every column of every own table, under both its names.

    Not "detail": in DRF's errors that key means the whole form.
    """
    words = EXTRA | {
        name
        for model in apps.get_models()
        if model._meta.app_label in OWN
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }
    return words - {"detail"}


def bare(route):
    """A route without the names of its arguments: "/api/v1/needs/{}/"."""
    return re.sub(r"<[^>]+>|\{[^}]+\}", "{}", route if route.startswith("/") else f"/{route}")


def known_words():
    """(bare route, method) → the names that its request may carry."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found = {}
    for route, operations in schema["paths"].items():
        for method, operation in operations.items():
            content = (
                operation.get("requestBody", {}).get("content", {}) if method in METHODS else {}
            )
            names = set()
            for media in content.values():
                part = media["schema"]
                reference = part.get("$ref", "").rsplit("/", 1)[-1]
                part = schema["components"]["schemas"].get(reference, part)
                names |= set(part.get("properties", {}))
            found[bare(route), method] = names
    return found


@pytest.fixture
def clerk(world):
    return signed_in(world.home.clerk)


def writable(place):
    """(name, route, address, method) of each endpoint that takes anything."""
    routes = {name: route for name, route, _args in views()}
    seen = set()
    for name, address in place.addresses():
        if not name.startswith("api:") or name in seen:
            continue
        seen.add(name)
        view = resolve(address).func
        handler = getattr(view, "cls", None) or getattr(view, "view_class", None)
        for method in METHODS:
            if hasattr(handler, method):
                yield name, bare(routes[name]), address, method


def send(client, method, address, body):
    """As JSON, or as a form where an endpoint takes a file and reads nothing else."""
    parsers = resolve(address).func.cls.parser_classes
    if MultiPartParser in parsers and JSONParser not in parsers:
        return getattr(client, method)(address, body)
    return getattr(client, method)(address, body, content_type="application/json")


def taken_silently(client, place):
    """(endpoint, names) that were not refused by name, and the endpoints and names tried."""
    words, known, silent, asked, tried = model_words(), known_words(), [], set(), 0
    for name, route, address, method in writable(place):
        if method == "delete":
            continue
        foreign = words - known[route, method]
        answer = send(client, method, address, dict.fromkeys(foreign, "1"))
        if answer.status_code in (401, 403, 404):
            continue
        tried += len(foreign)
        asked.add(name)
        said = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
        named = {reason["field"] for reason in said.get("reasons", [])}
        if answer.status_code != 400 or not foreign <= named:
            silent.append((name, method, answer.status_code, sorted(foreign - named)[:5]))
    return silent, asked, tried


def test_every_name_that_is_not_asked_for_is_refused_by_name(clerk, place, figure):
    before = table_digests(without=SESSION_TABLES)
    silent, asked, tried = taken_silently(clerk, place)
    assert silent == []
    assert changed_tables(before, table_digests(without=SESSION_TABLES)) == []
    assert len(asked) > 30
    figure(f"{len(asked)} writable endpoints, {tried} foreign names, 0 taken")


def test_a_state_can_be_put_or_patched_nowhere(clerk, place, figure):
    before = table_digests(without=SESSION_TABLES)
    told, sent = [], 0
    for name, address in place.addresses():
        if not name.startswith("api:"):
            continue
        for method in ("put", "patch", "post"):
            for body in (
                {"state": "established"},
                {"id": 1, "state": "established", "amount_fen": 1},
            ):
                answer = getattr(clerk, method)(address, body, content_type="application/json")
                sent += 1
                if answer.status_code not in (400, 403, 404, 405, 415):
                    told.append((name, method, answer.status_code))
    assert told == []
    assert changed_tables(before, table_digests(without=SESSION_TABLES)) == []
    figure(f"{sent} requests, none taken")


def test_control_an_endpoint_that_ignores_what_it_does_not_know_is_found(clerk, place, monkeypatch):
    monkeypatch.setattr(StrictInput, "to_internal_value", serializers.Serializer.to_internal_value)
    silent, _asked, _tried = taken_silently(clerk, place)
    assert silent
