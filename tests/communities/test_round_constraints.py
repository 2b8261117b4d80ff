"""What the database itself refuses of rounds, whoever writes."""

import pytest
from django.db.models import F

from communities.models import RoundTally, SolicitationRound
from tests.communities.rounds import closed
from tests.constraints import again, assert_holds, change, constraints_of

MODELS = {
    name: model
    for name, model in constraints_of("communities").items()
    if model in (SolicitationRound, RoundTally)
}
CASES = {
    "SolicitationRound.number": [again()],
    "round_state_is_known": [change(state="lost")],
    "round_method_is_known": [change(method="phone")],
    "round_figures_agree": [
        change(valid=F("returned") + 1), change(returned=F("handed_out") + 1),
    ],
    "round_runs_forward": [change(opened_on="2017-06-02")],
    "round_closed_has_day": [
        change(closed_on=None), change(closed_at=None), change(state="open"),
    ],
    "round_cancelled_says_why": [change(state="cancelled")],
    "round_cited_stays_closed": [change(citation_count=1, state="cancelled", cancel_reason="x")],
    "tally_label_once": [again()],
    "tally_count_positive": [change(count=0)],
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses_it_by_name(name, clerk, home, now):
    closed(home, clerk, now)
    assert_holds(MODELS[name].objects.order_by("pk").first(), name, CASES[name])


def test_every_constraint_has_a_case():
    assert set(MODELS) == set(CASES)
