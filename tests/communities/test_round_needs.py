"""Needs keyed in from the forms of a round, and faults planted behind the services' back."""

from datetime import timedelta

import pytest
from django.db import transaction

from communities.models import Need, RoundChange, RoundTally, SolicitationRound
from communities.roles import Role
from communities.services import needs
from core.models import LedgerRow
from core.refusals import BadInput
from core.verify import run
from tests.communities.rounds import STATES, closed, keyed_in, opened, refused

pytestmark = pytest.mark.django_db

# --- needs keyed in -------------------------------------------------------------------------------


def test_a_need_tells_the_round_it_came_from(clerk, home, now):
    one = opened(home, clerk, now)
    need = keyed_in(home, clerk, now, round_id=one.pk)
    assert Need.objects.get().round == one
    assert LedgerRow.objects.get(subject_no=need.number).columns["round"] == one.number
    assert keyed_in(home, clerk, now).round is None
    assert run(now, only=["P4", "P10"]).findings == []


def test_forms_of_another_round_are_not_keyed_in(clerk, holder_of, home, neighbour, now):
    theirs = opened(neighbour, holder_of(Role.COMMITTEE_CLERK, neighbour), now)
    off = STATES["cancelled"](home, clerk, now, title="取消的")
    done = closed(home, clerk, now)
    for round_id, code in ((theirs.pk, "round_not_here"), (4711, "round_not_here"),
                           (off.pk, "round_over")):  # fmt: skip
        refused(BadInput, code, lambda pk=round_id: keyed_in(home, clerk, now, round_id=pk))
    keyed_in(home, clerk, now + timedelta(days=60), round_id=done.pk)
    refused(BadInput, "round_over", lambda: keyed_in(
        home, clerk, now + timedelta(days=61), round_id=done.pk))  # fmt: skip
    refused(BadInput, "not_on_behalf", lambda: needs.file_need(
        community_id=home.pk, category="safety", content="楼道没有扶手", round_id=done.pk, actor=None,
        now=now))  # fmt: skip


# --- planted faults -------------------------------------------------------------------------------


def test_faults_planted_behind_the_services_are_found(clerk, home, neighbour, a_need, now):
    one = closed(home, clerk, now)
    need = keyed_in(home, clerk, now, round_id=one.pk)
    elsewhere = a_need(neighbour)
    plants = (
        lambda: RoundTally.objects.filter(label="长者活动").update(count=63),
        lambda: RoundTally.objects.filter(label="长者活动").delete(),
        lambda: SolicitationRound.objects.update(valid=61),
        lambda: Need.objects.filter(pk=elsewhere.pk).update(round=one),
        lambda: SolicitationRound.objects.update(state="cancelled", cancel_reason="偷偷"),
    )
    for plant in plants:
        with transaction.atomic():
            plant()
            assert {f.code for f in run(now, only=["P10"]).findings} == {"P10"}
            transaction.set_rollback(True)
    assert need.round == one
    assert run(now, only=["P10"]).findings == []


def test_what_was_told_is_not_rewritten(clerk, home, now):
    closed(home, clerk, now)
    with pytest.raises(TypeError):
        RoundChange.objects.update(text="别的")
