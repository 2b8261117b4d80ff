"""Steps 1 and 2: what may be declared, by whom, and what a refusal leaves: nothing."""

import pytest

from communities.models import Need, NeedStatus, OrganisationKind
from communities.services.organisations import register_organisation, set_organisation_active
from deliberation.choices import State
from deliberation.services import declaring, drafting
from demo.walk import Walk
from projects.choices import ApplicantKind, ProposalType
from projects.models import PositiveItem, ProposalRevision, RuleSet
from projects.selectors import differences
from tests.deliberation.helpers import codes, digest, last_kind, last_row, refused

FEN = 1


@pytest.mark.parametrize(
    "type, wan", [(ProposalType.WORKS, 50), (ProposalType.SERVICE, 20)], ids=str
)
def test_the_cap_of_a_type_is_accepted_and_one_fen_more_is_not(walk, type, wan):
    at_cap = walk(type=type, wan=wan).to(State.DECLARED)
    assert at_cap.matter.state == State.DECLARED
    over = walk(type=type, amount_fen=wan * 1_000_000 + FEN).to(State.SOLICITED)
    refused("over_type_cap", over.declare)


def test_the_refusal_over_the_cap_of_works_advises_how_to_split(walk):
    over = walk(type=ProposalType.WORKS, amount_fen=50_000_001).to(State.SOLICITED)
    try:
        over.declare()
    except Exception as refusal:
        (reason,) = refusal.reasons
    assert "分年度" in reason.remedy and "拆开申报" in reason.remedy


def test_goods_are_not_a_type_of_the_2017_rules_but_are_of_2020(walk, world, now):
    of_2017 = walk(type=ProposalType.GOODS).to(State.SOLICITED)
    refused("type_not_allowed", of_2017.declare)
    later = Walk(
        world.home, now=now.replace(year=2020, month=3), type=ProposalType.GOODS, wan=50
    )  # fmt: skip
    assert later.to(State.DECLARED).matter.proposal.rule_set.code == "2020"
    over = Walk(
        world.home, now=now.replace(year=2020, month=3), type=ProposalType.GOODS,
        amount_fen=50_000_001,
    ).to(State.SOLICITED)  # fmt: skip
    refused("over_type_cap", over.declare)


def test_the_caps_of_2020_are_those_of_2020(world, now):
    walk = Walk(world.home, now=now.replace(year=2020, month=3), type=ProposalType.WORKS, wan=100)
    assert walk.to(State.DECLARED).matter.state == State.DECLARED


def test_a_service_by_a_person_is_refused_with_the_way_out(walk, world, now):
    mine = walk(
        applicant_kind=ApplicantKind.RESIDENT, organisation_id=None
    )  # fmt: skip
    mine.cast.agent = world.home.resident
    mine.to(State.SOLICITED)
    refused("service_needs_organisation", mine.declare)


def filed_organisation(world, now):
    return register_organisation(
        kind=OrganisationKind.FILED, name="湖贝夕阳红队", filing_no="BA-2017-01",
        community=world.home.community, registered_on=now.date(), actor=world.founder, now=now,
    )  # fmt: skip


def test_a_filed_organisation_needs_a_registered_partner_who_is_the_payee(walk, world, now):
    filed = filed_organisation(world, now)
    world.troupe.give(world.home.agent, "organisation_agent", organisation=filed)
    alone = walk(organisation_id=filed.pk).to(State.SOLICITED)
    refused("partner_required", alone.declare)
    joint = walk(organisation_id=filed.pk, partner_id=world.home.organisation.pk)
    done = joint.to(State.DECLARED)
    assert done.matter.proposal.payee == world.home.organisation
    assert last_row(done, 2).columns["payee"] == world.home.organisation.name


def test_an_organisation_that_was_closed_may_not_declare(walk, world, now):
    ready = walk().to(State.SOLICITED)
    set_organisation_active(
        organisation_id=world.home.organisation.pk, is_active=False, reason="注销",
        actor=world.founder, now=now,
    )  # fmt: skip
    refused("organisation_inactive", ready.declare)


def test_without_a_positive_item_of_its_own_type_nothing_is_declared(walk):
    works_item = PositiveItem.objects.filter(type=ProposalType.WORKS, rule_set__code="2.0").first()
    wrong = walk(positive_item_id=works_item.pk).to(State.SOLICITED)
    refused("not_on_positive_list", wrong.declare)
    none = walk(positive_item_id=None).to(State.SOLICITED)
    refused("not_on_positive_list", none.declare)


def test_exclusions_must_be_declared_one_by_one(walk):
    silent = walk(exclusions_declared=False).to(State.SOLICITED)
    refused("exclusions_not_declared", silent.declare)


def test_a_service_needs_its_questionnaires(walk):
    few = walk().draft().solicit(questionnaires=49)
    refused("too_few_questionnaires", few.declare)


def test_evidence_needs_a_need_of_this_pool_or_a_written_reason(walk, world):
    mine = walk().draft()
    refused("no_need_cited", mine.solicit, need_ids=[])
    foreign = Walk(world.neighbour, now=mine.now).file_need("别的社区的需求")
    refused("need_not_in_pool", mine.solicit, need_ids=[foreign.pk])
    mine.solicit(need_ids=[], no_need_reason="应急事项，需求库暂无同类需求")
    assert mine.again().matter.state == State.SOLICITED


def test_a_declaration_issues_the_number_pins_the_rules_and_takes_the_needs(walk):
    done = walk().to(State.DECLARED)
    proposal = done.matter.proposal
    street, community = proposal.community.street.abbr, proposal.community.abbr
    assert proposal.number == f"{street}-{community}-2017-001"
    assert proposal.rule_set == RuleSet.objects.get(code="2.0")
    need = Need.objects.get(pk=done.need.pk)
    assert need.status == NeedStatus.TAKEN_UP
    assert last_row(done, 2).columns["needs"] == need.number
    assert last_kind(done) == "proposal.declared"
    assert walk().to(State.DECLARED).matter.proposal.number.endswith("-002")


