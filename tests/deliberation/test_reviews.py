"""Step 3: the joint meeting of the two committees and its two signatures."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.models import Need, NeedStatus, OfficeKind
from communities.roles import Role
from communities.services.organisations import set_organisation_active
from deliberation.choices import State
from deliberation.models import JointReview
from deliberation.services import declaring, reviews
from tests.deliberation.helpers import last_kind, last_row, leaves_nothing_half_way, refused
from tests.deliberation.step3 import WORKS, office_here, record, seats, sign, sign_after_record


@pytest.fixture
def works(walk):
    return walk(**WORKS).to(State.DECLARED).days(1)


@pytest.fixture
def service(walk):
    return walk().to(State.DECLARED).days(1)


def test_a_review_says_who_came_why_it_fits_and_on_which_day(service, world):
    today, declared = (timezone.localdate(t) for t in (service.now, service.matter.declared_at))
    refused("not_your_act", record, service, by=world.neighbour.clerk)
    refused("text_missing", record, service, fit_reason=" ")
    refused("choice_unknown", record, service, fit="perfect")
    refused("choice_unknown", record, service, conclusion="maybe")
    refused("text_missing", record, service, conclusion="reject")
    refused("text_missing", record, service, conclusion="return", reason=" ")
    refused("review_date_impossible", record, service, on=declared - timedelta(days=1))
    refused("review_date_impossible", record, service, on=today + timedelta(days=1))
    nobody = [{"person_id": 0, "capacity": "party"}]
    refused("attendee_unknown", record, service, attendees=nobody)
    strange = [seats(service)[0] | {"capacity": "guest"}]
    refused("attendee_unknown", record, service, attendees=strange)
    refused("no_review_to_sign", sign, service)
    record(service)
    refused("review_open", record, service)
    refused("review_open", declaring.return_for_correction, matter_id=service.pk, reason="补材料",
            actor=service.cast.clerk, now=service.now)  # fmt: skip
    names = f"{service.cast.party.person}（社区党委）、{service.cast.signer.person}（居委会）"
    assert last_row(service, 3).columns["attendees"] == names


def test_a_wrong_record_is_made_void_and_another_one_written(service, world):
    def discard(**words):
        fields = {"reason": "到会人员录错", "actor": service.cast.clerk} | words
        return reviews.discard_review(matter_id=service.pk, now=service.now, **fields)

    refused("no_review_to_sign", discard)
    record(service)
    sign(service, service.cast.party)
    refused("not_your_act", discard, actor=world.neighbour.clerk)
    refused("not_your_act", discard, actor=service.cast.party)
    refused("text_missing", discard, reason=" ")
    void = discard()
    assert last_row(service, 3).columns["conclusion"] == "记录作废"
    assert last_row(service, 3).columns["reason"] == "到会人员录错"
    assert last_kind(service) == "review.discarded"
    # what was signed stays on the void record and does not count for the next one
    assert void.attendees.filter(signed_at__isnull=False).count() == 1
    refused("no_review_to_sign", sign, service, service.cast.signer)
    again = record(service)
    assert again.number == void.number + 1
    assert not again.attendees.filter(signed_at__isnull=False).exists()
    sign(service, service.cast.party)
    sign(service, service.cast.signer)
    assert service.again().matter.state == State.REVIEWED
    refused("wrong_state", discard)


def test_a_record_in_effect_is_never_void_even_in_the_database(service):
    review = record(service)
    sign(service, service.cast.party)
    sign(service, service.cast.signer)
    with pytest.raises(IntegrityError, match="review_void_says_why"), transaction.atomic():
        JointReview.objects.filter(pk=review.pk).update(
            discarded_at=service.now, discard_reason="改主意"
        )


def test_discarding_leaves_nothing_half_way(service, monkeypatch):
    record(service)
    leaves_nothing_half_way(
        monkeypatch, reviews.discard_review, at="core.audit.record", matter_id=service.pk,
        reason="录错", actor=service.cast.clerk, now=service.now,
    )  # fmt: skip


def test_both_capacities_must_be_there_with_somebody_who_may_sign(service):
    party, committee = seats(service)
    refused("capacity_missing", record, service, attendees=[party])
    refused("capacity_missing", record, service, attendees=[party, party])
    recused = committee | {"is_recused": True}
    refused("capacity_missing", record, service, attendees=[party, recused])
    no_signer = seats(service, committee=service.cast.clerk)
    refused("capacity_missing", record, service, attendees=no_signer)


def test_one_signature_waits_for_the_other_and_the_second_takes_effect(service):
    record(service)
    sign(service, service.cast.party)
    assert service.matter.state == State.DECLARED
    assert last_row(service, 3).columns["signed"] == "社区党委"
    refused("nothing_to_sign", sign, service, service.cast.party)
    refused("not_your_act", sign, service, service.cast.clerk)
    sign(service, service.cast.signer)
    assert service.matter.state == State.REVIEWED
    row = last_row(service, 3)
    proposal = service.matter.proposal
    party, signer = service.cast.party.person, service.cast.signer.person
    expected = {
        "held_on": timezone.localdate(service.now).isoformat(),
        "attendees": f"{party}（社区党委）、{signer}（居委会）",
        "fit": "契合", "fit_reason": "需求库有同类需求",
        "needs": f"确认1条、1人：{service.need.number}",
        "list_check": str(proposal.positive_item),
        "cap_check": "50000.00", "budget_left": "2000000.00",
        "recused": "", "conclusion": "通过", "reason": "",
        "signed": f"社区党委：{party}、居委会：{signer}",
        "problems": "", "necessity": "",
        "title": proposal.title, "state": "“两委”审核通过", "note": "",
    }  # fmt: skip
    assert row.columns == expected
    assert (row.event, row.subject_no, row.actor_id) == (
        "sign_review", proposal.number, service.cast.signer.pk,
    )  # fmt: skip
    assert last_kind(service) == "review.signed"
    refused("wrong_state", sign, service, service.cast.signer)


def test_one_person_with_both_roles_signs_both_at_once(service, world):
    both = service.cast.party
    committee = office_here(service, OfficeKind.RESIDENTS_COMMITTEE)
    world.troupe.give(both, Role.COMMITTEE_SIGNER, office=committee)
    record(service, attendees=seats(service, committee=both))
    assert sign(service, both).matter.state == State.REVIEWED
    assert last_row(service, 3).capacity == "社区党委、居委会"


def test_a_signer_who_was_not_at_the_meeting_has_nothing_to_sign(service, world):
    other = world.troupe.user("second_party")
    party = office_here(service, OfficeKind.PARTY_COMMITTEE)
    world.troupe.give(other, Role.PARTY_SIGNER, office=party)
    record(service)
    refused("nothing_to_sign", sign, service, other)


def test_the_applicants_own_person_is_recused_and_cannot_sign(walk, world):
    works = walk(**WORKS).to(State.DECLARED).days(1).gatekeep()
    station = works.cast.station
    world.troupe.give(station, Role.PARTY_SIGNER, office=office_here(works, "party_committee"))
    refused("capacity_missing", record, works, attendees=seats(works, party=station))
    both = [*seats(works), {"person_id": station.person_id, "capacity": "party"}]
    record(works, attendees=both)
    assert "回避" in last_row(works, 3).columns["attendees"]
    refused("interested_person", sign, works, station)
    sign(works)
    assert last_row(works, 3).columns["recused"] == str(station.person)


def test_another_agent_of_the_applying_organisation_cannot_sign_either(service, world):
    agent = world.troupe.user("second_agent")
    organisation = service.matter.proposal.organisation
    world.troupe.give(agent, Role.ORGANISATION_AGENT, organisation=organisation)
    world.troupe.give(agent, Role.PARTY_SIGNER, office=office_here(service, "party_committee"))
    refused("capacity_missing", record, service, attendees=seats(service, party=agent))
    record(service)
    refused("interested_person", sign, service, agent)


def test_fit_needs_cited_needs_or_a_written_reason(walk):
    done = walk().draft().solicit(need_ids=[], no_need_reason="应急事项").declare().days(1)
    refused("fit_without_needs", record, done)
    refused("fit_without_needs", record, done, no_need_reason=" ")
    record(done, no_need_reason="台风后的应急事项，需求库尚无登记")
    assert sign(done).matter.state == State.REVIEWED


def test_what_a_pass_rests_on_is_looked_at_again_when_it_is_signed(service, world):
    record(service)
    set_organisation_active(
        organisation_id=service.matter.proposal.organisation_id, is_active=False, reason="注销",
        actor=world.founder, now=service.now,
    )  # fmt: skip
    refused("organisation_inactive", sign, service, service.cast.party)


def test_a_return_at_the_review_counts_against_the_limit(service):
    for _round in range(3):
        record(service, conclusion="return", reason="补充方案")
        assert sign(service).matter.state == State.RETURNED
        declaring.redeclare(matter_id=service.pk, actor=service.applicant, now=service.now)
    refused("too_many_returns", record, service, conclusion="return", reason="再补")
    assert sign_after_record(service).matter.return_count == 3


def test_a_rejection_says_why_names_the_step_and_frees_the_needs(service):
    record(service, conclusion="reject", reason="与党群服务中心项目重复")
    sign(service)
    assert (service.matter.state, service.matter.rejected_step) == (State.REJECTED, "reviewed")
    assert Need.objects.get(pk=service.need.pk).status == NeedStatus.OPEN
    columns = last_row(service, 3).columns
    assert (columns["conclusion"], columns["reason"]) == ("不通过", "与党群服务中心项目重复")


def discarded(done):
    """A record that was written, and made void again."""
    record(done)
    reviews.discard_review(
        matter_id=done.pk, reason="到会人员登错", actor=done.cast.clerk, now=done.now
    )
    return done


def test_a_void_record_hinders_neither_a_return_nor_a_withdrawal(service):
    discarded(service)
    declaring.return_for_correction(
        matter_id=service.pk, reason="缺报价", actor=service.cast.clerk, now=service.now
    )
    assert service.again().matter.state == State.RETURNED


def test_a_void_record_stays_void_when_the_proposal_is_withdrawn(service):
    discarded(service)
    declaring.withdraw(
        matter_id=service.pk, reason="另有安排", actor=service.applicant, now=service.now
    )
    assert service.again().matter.state == State.WITHDRAWN
    assert service.matter.reviews.get().settled_at is None


def test_a_withdrawal_closes_the_record_that_waited_for_signatures(service):
    record(service)
    declaring.withdraw(
        matter_id=service.pk, reason="另有安排", actor=service.applicant, now=service.now
    )
    assert not service.matter.reviews.filter(settled_at__isnull=True).exists()


def test_a_failure_half_way_leaves_nothing(works, monkeypatch):
    works.gatekeep()
    leaves_nothing_half_way(monkeypatch, record, works)
    record(works)
    leaves_nothing_half_way(monkeypatch, sign, works, works.cast.party)
    sign(works, works.cast.party)
    leaves_nothing_half_way(monkeypatch, sign, works, works.cast.signer)
