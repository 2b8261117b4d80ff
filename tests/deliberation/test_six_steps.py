"""The way of a matter from draft to established, and what each step leaves."""

import pytest

from core.models import LedgerRow
from deliberation.choices import State
from projects.choices import ProposalType


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
