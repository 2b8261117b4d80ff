import json

import pytest
from django.test import Client

from core.api import CursorPagination, PageNumber
from tests.core import doors


@pytest.fixture(autouse=True)
def _own_addresses(settings, db):
    settings.ROOT_URLCONF = "tests.core.doors"
    settings.ACCESS_RULES = "tests.core.doors.RULES"


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def envelope(response):
    body = json.loads(response.content)
    assert set(body) == {"code", "message", "reasons"}
    for reason in body["reasons"]:
        assert set(reason) == {"code", "text", "rule", "remedy", "field"}
    return body


@pytest.mark.parametrize(
    ("what", "status", "code", "reason"),
    [
        ("conflict", 409, "conflict", "over_cap"),
        ("forbidden", 403, "not_allowed", "over_cap"),
        ("missing", 404, "not_found", "over_cap"),
        ("bad", 400, "bad_input", "over_cap"),
        ("fsm", 409, "conflict", "wrong_state"),
        ("stale", 409, "conflict", "changed_meanwhile"),
        ("protected", 409, "conflict", "still_in_use"),
        ("integrity", 409, "conflict", "clashes"),
        ("locked", 409, "conflict", "busy"),
        ("busy", 409, "conflict", "busy"),
        ("http404", 404, "not_found", "not_found"),
        ("denied", 403, "not_allowed", "permission_denied"),
        ("django", 400, "bad_input", "invalid"),
        ("throttled", 429, "throttled", "throttled"),
        ("anonymous", 401, "not_signed_in", "not_authenticated"),
        ("gone", 500, "server_error", "server_error"),
        ("bug", 500, "server_error", "server_error"),
    ],
)
def test_every_api_error_has_one_shape(client, what, status, code, reason):
    response = client.get(f"/api/v1/open/{what}/")
    body = envelope(response)
    assert (response.status_code, body["code"]) == (status, code)
    assert body["reasons"][0]["code"] == reason
    assert body["message"]


def test_a_refusal_keeps_rule_remedy_and_field(client):
    reason = envelope(client.get("/api/v1/open/conflict/"))["reasons"][0]
    assert reason == doors.OVER.as_dict()


def test_an_unknown_api_address_answers_in_the_envelope(client):
    response = client.get("/api/v1/nowhere/")
    assert response.status_code == 404
    assert envelope(response)["code"] == "not_found"


def test_headers_of_api_errors_are_kept(client):
    assert client.get("/api/v1/open/throttled/")["Retry-After"] == "4"
    assert "WWW-Authenticate" in client.get("/api/v1/members/")
    assert client.delete("/api/v1/open/bad/").status_code == 405


def post(client, body, what="x"):
    return client.post(f"/api/v1/open/{what}/", body, content_type="application/json")


def test_amounts_go_in_and_out_as_text(client, clerk):
    assert post(client, {"amount": "500,000.00"}).json() == {"amount_fen": 50_000_000}
    client.force_login(clerk)
    assert client.get("/api/v1/members/").json() == {"amount": "500000.00", "state": "draft"}


@pytest.mark.parametrize("amount", [500000, 1.5, True, "５００", "-1", "1e5", "", "1.005", "NaN"])
def test_amounts_that_are_no_plain_text_are_refused(client, amount):
    response = post(client, {"amount": amount})
    assert response.status_code == 400
    assert [r["field"] for r in envelope(response)["reasons"]] == ["amount"]


@pytest.mark.parametrize("count", ["１", "5.0", 5.0, True, "0x1", -1, [], None])
def test_whole_numbers_are_strict(client, count):
    reasons = envelope(post(client, {"amount": "1.00", "count": count}))["reasons"]
    assert [reason["field"] for reason in reasons] == ["count"]


@pytest.mark.parametrize("field", ["amount_fen", "state", "colour"])
def test_fields_that_may_not_be_written_are_refused(client, field):
    reasons = envelope(post(client, {"amount": "1.00", field: "x"}))["reasons"]
    assert [(r["field"], r["code"]) for r in reasons] == [(field, "unknown_field")]


def test_reasons_name_the_field_in_nested_input(client):
    body = {
        "amount": "1.00",
        "lines": [{"amount": "1.00"}, {"amount": "x"}, {"amount": "1", "z": 1}],
    }
    fields = [r["field"] for r in envelope(post(client, body))["reasons"]]
    assert fields == ["lines.1.amount", "lines.2.z"]


@pytest.mark.parametrize("body", ["[]", '"x"', "{", "null"])
def test_a_body_of_another_shape_is_refused(client, body):
    response = client.post("/api/v1/open/x/", body, content_type="application/json")
    assert response.status_code == 400
    envelope(response)


def test_an_endpoint_without_permission_is_open_to_nobody(client, clerk):
    clerk.is_superuser = True
    clerk.save()
    client.force_login(clerk)
    assert client.get("/api/v1/closed/").status_code == 403


def test_pages_of_lists_have_a_limit():
    assert (PageNumber.max_page_size, CursorPagination.max_page_size) == (100, 200)
