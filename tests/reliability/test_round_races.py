"""Rounds of questionnaires under a rush: citing and cancelling at once, and citing many times.

The control takes the row lock away. It runs on PostgreSQL only: SQLite has one writer at a time.
"""

import pytest
from django.db import transaction

from communities.models import SolicitationRound
from communities.services import rounds
from core.verify import run
from deliberation.models import CitedRound
from demo.walk import Walk
from tests.communities.rounds import attempt, closed, keyed_in, opened
from tests.reliability.racing import race, words
from tests.reliability.situations import NOW
from tests.world import build_world

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROUNDS, PROPOSALS = 4, 4


@pytest.fixture
def home(settings):
    settings.OUTBOX_INLINE = False
    with transaction.atomic():
        return build_world().home


def drafts(home):
    """Proposals with a need each, ready for their evidence."""
    walks = [Walk(home, now=NOW, title=f"项目{n}").draft() for n in range(PROPOSALS)]
    for walk in walks:
        walk.file_need()
    return walks


def citing(walk, one):
    key = one.tallies.first().pk
    return lambda: walk.solicit(tally_ids=[key])


def cancelling(home, one):
    return lambda: attempt("cancel", one, home.clerk, NOW)


def keying_in(home, one):
    return lambda: keyed_in(home.community, home.clerk, NOW, round_id=one.pk)


def rush_of_citations(home):
    one = closed(home.community, home.clerk, NOW)
    outcomes = race([citing(walk, one) for walk in drafts(home)])
    return SolicitationRound.objects.get(), outcomes


def test_every_citation_counts(home):
    one, outcomes = rush_of_citations(home)
    assert words(outcomes) == {"done": PROPOSALS}
    assert one.citation_count == CitedRound.objects.count() == PROPOSALS
    assert run(NOW, only={"P10", "P11", "I6", "I11"}).findings == []


def test_control_without_the_lock_citations_are_lost(home, monkeypatch, needs_postgresql):
    monkeypatch.setattr(
        rounds,
        "locked_rounds",
        lambda keys: list(SolicitationRound.objects.with_places().filter(pk__in=list(keys))),
    )
    lost = 0
    for number in range(5):
        one = closed(home.community, home.clerk, NOW, title=f"轮次{number}")
        outcomes = race([citing(walk, one) for walk in drafts(home)])
        one.refresh_from_db()
        lost += words(outcomes)["done"] - one.citation_count
    assert lost > 0


def test_a_round_is_cited_or_cancelled_never_both(home, figure):
    won = {"cited": 0, "cancelled": 0}
    for number in range(ROUNDS):
        one = closed(home.community, home.clerk, NOW, title=f"轮次{number}")
        walk = drafts(home)[0]
        cited, cancelled = race([citing(walk, one), cancelling(home, one)])
        assert {cited.word, cancelled.word} in (
            {"done", "round_is_cited"}, {"done", "round_not_closed"},
        ), (cited.word, cancelled.word)  # fmt: skip
        won["cited" if cited.word == "done" else "cancelled"] += 1
        one = SolicitationRound.objects.get(pk=one.pk)
        assert (one.state == "cancelled") == (one.citation_count == 0)
    assert run(NOW, only={"P10", "P11", "I11"}).findings == []
    figure(f"rounds={ROUNDS} {won}")


def test_a_round_is_keyed_in_from_or_cancelled_never_both(home):
    for number in range(ROUNDS):
        one = opened(home.community, home.clerk, NOW, title=f"轮次{number}")
        outcomes = race([keying_in(home, one), cancelling(home, one)])
        assert {outcome.word for outcome in outcomes} in (
            {"done", "round_has_needs"}, {"done", "round_over"},
        )  # fmt: skip
    assert run(NOW, only={"P4", "P10", "I11"}).findings == []
