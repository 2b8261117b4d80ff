"""The six steps through the API alone, and its refusals in the one envelope."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from communities.services.needs import file_need
from deliberation.acts import ACTS
from deliberation.choices import State
from deliberation.models import Matter
from projects.selectors import positive_list, rule_set_in_force


class Caller:
    """An integrator who speaks for whoever is named, at the walk's own time."""

    def __init__(self, time_machine):
        self.client = APIClient()
        self.clock = time_machine

    def get(self, path, user=None):
        self.client.force_authenticate(user)
        return self.client.get(f"/api/v1/{path}")

    def post(self, path, user=None, **body):
        self.client.force_authenticate(user)
        return self.client.post(f"/api/v1/{path}", body, format="json")


@pytest.fixture
def clock(monkeypatch, now):
    """The door's clock: reads `clock.now`, which tests move."""

    class Clock:
        def __init__(self):
            self.now = now

        def __call__(self):
            return self.now

        def days(self, n):
            self.now += timedelta(days=n)

    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


@pytest.fixture
def call(clock):
    return Caller(clock)


def ok(response, status=200):
    assert response.status_code == status, response.content.decode()
    return json.loads(response.content)


def draft_body(world, now, **changes):
    rule_set = rule_set_in_force(now.date())
    item = positive_list(rule_set=rule_set, type="service").first()
    return {
        "community": world.home.community.code,
        "type": "service",
        "title": "夕阳红长者关爱",
        "summary": "为长者献花、陪伴与健康讲座。",
        "positive_item": item.pk,
        "applicant_kind": "organisation",
        "organisation": world.home.organisation.pk,
        "exclusions_declared": True,
        "lines": [{"name": "活动经费", "quantity": 4, "unit": "场", "unit_price": "12500.00"}],
    } | changes


def test_a_service_is_established_through_the_api_alone(world, call, clock):
    home, street = world.home, world.home.street
    need = file_need(
        community_id=home.community.pk, category="care", content="希望有长者活动", actor=None,
        now=clock.now,
    )  # fmt: skip
    matter = ok(call.post("proposals/", home.agent, **draft_body(world, clock.now)), 201)
    assert matter["amount"] == "50000.00" and matter["state"] == "draft"
    at = f"proposals/{matter['id']}/"
    ok(call.post(at + "file_evidence/", home.clerk, needs=[need.number], questionnaire_count=60,
                 people_count=90, summary="问需表汇总"))  # fmt: skip
    declared = ok(call.post(at + "declare/", home.agent))
    assert declared["number"].endswith("-2017-001")
    clock.days(1)
    ok(call.post(
        at + "record_review/", home.clerk, held_on=clock.now.date().isoformat(), fit="fits",
        fit_reason="需求库有同类需求", conclusion="pass",
        attendees=[{"person": home.party.person_id, "capacity": "party"},
                   {"person": home.signer.person_id, "capacity": "committee"}],
    ))  # fmt: skip
    ok(call.post(at + "sign_review/", home.party))
    assert ok(call.post(at + "sign_review/", home.signer))["state"] == "reviewed"
    meeting = ok(call.post(
        "meetings/", home.clerk, community=home.community.code, place="会议室",
        starts_at=(clock.now + timedelta(days=4)).isoformat(), announced_places="宣传栏",
        items=[{"matter": matter["id"], "presenter": "经办人"}],
    ), 201)  # fmt: skip
    clock.days(4)
    present = [person.pk for person in home.members[:10]]
    ok(call.post(f"meetings/{meeting['id']}/open_meeting/", home.clerk, present=present,
                 chair=present[0], recorder=home.clerk.person_id))  # fmt: skip
    item = meeting["items"][0]["id"]
    voted = ok(call.post(f"agenda-items/{item}/vote/", home.clerk, method="hands", yes=8, no=1,
                         abstain=1, tellers="二人"))  # fmt: skip
    assert voted["items"][0]["result"] == "carried"
    ok(call.post(f"meetings/{meeting['id']}/close_meeting/", home.clerk, minutes="纪要"))
    ok(call.post(at + "post_notice/", home.clerk, places="宣传栏", contact_name="居委会",
                 contact_phone="0755-25550000", contact_address="居委会"))  # fmt: skip
    early = call.post(at + "conclude_notice/", home.clerk)
    assert early.status_code == 409
    assert early.json()["reasons"][0]["code"] == "notice_running"
    clock.days(6)
    ok(call.post(at + "conclude_notice/", home.clerk))
    ok(call.post(at + "submit_for_decision/", street.affairs))
    done = ok(call.post(at + "establish/", street.approver, forum="党工委会议"))
    assert done["state"] == "established"
    assert [step["state"] for step in done["steps"]] == ["done"] * 6


