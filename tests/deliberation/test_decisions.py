"""Step 6: the street's submission and decision, the agreement, and the money it reserves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from communities.models import Need, NeedStatus
from communities.roles import Role
from communities.selectors import office_of
from communities.services.organisations import set_organisation_active, update_organisation
from core.append_only import install_guards, remove_guards
from core.verify import run
from deliberation.choices import Decision, State
from deliberation.models import StreetDecision
from deliberation.services import decisions, declaring
from demo.walk import Walk
from projects.choices import ApplicantKind, EntryKind
from projects.models import Envelope, EnvelopeEntry, Proposal, RuleSet
from tests.deliberation.helpers import (
    last_kind,
    last_row,
    leaves_nothing_half_way,
    refused,
)

WORKS = {"type": "works", "wan": 30}


@pytest.fixture
def publicised(walk):
    return walk().to(State.PUBLICISED)


@pytest.fixture
def submitted(publicised):
    return publicised.submit().days(1)


def submit(done, *, by=None, **words):
    return decisions.submit(
        matter_id=done.pk, actor=by or done.cast.street.affairs, now=done.now, **words
    )


def establish(done, *, by=None, forum="街道党工委会议", **words):
    return decisions.establish(
        matter_id=done.pk, forum=forum, actor=by or done.cast.street.approver, now=done.now, **words
    )


def give_back(done, *, by=None, ground="procedure", reason="公告未上墙"):
    return decisions.return_from_street(
        matter_id=done.pk, ground=ground, reason=reason, actor=by or done.cast.street.approver,
        now=done.now,
    )  # fmt: skip


def reject(done, *, by=None, ground="legal", reason="占用消防通道"):
    return decisions.reject_at_street(
        matter_id=done.pk, ground=ground, reason=reason, actor=by or done.cast.street.approver,
        now=done.now,
    )  # fmt: skip


DECIDE = [establish, give_back, reject]


def raw(sql, *params):
    """Change a guarded row the way somebody with the database would."""
    remove_guards(connection, "core_ledger_row")
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
    finally:
        install_guards(connection, "core_ledger_row")


# Submitted ---------------------------------------------------------------------------------------


def test_the_affairs_desk_submits_once_with_the_count_of_the_five_ledgers(publicised, world):
    for other in (world.home.clerk, world.home.street.approver, world.far.street.affairs):
        refused("not_your_act", submit, publicised, by=other)
    for decide in DECIDE:
        refused("not_submitted", decide, publicised)
    decision = submit(publicised, note="材料齐备")
    assert (decision.decision, decision.submitter) == (
        Decision.PENDING, world.home.street.affairs.person,
    )  # fmt: skip
    columns = last_row(publicised, 6).columns
    assert columns == {
        "title": publicised.title, "state": "公示期满", "note": "材料齐备",
        "submitted_on": timezone.localdate(publicised.now).isoformat(), "amount": "50000.00",
        "ledger_check": "社区需求台账 1；项目申报台账 1；“两委”审核台账 3；议事会决议台账 2；"
        "决议公示台账 2",
    }  # fmt: skip
    assert last_kind(publicised) == "decision.submitted"
    refused("already_submitted", submit, publicised)


def test_nothing_is_submitted_before_its_notice_is_over(walk):
    refused("wrong_state", submit, walk().to(State.RESOLVED))


@pytest.mark.parametrize("ledger", [1, 2, 3, 4, 5])
def test_a_missing_ledger_stops_submission_and_decision(publicised, ledger):
    hide = "UPDATE core_ledger_row SET subject_id = %s WHERE subject_id = %s AND ledger = %s"
    mine = str(publicised.matter.proposal_id)
    raw(hide, "hidden", mine, ledger)
    refused("ledger_missing", submit, publicised)
    raw(hide, mine, "hidden", ledger)
    submit(publicised)
    raw(hide, "hidden", mine, ledger)
    refused("ledger_missing", establish, publicised)


@pytest.mark.parametrize("column", ["body", "actor_name", "event"])
def test_a_rewritten_row_stops_submission_and_decision(publicised, column):
    row = last_row(publicised, 4)
    rewrite = f"UPDATE core_ledger_row SET {column} = %s WHERE id = %s"
    raw(rewrite, "{}", row.pk)
    refused("ledger_broken", submit, publicised)
    raw(rewrite, getattr(row, column), row.pk)
    submit(publicised)
    raw(rewrite, "{}", row.pk)
    refused("ledger_broken", establish, publicised)


def test_the_street_decides_on_what_the_council_carried_to_the_letter(publicised):
    mine = Proposal.objects.filter(pk=publicised.matter.proposal_id)
    mine.update(summary="另一个项目")
    refused("content_changed", submit, publicised)
    mine.update(summary=publicised.matter.proposal.summary)
    submit(publicised)
    mine.update(amount_fen=1)
    refused("content_changed", establish, publicised)


def test_an_organisation_renamed_after_the_vote_is_still_the_one_that_was_voted_for(
    publicised, world
):
    organisation = publicised.matter.proposal.organisation
    update_organisation(
        organisation_id=organisation.pk, name="东门邻里服务社", actor=world.founder,
        now=publicised.now,
    )  # fmt: skip
    submit(publicised)
    publicised.days(1)
    assert establish(publicised).implementer == "东门邻里服务社"
    assert [f for f in run(publicised.now).findings if f.code != "I12"] == []


# Established -------------------------------------------------------------------------------------


def test_establishing_reserves_the_money_and_issues_the_agreement(submitted):
    decision = establish(submitted, document_number="东办〔2017〕8号")
    matter, proposal = submitted.again().matter, submitted.matter.proposal
    assert (matter.state, matter.established_at) == (State.ESTABLISHED, submitted.now)
    envelope = Envelope.objects.get(community=matter.community, year=2017)
    assert (envelope.reserved_fen, envelope.cap_fen) == (5_000_000, 200_000_000)
    entry = EnvelopeEntry.objects.get()
    assert (entry.kind, entry.amount_fen, entry.proposal) == (
        EntryKind.RESERVE, 5_000_000, proposal,
    )  # fmt: skip
    street = matter.community.street.abbr
    assert decision.agreement_number == f"XY-{street}-2017-0001"
    today = timezone.localdate(submitted.now)
    assert (decision.agreement_on, decision.year, decision.amount_fen) == (today, 2017, 5_000_000)
    columns = last_row(submitted, 6).columns
    expected = {
        "state": "已立项", "forum": "街道党工委会议", "document_no": "东办〔2017〕8号",
        "amount": "50000.00", "year": "2017", "fund": "社区年度额度", "envelope_used": "50000.00",
        "envelope_left": "1950000.00", "implementer": proposal.organisation.name,
        "agreement_no": decision.agreement_number, "agreement_on": today.isoformat(),
        "conclusion": "立项",
    }  # fmt: skip
    assert {key: columns[key] for key in expected} == expected
    assert last_kind(submitted) == "decision.established"
    for decide in DECIDE:
        refused("wrong_state", decide, submitted)


def test_works_are_carried_out_by_the_street_services_by_their_payee(walk, submitted):
    assert establish(submitted).implementer == submitted.matter.proposal.organisation.name
    works = walk(**WORKS).to(State.PUBLICISED).submit()
    assert establish(works).implementer == works.matter.community.street.name


def test_agreements_are_numbered_by_street_and_year(walk, world):
    def agreement(cast, now):
        done = Walk(cast, now=now).to(State.PUBLICISED).submit()
        return establish(done).agreement_number

    now = walk().now
    home, far = world.home.community.street.abbr, world.far.community.street.abbr
    assert agreement(world.home, now) == f"XY-{home}-2017-0001"
    assert agreement(world.neighbour, now) == f"XY-{home}-2017-0002"
    assert agreement(world.far, now) == f"XY-{far}-2017-0001"
    assert agreement(world.home, now.replace(year=2018)) == f"XY-{home}-2018-0001"


def test_the_agreement_is_signed_after_the_notice_and_not_tomorrow(submitted):
    today = timezone.localdate(submitted.now)
    over = timezone.localdate(submitted.matter.publicised_at)
    refused("agreement_date_impossible", establish, submitted, agreement_on=today + timedelta(1))
    refused("agreement_date_impossible", establish, submitted, agreement_on=over - timedelta(1))
    assert establish(submitted, agreement_on=over).agreement_on == over


def test_the_year_holds_the_last_fen_and_not_one_more(walk):
    RuleSet.objects.filter(code="2.0").update(community_year_cap_fen=30_000_000)
    first = walk(type="works", wan=25).to(State.PUBLICISED).submit()
    over = walk(amount_fen=5_000_001).to(State.PUBLICISED).submit()
    exact = walk(amount_fen=5_000_000).to(State.PUBLICISED).submit()
    establish(first)
    refused("year_cap_exceeded", establish, over)
    establish(exact)
    envelope = Envelope.objects.get()
    assert (envelope.reserved_fen, envelope.free_fen) == (30_000_000, 0)
    refused("year_cap_exceeded", establish, over)
    give_back(over, ground="budget", reason="本年度额度已满")


def test_what_no_longer_may_be_declared_is_not_established(submitted, world):
    set_organisation_active(
        organisation_id=submitted.matter.proposal.organisation_id, is_active=False, reason="注销",
        actor=world.founder, now=submitted.now,
    )  # fmt: skip
    refused("organisation_inactive", establish, submitted)
    assert reject(submitted).decision == Decision.REJECT


# By whom -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("decide", DECIDE)
def test_the_streets_approver_decides_and_nobody_else(submitted, world, decide):
    for other in (world.home.street.affairs, world.far.street.approver, world.home.clerk):
        refused("not_your_act", decide, submitted, by=other)


@pytest.mark.parametrize("decide", DECIDE)
def test_who_submitted_does_not_decide_even_with_both_roles(publicised, world, decide):
    both = world.home.street.affairs
    office = office_of("street_office", street=world.home.community.street)
    world.troupe.give(both, Role.STREET_APPROVER, office=office)
    submit(publicised, by=both)
    refused("same_person", decide, publicised, by=both)
    decide(publicised)


@pytest.mark.parametrize("decide", DECIDE)
def test_the_applicants_own_person_does_not_decide(walk, world, decide):
    mine = walk(**WORKS, applicant_kind=ApplicantKind.RESIDENT)
    mine.cast.station = world.home.street.approver
    world.troupe.give(mine.cast.station, Role.RESIDENT, community=world.home.community)
    mine.to(State.PUBLICISED).submit()
    refused("interested_person", decide, mine)
    assert decide(mine, by=another_approver(world)).decider != mine.matter.proposal.applicant


def another_approver(world):
    user = world.troupe.user("second_approver")
    office = office_of("street_office", street=world.home.community.street)
    world.troupe.give(user, Role.STREET_APPROVER, office=office)
    return user


# Refused by the street ---------------------------------------------------------------------------


@pytest.mark.parametrize("decide", [give_back, reject])
def test_the_street_refuses_on_its_three_grounds_only_and_in_writing(submitted, decide):
    refused("ground_unknown", decide, submitted, ground="merit")
    refused("ground_unknown", decide, submitted, ground="")
    refused("text_missing", decide, submitted, reason=" ")
    refused("text_missing", establish, submitted, forum="")
    decide(submitted, ground="budget", reason="资金不足")
    columns = last_row(submitted, 6).columns
    assert (columns["ground"], columns["reason"]) == ("资金不足", "资金不足")


def test_a_rejection_frees_the_needs_and_reserves_nothing(submitted):
    decision = reject(submitted)
    matter = submitted.again().matter
    assert (matter.state, matter.rejected_step) == (State.REJECTED, "established")
    assert (decision.agreement_number, decision.open_key) == (None, None)
    assert Need.objects.get(pk=submitted.need.pk).status == NeedStatus.OPEN
    assert not EnvelopeEntry.objects.exists()
    assert last_kind(submitted) == "decision.rejected"


def test_a_return_walks_every_step_again_and_keeps_the_first_decision(submitted):
    give_back(submitted)
    matter = submitted.again().matter
    assert (matter.state, matter.return_count) == (State.RETURNED, 1)
    assert (matter.reviewed_at, matter.resolved_at, matter.publicised_at) == (None, None, None)
    assert Need.objects.get(pk=submitted.need.pk).status == NeedStatus.TAKEN_UP
    assert last_kind(submitted) == "decision.returned"
    declaring.redeclare(matter_id=submitted.pk, actor=submitted.applicant, now=submitted.now)
    refused("wrong_state", submit, submitted)
    submitted.days(1).review().hold().post().days(6).conclude().submit().days(1).establish()
    rows = StreetDecision.objects.filter(matter=submitted.pk).order_by("pk")
    assert [row.decision for row in rows] == [Decision.RETURN, Decision.ESTABLISH]


def test_the_street_too_returns_a_limited_number_of_times(submitted):
    RuleSet.objects.filter(code="2.0").update(max_returns=0)
    refused("too_many_returns", give_back, submitted)


def test_a_failure_half_way_leaves_nothing_and_no_money(publicised, monkeypatch):
    leaves_nothing_half_way(monkeypatch, submit, publicised)
    submit(publicised)
    for decide in DECIDE:
        leaves_nothing_half_way(monkeypatch, decide, publicised)
    leaves_nothing_half_way(monkeypatch, establish, publicised, at="core.ledgers.append")
    assert not Envelope.objects.exists()
