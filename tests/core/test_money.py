import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import money

FEN = st.integers(min_value=0, max_value=10**13)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("0.01", 1),
        ("0.1", 10),
        ("007", 700),
        ("500000.00", 50_000_000),
        ("500,000.00", 50_000_000),
        ("1,234,567.8", 123_456_780),
        (" 5000 ", 500_000),
        ("999999999999.99", 99_999_999_999_999),
    ],
)
def test_yuan_are_read_as_fen(text, fen):
    assert money.parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "请填写"),
        ("-1", "负数"),
        ("－1", "负数"),
        ("−5", "负数"),
        ("５００", "半角"),
        ("5，000", "半角"),
        ("٥", "半角"),
        ("1.005", "两位小数"),
        ("1000000000000", "过大"),
        ("1e5", "只能包含"),
        ("NaN", "只能包含"),
        ("Infinity", "只能包含"),
        ("1_000", "只能包含"),
        ("+5", "只能包含"),
        ("5元", "只能包含"),
        ("1,00", "只能包含"),
        ("1,0000", "只能包含"),
        (",100", "只能包含"),
        ("1.", "只能包含"),
        (".5", "只能包含"),
        ("5\n", "只能包含"),
        ("0x10", "只能包含"),
        ("五万", "只能包含"),
    ],
)
def test_what_is_no_amount_is_refused_in_words(text, words):
    with pytest.raises(ValueError, match=words):
        money.parse_yuan(text)


@pytest.mark.parametrize("value", [5, 5.0, None, True, b"5"])
def test_only_text_is_read(value):
    with pytest.raises(ValueError, match="文字"):
        money.parse_yuan(value)


@given(FEN)
def test_writing_and_reading_give_the_same_amount(fen):
    assert money.parse_yuan(money.format_yuan(fen)) == fen
    assert money.parse_yuan(money.format_yuan_grouped(fen)) == fen
    assert Fraction(money.format_wan(fen)) == Fraction(fen, 1_000_000)


@pytest.mark.parametrize(
    ("fen", "plain", "grouped", "wan"),
    [
        (0, "0.00", "0.00", "0"),
        (1, "0.01", "0.01", "0.000001"),
        (50_000_000, "500000.00", "500,000.00", "50"),
        (32_500_000, "325000.00", "325,000.00", "32.5"),
        (74_170_000_00, "74170000.00", "74,170,000.00", "7417"),
        (-150, "-1.50", "-1.50", "-0.00015"),
    ],
)
def test_the_three_ways_to_write_an_amount(fen, plain, grouped, wan):
    assert money.format_yuan(fen) == plain
    assert money.format_yuan_grouped(fen) == grouped
    assert money.format_wan(fen) == wan


@pytest.mark.parametrize("fen", [1.0, "1", None, True])
def test_fen_are_whole_numbers(fen):
    with pytest.raises(TypeError):
        money.format_yuan(fen)


def test_odd_fen_go_to_the_largest_shares_first():
    assert money.split_by_shares(100, [1, 1, 1]) == [34, 33, 33]
    assert money.split_by_shares(101, [1, 2, 3]) == [16, 34, 51]
    assert money.split_by_shares(1, [1, 5]) == [0, 1]
    assert money.split_by_shares(5, [0, 1, 0]) == [0, 5, 0]


@given(FEN, st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any))
def test_a_split_loses_nothing_and_is_fair_to_a_fen(total, shares):
    parts = money.split_by_shares(total, shares)
    assert sum(parts) == total
    for part, share in zip(parts, shares, strict=True):
        exact = Fraction(total * share, sum(shares))
        assert exact - 1 < part < exact + 1
        assert share or part == 0


@pytest.mark.parametrize(("total", "shares"), [(1, []), (1, [0]), (-1, [1]), (1, [1, -1])])
def test_a_split_without_shares_is_refused(total, shares):
    with pytest.raises(ValueError, match="split"):
        money.split_by_shares(total, shares)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (50_000_000, "伍拾万元整"),
        (123_456_789, "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        (1_005, "壹拾元零伍分"),
        (10, "壹角"),
        (100_100, "壹仟零壹元整"),
        (2_000_000_00, "贰佰万元整"),
    ],
)
def test_amounts_in_capitals(fen, words):
    assert money.in_capitals(fen) == words


DIGITS = {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def _read_capitals(words):
    """An oracle that reads capitals back, written from the rules and not from the package."""
    total = section = digit = 0
    for char in words:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in UNITS:
            section, digit = section + digit * UNITS[char], 0
        elif char == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif char == "亿":
            total, section, digit = (total + section + digit) * 100_000_000, 0, 0
        elif char == "元":
            yuan, total, section, digit = total + section + digit, 0, 0, 0
            fen = yuan * 100
        elif char == "角":
            fen, digit = (fen if "元" in words else 0) + digit * 10, 0
        elif char == "分":
            fen, digit = (fen if "元" in words or "角" in words else 0) + digit, 0
    return fen


@given(st.integers(1, 10**12))
def test_capitals_read_back_give_the_amount(fen):
    assert _read_capitals(money.in_capitals(fen)) == fen


def test_capitals_of_every_pattern_of_zeros():
    for digits in itertools.product("05", repeat=8):
        fen = int("".join(digits))
        if fen:
            assert _read_capitals(money.in_capitals(fen)) == fen


@pytest.mark.parametrize("fen", [-1, 10**14 + 1])
def test_capitals_have_limits(fen):
    with pytest.raises(ValueError, match="capitals"):
        money.in_capitals(fen)
