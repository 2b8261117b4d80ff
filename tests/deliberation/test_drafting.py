"""Drafts: what may be written down at all, and what a renewal may rest on."""

import pytest

from deliberation.choices import State
from deliberation.services import drafting
from projects.models import Proposal
from tests.deliberation.helpers import leaves_nothing_half_way, refused

LINE = {"name": "讲座", "quantity": 2, "unit": "场", "unit_price_fen": 100_00}


@pytest.mark.parametrize(
    "fault, code",
    [
        ({"name": " "}, "line_without_name"),
        ({"quantity": 0}, "line_not_positive"),
        ({"unit_price_fen": 0}, "line_not_positive"),
        ({"unit_price_fen": -1}, "line_not_positive"),
    ],
)
def test_every_budget_line_has_a_name_a_number_and_a_price(walk, fault, code):
    refused(code, walk(lines=[LINE, LINE | fault]).draft)
    done = walk().draft()
    refused(
        code, drafting.edit, matter_id=done.pk, lines=[LINE | fault], actor=done.applicant,
        content={"title": "x", "summary": "y", "type": "service"}, now=done.now,
    )  # fmt: skip


def test_content_that_does_not_fit_its_columns_is_refused_in_words(walk):
    refused("invalid", walk(title="长" * 81).draft)
    refused("invalid", walk(site="长" * 121).draft)


def test_the_amount_is_the_sum_of_the_lines_and_never_typed(walk):
    done = walk(lines=[LINE, LINE | {"quantity": 3}]).draft()
    assert Proposal.objects.get(pk=done.matter.proposal_id).amount_fen == 500_00


def test_only_what_was_rejected_is_renewed_and_only_by_its_applicant(walk, world):
    running = walk().to(State.DECLARED)
    refused("not_rejected", walk().draft, based_on_id=running.pk)
    lost = running.days(1).review(conclusion="reject", reason="需求不足").again()
    works = walk(type="works")
    refused("not_your_act", works.draft, based_on_id=lost.pk)
    assert walk().draft(based_on_id=lost.pk).matter.proposal.based_on == lost.matter.proposal


def test_a_failure_half_way_leaves_nothing(walk, monkeypatch):
    leaves_nothing_half_way(monkeypatch, walk().draft, at="core.audit.record")
