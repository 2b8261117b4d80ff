"""The way of a matter from draft to established, and what each step leaves."""

import pytest

from core.masking import mask_name
from core.models import LedgerRow
from deliberation.choices import State
from projects.choices import ApplicantKind, ProposalType


@pytest.mark.parametrize("type", [ProposalType.SERVICE, ProposalType.WORKS])
def test_a_proposal_walks_the_six_steps_and_leaves_a_row_in_each_ledger(walk, type):
    done = walk(type=type).to(State.ESTABLISHED)
    assert done.matter.state == State.ESTABLISHED
    ledgers = set(
        LedgerRow.objects.filter(subject_id=str(done.matter.proposal_id)).values_list(
            "ledger", flat=True
        )
    )
    assert ledgers == {1, 2, 3, 4, 5, 6}


def test_a_resident_who_presents_is_named_only_masked_in_the_public_record(walk, world):
    mine = walk(
        type=ProposalType.WORKS, wan=30, applicant_kind=ApplicantKind.RESIDENT, office_id=None
    )  # fmt: skip
    mine.cast.station = world.home.resident
    mine.to(State.RESOLVED)
    name = world.home.resident.person.name
    item = mine.matter.agenda_items.get()
    assert item.presenter == mask_name(name)
    rows = LedgerRow.objects.filter(subject_id=str(mine.matter.proposal_id))
    assert not any(name in row.body for row in rows)
