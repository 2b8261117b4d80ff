"""Faults on the record of an organisation: who records them, what they bar, how they are lifted."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from communities.models import OrganisationFault
from communities.services.organisation_faults import lift_fault, record_fault
from core.models import AuditEvent
from core.refusals import Refused
from deliberation.choices import State
from projects.models import RuleSet
from tests.accounts.helpers import force_in
from tests.constraints import again, assert_holds, change

pytestmark = pytest.mark.django_db

FOUND = {
    "kind": "inspection",
    "found_on": date(2016, 9, 1),
    "source": "罗湖区民政局 罗民〔2016〕9号",
}


def code_of(act, *args, **words):
    with pytest.raises(Refused) as refusal:
        act(*args, **words)
    return [reason.code for reason in refusal.value.reasons]


@pytest.fixture
def body(world):
    return world.home.organisation


@pytest.fixture
def fault(body, world, now):
    return record_fault(organisation_id=body.pk, actor=world.officer, now=now, **FOUND)


def test_a_fault_is_on_record_with_its_source(fault, body):
    event = AuditEvent.objects.latest("pk")
    assert (event.kind, event.chain) == ("organisation.fault_recorded", "organisations")
    assert event.data == {"fault": fault.pk, "kind": "inspection", "found_on": "2016-09-01"}
    assert event.reason == FOUND["source"]
    assert str(fault) == f"{body} 2016-09-01 年检、评估不合格"


def test_only_the_district_records_and_lifts(fault, body, world, now):
    for actor in (world.home.clerk, world.home.street.affairs, world.home.agent, world.auditor):
        words = FOUND | {"found_on": date(2016, 9, 2)}
        assert code_of(record_fault, organisation_id=body.pk, actor=actor, now=now, **words) == [
            "not_fault_recorder"
        ]
        assert code_of(lift_fault, fault_id=fault.pk, reason="误记", actor=actor, now=now) == [
            "not_fault_recorder"
        ]
    assert OrganisationFault.objects.filter(lifted_at__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"kind": "gossip"}, "kind_unknown"),
        ({"found_on": None}, "found_on_impossible"),
        ({"found_on": date(2017, 6, 2)}, "found_on_impossible"),
        ({"found_on": date(1999, 1, 1)}, "found_on_impossible"),
        ({"source": " "}, "source_missing"),
    ],
)
def test_what_has_no_day_no_kind_or_no_source_is_not_recorded(body, world, now, words, code):
    assert code_of(
        record_fault, organisation_id=body.pk, actor=world.officer, now=now, **(FOUND | words)
    ) == [code]
    assert not OrganisationFault.objects.exists() and not body.faults.exists()


def test_one_finding_counts_once(fault, body, world, now):
    assert code_of(
        record_fault, organisation_id=body.pk, actor=world.officer, now=now, **FOUND
    ) == ["fault_known"]
    assert code_of(record_fault, organisation_id=0, actor=world.officer, now=now, **FOUND) == [
        "organisation_unknown"
    ]


def test_a_fault_bars_for_two_years_and_no_longer_when_it_is_lifted(fault, walk, world, now):
    way = walk().to(State.SOLICITED)
    assert code_of(way.declare) == ["organisation_has_fault"]
    assert code_of(lift_fault, fault_id=fault.pk, reason=" ", actor=world.officer, now=now) == [
        "reason_missing"
    ]
    lift_fault(fault_id=fault.pk, reason="复核后撤销", actor=world.officer, now=now)
    assert AuditEvent.objects.latest("pk").kind == "organisation.fault_lifted"
    assert code_of(lift_fault, fault_id=fault.pk, reason="再", actor=world.officer, now=now) == [
        "fault_lifted"
    ]
    way.declare()
    assert way.again().matter.state == State.DECLARED


def test_a_fault_of_three_years_ago_bars_nobody(body, walk, world, now):
    words = FOUND | {"found_on": body.registered_on + timedelta(days=1)}
    record_fault(organisation_id=body.pk, actor=world.officer, now=now, **words)
    walk().to(State.DECLARED)


def test_a_fault_found_after_the_vote_stops_the_decision(body, walk, world):
    way = walk().to(State.PUBLICISED).submit().days(1)
    record_fault(
        organisation_id=body.pk, actor=world.officer, now=way.now,
        **(FOUND | {"found_on": way.now.date()}),
    )  # fmt: skip
    assert code_of(way.establish) == ["organisation_has_fault"]


def test_a_young_organisation_is_told_from_when_it_may_apply(body, walk, now):
    body.registered_on = date(2016, 8, 15)
    body.save(update_fields=["registered_on"])
    way = walk().to(State.SOLICITED)
    with pytest.raises(Refused) as refusal:
        way.declare()
    (reason,) = refusal.value.reasons
    assert reason.code == "organisation_too_young" and "2017-08-15" in str(reason.remedy)
    RuleSet.objects.filter(code="2.0").update(organisation_months=6)
    way.declare()


def test_a_failure_half_way_leaves_nothing(body, world, now, monkeypatch):
    def broken(*args, **words):
        raise RuntimeError("half way")

    monkeypatch.setattr("communities.services.organisation_faults.audit.record", broken)
    with pytest.raises(RuntimeError, match="half way"):
        record_fault(organisation_id=body.pk, actor=world.officer, now=now, **FOUND)
    assert not OrganisationFault.objects.exists()


CASES = {
    "org_fault_once_a_day": [again()],
    "org_fault_kind_known": [change(kind="gossip")],
    "org_fault_lifted_says_why": [change(lift_reason="x"), change(lifted_at="2017-06-01T00:00Z")],
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses_it_by_name(name, fault):
    assert_holds(fault, name, CASES[name])


# --- doors ----------------------------------------------------------------------------------------


def test_by_the_api(client, body, world):
    address = reverse("api:communities:organisation_faults", args=[body.pk])
    words = FOUND | {"found_on": "2016-09-01"}
    assert client.get(address).status_code == 401
    force_in(client, world.home.agent)
    assert client.get(address).status_code == 403
    force_in(client, world.home.clerk)
    assert client.get(address).json() == []
    assert client.post(address, words, "application/json").status_code == 403
    force_in(client, world.officer)
    made = client.post(address, words, "application/json")
    assert made.status_code == 201 and made.json()["kind"] == "inspection"
    assert client.post(address, words | {"lifted_at": "x"}, "application/json").status_code == 400
    lift = reverse("api:communities:lift_organisation_fault", args=[made.json()["id"]])
    lifted = client.post(lift, {"reason": "误记"}, "application/json")
    assert lifted.status_code == 200 and lifted.json()["lift_reason"] == "误记"
    nowhere = reverse("api:communities:lift_organisation_fault", args=[0])
    assert client.post(nowhere, {"reason": "误记"}, "application/json").status_code == 404
    unknown = reverse("api:communities:organisation_faults", args=[0])
    assert client.get(unknown).status_code == 404
