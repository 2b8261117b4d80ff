"""Drafts: what may be written down at all, and what a renewal may rest on."""

from functools import partial

import pytest

from communities.services.estates import add_estate, rename_estate, set_estate_active
from core.verify import run
from deliberation.choices import State
from deliberation.services import drafting
from projects.models import Proposal
from projects.selectors import content_digest, snapshot, typed_digest
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


def test_nobody_overwrites_unknowingly_what_somebody_else_saved(walk):
    done = walk().draft()
    content = {"type": "service", "positive_item_id": done.content["positive_item_id"]}
    save = partial(
        drafting.edit, matter_id=done.pk, lines=[LINE], actor=done.applicant, now=done.now
    )
    opened = typed_digest(done.matter.proposal)
    save(content=content | {"title": "第一位", "summary": "先保存"}, seen=opened)
    second = content | {"title": "第二位", "summary": "后保存"}
    refused("changed_meanwhile", save, content=second, seen=opened)
    # knowing of it, one may
    save(content=second, seen=typed_digest(Proposal.objects.get(pk=done.matter.proposal_id)))
    assert Proposal.objects.get(pk=done.matter.proposal_id).title == "第二位"


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


def test_a_proposal_names_an_estate_of_its_own_community_and_no_other(walk, world, now):
    keys = {"actor": world.home.clerk, "now": now}
    estate = add_estate(community_id=world.home.community.pk, name="老街大院", **keys)
    add_estate(community_id=world.far.community.pk, name="翠竹苑", actor=world.far.clerk, now=now)
    refused("estate_unknown", walk(estate_name="翠竹苑").draft)
    done = walk(estate_name=" 老街 大院").draft()
    proposal = Proposal.objects.get(pk=done.matter.proposal_id)
    assert proposal.estate == estate and snapshot(proposal)["estate"] == "老街大院"
    # a renamed estate is the same one: what was voted on has not changed
    before = content_digest(proposal)
    rename_estate(estate_id=estate.pk, name="老街新院", **keys)
    proposal = Proposal.objects.get(pk=proposal.pk)
    assert content_digest(proposal) == before
    save = partial(
        drafting.edit, matter_id=done.pk, lines=[LINE], actor=done.applicant, now=done.now
    )
    words = {"title": "x", "summary": "y", "type": "service",
             "positive_item_id": done.content["positive_item_id"]}  # fmt: skip
    set_estate_active(estate_id=estate.pk, is_active=False, **keys)
    save(content=words | {"estate_name": "老街新院"})
    save(content=words)
    assert Proposal.objects.get(pk=proposal.pk).estate == estate
    save(content=words | {"estate_name": ""})
    assert Proposal.objects.get(pk=proposal.pk).estate is None
    assert content_digest(Proposal.objects.get(pk=proposal.pk)) != before


def test_verify_names_a_proposal_at_the_estate_of_another_community(walk, world, now):
    done = walk().draft()
    far = add_estate(
        community_id=world.far.community.pk, name="翠竹苑", actor=world.far.clerk, now=now
    )
    assert not run(now, only={"P9"}).findings
    Proposal.objects.filter(pk=done.matter.proposal_id).update(estate=far)
    assert len(list(run(now, only={"P9"}).findings)) == 1