def test_only_the_applicant_declares_and_strangers_learn_nothing(walk, world):
    ready = walk().to(State.SOLICITED)
    act = declaring.declare
    refused("not_your_act", act, matter_id=ready.pk, actor=world.home.clerk, now=ready.now)
    refused("not_found", act, matter_id=ready.pk, actor=world.far.agent, now=ready.now)
    refused("not_found", act, matter_id=ready.pk, actor=None, now=ready.now)


def test_a_return_says_why_keeps_the_number_and_shows_what_changed(walk, world):
    done = walk().to(State.DECLARED)
    number = done.matter.proposal.number
    back = declaring.return_for_correction
    refused(
        "text_missing", back, matter_id=done.pk, reason=" ", actor=world.home.clerk, now=done.now
    )
    back(matter_id=done.pk, reason="预算过于笼统", actor=world.home.clerk, now=done.now)
    assert done.again().matter.state == State.RETURNED
    assert last_row(done, 2).columns["note"] == "预算过于笼统"
    drafting.edit(
        matter_id=done.pk, content={"title": "夕阳红（修订）", "summary": "更细", "type": "service"},
        lines=[{"name": "讲座", "quantity": 2, "unit": "场", "unit_price_fen": 100_00}],
        actor=world.home.agent, now=done.now,
    )  # fmt: skip
    declaring.redeclare(matter_id=done.pk, actor=world.home.agent, now=done.now)
    proposal = done.again().matter.proposal
    assert (proposal.number, proposal.revision, proposal.amount_fen) == (number, 2, 200_00)
    first, second = ProposalRevision.objects.filter(proposal=proposal).order_by("number")
    changed = {field for field, _before, _after in differences(first, second)}
    assert changed == {"title", "summary", "amount_fen", "lines"}


def test_a_proposal_is_returned_a_limited_number_of_times(walk, world):
    done = walk().to(State.DECLARED)
    for _round in range(3):
        declaring.return_for_correction(
            matter_id=done.pk, reason="补材料", actor=world.home.clerk, now=done.now
        )
        declaring.redeclare(matter_id=done.pk, actor=world.home.agent, now=done.now)
    refused(
        "too_many_returns", declaring.return_for_correction, matter_id=done.pk, reason="再补",
        actor=world.home.clerk, now=done.now,
    )  # fmt: skip


def test_content_is_fixed_between_declaration_and_return(walk, world):
    done = walk().to(State.DECLARED)
    refused(
        "wrong_state", drafting.edit, matter_id=done.pk,
        content={"title": "x", "summary": "y", "type": "service"}, lines=done.lines(),
        actor=world.home.agent, now=done.now,
    )  # fmt: skip


@pytest.mark.parametrize(
    "state", [State.DRAFT, State.SOLICITED, State.DECLARED, State.REVIEWED], ids=str
)
def test_before_the_vote_the_applicant_withdraws_freely_and_the_needs_are_free_again(walk, state):
    done = walk().to(state)
    refused(
        "text_missing", declaring.withdraw, matter_id=done.pk, reason="", actor=done.applicant,
        now=done.now,
    )  # fmt: skip
    declaring.withdraw(matter_id=done.pk, reason="另有安排", actor=done.applicant, now=done.now)
    assert done.again().matter.state == State.WITHDRAWN
    if done.need is not None:
        assert Need.objects.get(pk=done.need.pk).status == NeedStatus.OPEN


def test_after_the_vote_the_applicant_alone_cannot_withdraw(walk):
    done = walk().to(State.RESOLVED)
    refused(
        "wrong_state", declaring.withdraw, matter_id=done.pk, reason="不想做了",
        actor=done.applicant, now=done.now,
    )  # fmt: skip


def test_a_renewal_of_a_rejected_proposal_must_change_something(walk, world):
    lost = walk().to(State.DECLARED).days(1).review(conclusion="reject", reason="需求不足").again()
    assert lost.matter.state == State.REJECTED
    same = walk().draft(based_on_id=lost.pk).solicit(need_ids=[lost.need.pk])
    refused("renewal_unchanged", same.declare)
    changed = walk(change_note="缩小规模，补充问需", wan=3).draft(based_on_id=lost.pk)
    changed.solicit(need_ids=[lost.need.pk]).declare()
    assert changed.again().matter.proposal.based_on_id == lost.matter.proposal_id


def test_one_starts_drafts_only_in_ones_own_name(walk, world):
    other = walk()
    other.cast.agent = world.far.agent
    assert "not_an_applicant_here" in codes(other.draft)
    resident = walk(type=ProposalType.WORKS, applicant_kind=ApplicantKind.RESIDENT)
    resident.cast.station = world.far.resident
    assert "not_an_applicant_here" in codes(resident.draft)


def test_a_draft_with_faults_names_all_of_them_at_once(world, now):
    found = codes(
        drafting.start_draft, community_id=world.home.community.pk,
        content={"title": " ", "summary": "", "type": "service", "applicant_kind": "organisation",
                 "organisation_id": world.home.organisation.pk},
        lines=[], actor=world.home.agent, now=now,
    )  # fmt: skip
    assert found == {"text_missing", "no_budget_lines"}


def test_a_failure_half_way_leaves_nothing(walk, monkeypatch):
    ready = walk().to(State.SOLICITED)

    def fail(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("deliberation.services.base.outbox.enqueue", fail)
    before = digest()
    with pytest.raises(RuntimeError):
        ready.declare()
    assert digest() == before
