"""The money of a community's year: reserved to the fen, explained by its journal, in its own year."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from core.calendar import SHANGHAI
from core.verify import run
from deliberation.choices import State
from deliberation.models import StreetDecision
from demo.walk import Walk
from projects.choices import EntryKind
from projects.models import Envelope, EnvelopeEntry, RuleSet
from projects.services import envelopes
from tests.deliberation.helpers import codes, refused

YEAR_CAP = 200_000_000


@pytest.fixture
def reserve(world, walk, now):
    proposal = walk().draft().matter.proposal

    def reserve(amount_fen, cause, *, community=world.home.community, year=2017, cap=YEAR_CAP):
        with transaction.atomic():
            return envelopes.reserve(
                community=community, year=year, cap_fen=cap, amount_fen=amount_fen,
                proposal=proposal, cause=cause, actor=world.officer, at=now,
            )  # fmt: skip

    return reserve


def test_a_reservation_is_one_sum_and_one_line(reserve, world, now):
    envelope = reserve(5_000_000, "a")
    assert (envelope.cap_fen, envelope.reserved_fen, envelope.paid_fen) == (YEAR_CAP, 5_000_000, 0)
    assert envelope.free_fen == 195_000_000
    line = envelope.entries.get()
    assert (line.kind, line.amount_fen, line.cause, line.at, line.actor) == (
        EntryKind.RESERVE, 5_000_000, "a", now, world.officer,
    )  # fmt: skip
    reserve(1, "b")
    assert Envelope.objects.get().reserved_fen == 5_000_001
    assert EnvelopeEntry.objects.count() == 2


def test_the_last_fen_fits_and_the_next_does_not(reserve):
    reserve(YEAR_CAP - 1, "a")
    refused("year_cap_exceeded", reserve, 2, "b")
    assert reserve(1, "c").free_fen == 0
    refused("year_cap_exceeded", reserve, 1, "d")


def test_more_than_the_whole_year_is_refused_before_a_row_is_made(reserve):
    refused("year_cap_exceeded", reserve, YEAR_CAP + 1, "a")
    assert not Envelope.objects.exists()


def test_the_refusal_says_what_is_used_and_what_is_left(reserve):
    reserve(YEAR_CAP - 10_000, "a")
    try:
        reserve(20_000, "b")
    except Exception as refusal:
        (reason,) = refusal.reasons
    for number in ("2,000,000.00", "1,999,900.00", "100.00", "200.00", "2017"):
        assert number in reason.text


def test_money_already_paid_counts_too(reserve):
    reserve(1, "a")
    Envelope.objects.update(paid_fen=YEAR_CAP - 2)
    assert reserve(1, "b").free_fen == 0
    refused("year_cap_exceeded", reserve, 1, "c")


def test_one_cause_reserves_once(reserve):
    reserve(5_000_000, "establish:1")
    with pytest.raises(IntegrityError):
        reserve(5_000_000, "establish:1")
    assert Envelope.objects.get().reserved_fen == 5_000_000
    assert EnvelopeEntry.objects.count() == 1


def test_communities_and_years_do_not_share(reserve, world):
    reserve(YEAR_CAP, "a")
    reserve(YEAR_CAP, "b", community=world.neighbour.community)
    reserve(YEAR_CAP, "c", year=2018)
    assert Envelope.objects.count() == 3


def test_a_year_keeps_the_cap_it_began_with(reserve):
    reserve(100, "a", cap=100)
    refused("year_cap_exceeded", reserve, 1, "b", cap=1_000)


def test_lines_of_the_journal_are_never_rewritten(reserve):
    line = reserve(100, "a").entries.get()
    with pytest.raises(TypeError):
        EnvelopeEntry.objects.update(amount_fen=1)
    with pytest.raises(TypeError):
        line.delete()
    for sql in ("UPDATE proj_envelope_entry SET amount_fen = 1", "DELETE FROM proj_envelope_entry"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_sum_without_its_line_is_found(reserve, now):
    reserve(100, "a")
    Envelope.objects.update(reserved_fen=101)
    found = [finding.code for finding in run(now).findings]
    assert "I2" in found


# Around New Year ---------------------------------------------------------------------------------

NEW_YEAR = [
    (datetime(2017, 12, 31, 23, 59, 59, tzinfo=SHANGHAI), 2017),
    (datetime(2018, 1, 1, tzinfo=SHANGHAI), 2018),
]


@pytest.fixture(params=["Asia/Shanghai", "UTC", "America/New_York"])
def process_zone(request, monkeypatch):
    """The clock of the machine stands elsewhere; the year is still that of Luohu."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_the_year_of_the_money_is_that_of_the_place(world, process_zone):
    done = Walk(world.home, now=NEW_YEAR[0][0] - timedelta(days=15)).to(State.PUBLICISED).submit()
    for moment, year in NEW_YEAR:
        done.now = moment.astimezone(UTC)
        with transaction.atomic():
            done.establish()
            decision = StreetDecision.objects.get()
            assert Envelope.objects.get().year == decision.year == year
            assert decision.agreement_on == moment.date()
            assert f"-{year}-" in decision.agreement_number
            transaction.set_rollback(True)


def test_a_full_year_has_room_again_after_midnight(world):
    RuleSet.objects.filter(code="2.0").update(community_year_cap_fen=5_000_000)
    start = NEW_YEAR[0][0] - timedelta(days=15)
    first = Walk(world.home, now=start).to(State.PUBLICISED).submit()
    second = Walk(world.home, now=start).to(State.PUBLICISED).submit()
    first.now, second.now = NEW_YEAR[0][0], NEW_YEAR[0][0]
    first.establish()
    assert codes(second.establish) == {"year_cap_exceeded"}
    second.now = NEW_YEAR[1][0]
    second.establish()
    assert list(Envelope.objects.order_by("year").values_list("year", "reserved_fen")) == [
        (2017, 5_000_000), (2018, 5_000_000),
    ]  # fmt: skip


@pytest.mark.parametrize("moment, year", NEW_YEAR)
def test_a_number_carries_the_year_of_its_declaration(world, process_zone, moment, year):
    proposal = Walk(world.home, now=moment.astimezone(UTC)).to(State.DECLARED).matter.proposal
    assert proposal.year == year and f"-{year}-001" in proposal.number
    assert proposal.matter.declared_at.astimezone(SHANGHAI).date() in (
        date(2017, 12, 31), date(2018, 1, 1),
    )  # fmt: skip
