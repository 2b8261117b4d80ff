"""Approvals of one community's money at once: exactly as many as fit, whoever comes first.

The control takes the guard away and must overrun: otherwise the test would prove nothing.
"""

import copy

import pytest
from django.db import connection, transaction

from core.money import parse_yuan
from core.verify import run
from deliberation.services import decisions
from projects.choices import EntryKind
from projects.models import Envelope, EnvelopeEntry
from projects.services import envelopes
from tests.reliability.racing import race, words
from tests.reliability.situations import crowd
from tests.world import build_world

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

YEAR_CAP = parse_yuan("2000000.00")
ROUNDS, RIVALS = 10, 8


@pytest.fixture
def home(settings):
    # the messages after an act are not what races here
    settings.OUTBOX_INLINE = False
    with transaction.atomic():
        return build_world().home


def establish_all(walks):
    def act(walk):
        return lambda: decisions.establish(
            matter_id=walk.pk, forum="党工委会议", actor=walk.cast.street.approver, now=walk.now
        )

    return race([act(walk) for walk in walks])


def spent():
    rows = EnvelopeEntry.objects.filter(kind=EntryKind.RESERVE)
    return sum(rows.values_list("amount_fen", flat=True))


def test_exactly_as_many_approvals_as_fit_succeed(home, figure):
    attempts, amount = (
        (64, parse_yuan("125000.00"))
        if connection.vendor == "postgresql"
        else (16, parse_yuan("200000.00"))
    )
    fit = YEAR_CAP // amount
    walks = crowd(home, attempts, "submitted", amount_fen=amount)
    outcomes = establish_all(walks)
    assert words(outcomes) == {"done": fit, "year_cap_exceeded": attempts - fit}
    envelope = Envelope.objects.get()
    assert (envelope.reserved_fen, envelope.free_fen, spent()) == (YEAR_CAP, 0, YEAR_CAP)
    numbers = sorted(o.value.agreement_number for o in outcomes if o.value)
    assert [int(number[-4:]) for number in numbers] == list(range(1, fit + 1))
    assert list(run(walks[0].now, only={"I1", "I2", "I6", "I8", "I9", "I11"}).findings) == []
    retried = sum(outcome.retries for outcome in outcomes)
    figure(f"attempts={attempts} accepted={fit} refused={attempts - fit} retried={retried}")


# --- control -------------------------------------------------------------------------------------


def unguarded(read):
    """A reserve() that looks and then writes what it saw, as one would write it first."""

    def reserve(*, community, year, cap_fen, amount_fen, proposal, cause, actor, at):
        envelope = read(community, year)
        if envelope.free_fen < amount_fen:
            raise envelopes.Conflict(envelopes.over_cap_reason(envelope, amount_fen))
        envelope.reserved_fen += amount_fen
        envelope.save()
        EnvelopeEntry.objects.create(
            envelope=envelope, kind=EntryKind.RESERVE, amount_fen=amount_fen, proposal=proposal,
            cause=cause, at=at, actor=actor,
        )  # fmt: skip
        return envelope

    return reserve


@pytest.fixture
def check_dropped():
    """The table without its CHECK, for the length of a test."""
    name = "envelope_within_cap"
    check = next(c for c in Envelope._meta.constraints if c.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Envelope, check)
    yield
    Envelope.objects.update(reserved_fen=0)
    with connection.schema_editor() as editor:
        editor.add_constraint(Envelope, check)


def test_control_without_the_guard_the_cap_is_overrun(home, check_dropped, monkeypatch, figure):
    amount = parse_yuan("200000.00")
    with transaction.atomic():
        envelope = envelopes.lock_envelope(community=home.community, year=2017, cap_fen=YEAR_CAP)
    seen = {}

    def read(community, year):
        if connection.vendor == "postgresql":
            return Envelope.objects.select_related("community").get(community=community, year=year)
        # SQLite has one writer at a time: there the mistake is to look before the transaction
        return copy.copy(seen[community.pk])

    monkeypatch.setattr(decisions.envelopes, "reserve", unguarded(read))
    for number in range(1, ROUNDS + 1):
        # room for two of this round's rivals
        before = spent()
        Envelope.objects.update(reserved_fen=before, cap_fen=before + 2 * amount)
        walks = crowd(home, RIVALS, "submitted", amount_fen=amount)
        seen[home.community.pk] = Envelope.objects.select_related("community").get(pk=envelope.pk)
        outcomes = establish_all(walks)
        assert not [o for o in outcomes if o.error], words(outcomes)
        accepted = (spent() - before) // amount
        if accepted > 2:
            figure(f"overrun in round {number}: {accepted} accepted where 2 fit")
            break
    else:
        pytest.fail(f"no overrun in {ROUNDS} rounds: the test above would prove nothing")
    assert {finding.code for finding in run(walks[0].now, only={"I2"}).findings} == {"I2"}
