"""What the database itself refuses of rules, money and proposals, whoever writes."""

from copy import deepcopy
from datetime import datetime

import pytest
from django.db import transaction
from django.db.models import F

from core.calendar import SHANGHAI
from deliberation.choices import State
from demo.walk import Walk
from tests.constraints import again, assert_holds, change, constraints_of, then

MODELS = constraints_of("projects")
CASES = {
    "envelope_once_a_year": [again()],
    "envelope_never_negative": [change(reserved_fen=-1), change(paid_fen=-1)],
    "envelope_within_cap": [
        change(cap_fen=F("reserved_fen") - 1), change(paid_fen=F("cap_fen")),
        change(reserved_fen=F("cap_fen") + 1),
    ],
    "EnvelopeEntry.cause": [again()],
    "entry_amount_positive": [again(cause="x", amount_fen=0), again(cause="x", amount_fen=-1)],
    "entry_kind_is_known": [again(cause="x", kind="gift")],
    "Proposal.number": [again()],
    "Proposal.import_key": [then(change(import_key="k"), again(number="n", import_key="k"))],
    "proposal_amount_positive": [change(amount_fen=0), change(amount_fen=-1)],
    "proposal_type_is_known": [change(type="party")],
    "proposal_level_is_known": [change(level="city")],
    "proposal_has_its_applicant": [
        change(applicant_kind="party"), change(applicant_kind="organisation"), change(office=None),
        change(applicant_kind="committee", office=None),
    ],
    "proposal_import_has_key": [change(is_imported=True)],
    "line_item_place_once": [again()],
    "line_item_sum_is_right": [change(amount_fen=F("amount_fen") - 1), change(quantity=2)],
    "line_item_is_positive": [
        change(quantity=0, amount_fen=0), change(unit_price_fen=0, amount_fen=0),
        change(unit_price_fen=-1, quantity=1, amount_fen=-1),
    ],
    "need_cited_once": [again()],
    "revision_number_once": [again()],
    "RuleSet.code": [again()],
    "ruleset_ends_after_start": [change(effective_to="2014-12-31")],
    "ruleset_cap_is_positive": [change(community_year_cap_fen=0)],
    "ruleset_quorum_is_a_share": [
        change(quorum_numerator=0), change(quorum_numerator=4, quorum_denominator=3),
    ],
    "ruleset_notice_has_days": [change(notice_days=0)],
    "type_cap_is_one": [again()],
    "type_cap_is_positive": [change(cap_fen=0)],
    "type_cap_level_known": [change(level="city")],
    "type_cap_type_known": [change(type="party")],
    "rule_step_number_once": [again()],
    "positive_item_code_once": [again()],
    "positive_item_type_known": [change(type="party")],
    "exclusion_code_once": [again()],
}  # fmt: skip


@pytest.fixture(scope="module")
def established(shared_world, django_db_blocker):
    """One walk that leaves a row in every table; each test rolls back to here."""
    now = datetime(2017, 6, 1, 10, tzinfo=SHANGHAI)
    with django_db_blocker.unblock(), transaction.atomic():
        yield Walk(deepcopy(shared_world).home, now=now, type="works", wan=30).to(State.ESTABLISHED)
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses_it_by_name(established, db, name):
    row = MODELS[name]._base_manager.order_by("pk").first()
    assert_holds(row, name, CASES[name])


def test_every_constraint_has_a_case():
    assert set(MODELS) - set(CASES) == set()
