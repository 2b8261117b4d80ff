"""The last fen that fits and the first that does not, at every door money passes through."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from core.money import FEN_PER_WAN, parse_yuan
from core.refusals import Conflict
from core.verify import run
from deliberation.choices import State
from deliberation.models import Matter
from projects.models import Envelope, LineItem, Proposal
from projects.rules import SPLIT_ADVICE
from tests.reliability.situations import build

CAPS = {"works": parse_yuan("500000.00"), "service": parse_yuan("200000.00")}
YEAR_CAP = parse_yuan("2000000.00")
ADVICE = {"works": SPLIT_ADVICE, "service": "请压缩预算"}


def refusal(go):
    """The reasons of the Conflict that `go` must end in."""
    with pytest.raises(Conflict) as refused, transaction.atomic():
        go()
    return refused.value.reasons


def raise_amount(matter_id, amount_fen):
    """Somebody with the keys of the database makes the proposal dearer behind everybody's back."""
    proposal_id = Matter.objects.get(pk=matter_id).proposal_id
    Proposal.objects.filter(pk=proposal_id).update(amount_fen=amount_fen)
    LineItem.objects.filter(proposal_id=proposal_id).update(
        unit_price_fen=amount_fen, amount_fen=amount_fen
    )


@pytest.mark.parametrize("type", CAPS)
def test_the_cap_of_a_type_is_accepted_to_the_fen_all_the_way(walk, type):
    done = walk(type=type, amount_fen=CAPS[type]).to(State.ESTABLISHED)
    assert done.matter.state == State.ESTABLISHED
    assert Envelope.objects.get().reserved_fen == CAPS[type]


@pytest.mark.parametrize("type", CAPS)
def test_one_fen_more_is_refused_at_the_declaration_with_advice(walk, type):
    dear = walk(type=type, amount_fen=CAPS[type] + 1).draft().solicit()
    reasons = refusal(dear.declare)
    assert [reason.code for reason in reasons] == ["over_type_cap"]
    assert ADVICE[type] in str(reasons[0].remedy)
    assert dear.again().matter.state == State.SOLICITED
    assert dear.matter.proposal.number is None


@pytest.mark.parametrize("type", CAPS)
def test_an_amount_raised_in_the_database_is_refused_when_the_review_is_signed(world, type):
    s = build("recorded", world.home, type=type, amount_fen=CAPS[type])
    raise_amount(s.matter_id, CAPS[type] + 1)
    reasons = refusal(s.walk.sign)
    assert [reason.code for reason in reasons] == ["over_type_cap"]
    assert ADVICE[type] in str(reasons[0].remedy)


@pytest.mark.parametrize("type", CAPS)
def test_an_amount_raised_in_the_database_is_refused_when_it_is_established(world, type):
    s = build("submitted", world.home, type=type, amount_fen=CAPS[type])
    raise_amount(s.matter_id, CAPS[type] + 1)
    reasons = refusal(s.walk.establish)
    assert [reason.code for reason in reasons] == ["over_type_cap"]
    assert ADVICE[type] in str(reasons[0].remedy)
    # under the cap, but not what the council carried
    raise_amount(s.matter_id, CAPS[type] - 1)
    assert [reason.code for reason in refusal(s.walk.establish)] == ["content_changed"]
    assert not Envelope.objects.exists()


@pytest.fixture
def spend(world):
    """Bring works of these amounts to the street's table, and establish them one by one."""

    def go(*amounts, cast=None, now=None):
        extra = {"now": now} if now else {}
        for amount_fen in amounts:
            s = build("submitted", cast or world.home, amount_fen=amount_fen, **extra)
            s.walk.establish()
        return s

    return go


def test_the_last_yuan_of_a_communitys_year_is_accepted_and_the_next_fen_refused(world, spend):
    spend(*[CAPS["works"]] * 3, CAPS["works"] - 100)
    assert Envelope.objects.get().free_fen == 100
    too_much = build("submitted", world.home, amount_fen=101)
    (reason,) = refusal(too_much.walk.establish)
    assert reason.code == "year_cap_exceeded"
    assert "1.00元" in reason.text and "1.01元" in reason.text
    # the 2,000,000th yuan
    spend(100)
    envelope = Envelope.objects.get()
    assert (envelope.reserved_fen, envelope.free_fen) == (YEAR_CAP, 0)
    one_fen = build("submitted", world.home, amount_fen=1)
    assert [r.code for r in refusal(one_fen.walk.establish)] == ["year_cap_exceeded"]
    assert one_fen.walk.again().matter.state == State.PUBLICISED
    assert list(run(one_fen.now, only={"I1", "I2", "I6"}).findings) == []


def test_a_full_year_stops_neither_the_neighbour_nor_the_next_year(world, spend):
    spend(*[CAPS["works"]] * 4)
    spend(CAPS["works"], cast=world.neighbour)
    spend(CAPS["works"], now=datetime(2018, 1, 2, 2, 0, tzinfo=UTC))
    sums = Envelope.objects.order_by("year", "community__code").values_list("year", "reserved_fen")
    assert list(sums) == [
        (2017, YEAR_CAP), (2017, CAPS["works"]), (2018, CAPS["works"]),
    ]  # fmt: skip


def test_the_year_is_that_of_shanghai_when_the_street_signs(world):
    """23:59 of New Year's Eve in Shanghai is 15:59 UTC; one minute later is next year's money."""
    for moment, year in (
        (datetime(2017, 12, 31, 15, 59, 59, tzinfo=UTC), 2017),
        (datetime(2017, 12, 31, 16, 0, tzinfo=UTC), 2018),
        (datetime(2017, 12, 31, 23, 30, tzinfo=UTC), 2018),
    ):
        s = build("submitted", world.home, amount_fen=FEN_PER_WAN)
        s.walk.now = moment
        s.walk.establish()
        assert s.walk.matter.decisions.get(decision="establish").year == year


@pytest.mark.parametrize(
    ("type", "words"),
    [("works", "1000000.00"), ("service", "500000.00"), ("goods", "500000.00")],
)
def test_the_caps_of_2020_hold_to_the_fen_as_well(walk, type, words):
    now, cap = datetime(2020, 3, 2, 2, 0, tzinfo=UTC), parse_yuan(words)
    fits = walk(type=type, amount_fen=cap, now=now).draft().solicit().declare()
    assert fits.again().matter.state == State.DECLARED
    dear = walk(type=type, amount_fen=cap + 1, now=now).draft().solicit()
    assert [reason.code for reason in refusal(dear.declare)] == ["over_type_cap"]