def test_next_acts_agree_with_what_the_service_does(world, walk, call, clock):
    done = walk().to(State.DECLARED)
    clock.now = done.now
    seen = ok(call.get(f"proposals/{done.pk}/", world.home.clerk))["next_acts"]
    by_key = {act["key"]: act for act in seen}
    assert by_key["record_review"]["allowed"]
    assert by_key["record_review"]["href"] == reverse(
        "api:deliberation:record_review", args=[done.pk]
    )
    assert not by_key["establish"]["allowed"]
    codes = {reason["code"] for reason in by_key["establish"]["reasons"]}
    refused = call.post(f"proposals/{done.pk}/establish/", world.home.clerk, forum="x")
    assert refused.status_code == 403
    assert {reason["code"] for reason in refused.json()["reasons"]} <= codes


@pytest.mark.parametrize(
    "field, value",
    [("state", "established"), ("amount_fen", 1), ("number", "X"), ("is_imported", True)],
)
def test_fields_that_may_not_be_written_are_refused_by_name(world, call, clock, field, value):
    body = draft_body(world, clock.now) | {field: value}
    refused = call.post("proposals/", world.home.agent, **body)
    assert refused.status_code == 400
    assert {reason["field"] for reason in refused.json()["reasons"]} == {field}
    assert not Matter.objects.exists()


@pytest.mark.parametrize("amount", [12500, 12500.0, "1.005", "-1.00", "１００.00", "NaN", "1e5"])
def test_money_comes_as_text_with_two_decimals_or_not_at_all(world, call, clock, amount):
    body = draft_body(world, clock.now)
    body["lines"][0]["unit_price"] = amount
    refused = call.post("proposals/", world.home.agent, **body)
    assert refused.status_code == 400
    assert refused.json()["reasons"][0]["field"].startswith("lines")


def test_a_draft_does_not_exist_for_strangers(world, walk, call, clock):
    done = walk().to(State.SOLICITED)
    clock.now = done.now
    assert call.get(f"proposals/{done.pk}/").status_code == 404
    assert call.get(f"proposals/{done.pk}/", world.far.clerk).status_code == 404
    assert call.post(f"proposals/{done.pk}/declare/", world.far.agent).status_code == 404
    assert call.get(f"proposals/{done.pk}/", world.home.clerk).status_code == 200


def test_an_objection_keeps_its_author_from_everybody_but_the_staff(world, walk, call, clock):
    done = walk().to(State.RESOLVED).post()
    clock.now = done.now + timedelta(days=1)
    filed = ok(
        call.post(f"notices/{done.notice.pk}/objections/", content="太吵", name="丁大明",
                  phone="13912345678", request_id="r-1"), 201
    )  # fmt: skip
    again = ok(
        call.post(f"notices/{done.notice.pk}/objections/", content="太吵", name="丁大明",
                  phone="13912345678", request_id="r-1"), 201
    )  # fmt: skip
    assert filed["number"] == again["number"]
    followed = ok(call.post("objections/follow-up/", code=filed["receipt_code"]))
    for answer in (filed, followed, ok(call.get(f"proposals/{done.pk}/"))):
        text = json.dumps(answer, ensure_ascii=False)
        assert "丁大明" not in text and "13912345678" not in text


def test_ledgers_and_envelopes_show_ones_own_places_only(world, walk, call, clock):
    done = walk().to(State.ESTABLISHED)
    clock.now = done.now
    assert call.get("ledgers/6/").status_code in (401, 403)
    assert call.get("ledgers/6/", world.home.resident).status_code == 403
    assert ok(call.get("ledgers/6/", world.far.clerk))["count"] == 0
    assert ok(call.get("ledgers/6/", world.home.clerk))["count"] == 2
    assert ok(call.get("envelopes/", world.far.clerk))["count"] == 0
    assert ok(call.get("envelopes/", world.home.clerk))["results"][0]["reserved"] == "50000.00"


def queries_of(path):
    with CaptureQueriesContext(connection) as seen:
        ok(APIClient().get(f"/api/v1/{path}"))
    return len(seen)


def test_the_list_costs_the_same_whatever_its_length(walk, clock):
    walk().to(State.DECLARED)
    before = queries_of("proposals/")
    for _n in range(4):
        walk().to(State.DECLARED)
    assert queries_of("proposals/") == before <= 4


def test_the_schema_has_no_warnings_and_names_every_act(db):
    text = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=text)
    for key in ACTS:
        assert f"operationId: {key}\n" in text.getvalue(), key


def test_filters_are_a_closed_list(call, db):
    assert call.get("proposals/?state=declared").status_code == 200
    assert call.get("proposals/?proposal__applicant__phone=1").status_code == 400
    assert call.get("proposals/?ordering=-amount").status_code == 400
