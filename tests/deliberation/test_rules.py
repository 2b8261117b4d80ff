"""The pure rules against tables and against an oracle that counts in fractions."""

from fractions import Fraction
from types import SimpleNamespace

import pytest

from deliberation import rules
from deliberation.choices import Capacity
from projects import rules as money_rules
from projects.choices import ApplicantKind, ProposalType

RULE = "操作指引 2.0"


def fewest_present(members, share, is_inclusive):
    """The oracle: try every number of people and take the first that is enough."""
    for present in range(members + 2):
        if present > members * share or (is_inclusive and present == members * share):
            return present
    raise AssertionError("no number of people is enough")


@pytest.mark.parametrize("is_inclusive", [False, True], ids=["strict", "inclusive"])
@pytest.mark.parametrize("members", range(9, 22))
def test_the_quorum_is_the_fewest_that_are_enough(members, is_inclusive):
    for share in (Fraction(2, 3), Fraction(1, 2), Fraction(3, 4)):
        found = rules.quorum_needed(members, share.numerator, share.denominator, is_inclusive)
        assert found == fewest_present(members, share, is_inclusive), share


@pytest.mark.parametrize(
    "members, strict, inclusive",
    [(9, 7, 6), (13, 9, 9), (15, 11, 10), (16, 11, 11), (18, 13, 12), (21, 15, 14)],
)
def test_the_quorum_by_the_numbers_of_the_sources(members, strict, inclusive):
    # 莲塘社区 2016-08-04: more than two thirds of the members
    assert rules.quorum_needed(members) == strict
    assert rules.quorum_needed(members, is_inclusive=True) == inclusive


def test_nobody_left_is_never_a_quorum():
    assert rules.quorum_needed(0) == 1


@pytest.mark.parametrize("entitled", range(1, 22))
def test_carried_means_more_than_half_of_those_entitled(entitled):
    for yes in range(entitled + 1):
        assert rules.is_carried(yes, entitled) is (Fraction(yes, entitled) > Fraction(1, 2))


@pytest.mark.parametrize(
    "tally, entitled, adds_up",
    [
        ((7, 2, 1), 10, True),
        ((0, 0, 10), 10, True),
        ((7, 2, 0), 10, False),
        ((7, 2, 2), 10, False),
        ((12, -2, 0), 10, False),
        ((11, 0, -1), 10, False),
    ],
)
def test_every_member_entitled_is_counted_once(tally, entitled, adds_up):
    assert rules.tally_adds_up(*tally, entitled) is adds_up


def test_both_capacities_must_sign():
    assert rules.missing_capacities(set()) == [Capacity.PARTY, Capacity.COMMITTEE]
    assert rules.missing_capacities({Capacity.PARTY}) == [Capacity.COMMITTEE]
    assert rules.missing_capacities({Capacity.PARTY, Capacity.COMMITTEE}) == []


def caps(type, amount_fen, cap_fen):
    cap = SimpleNamespace(type=type, cap_fen=cap_fen) if cap_fen else None
    return [
        reason.code
        for reason in money_rules.cap_reasons(
            amount_fen=amount_fen, cap=cap, type_label=ProposalType(type).label, rule=RULE
        )
    ]


@pytest.mark.parametrize(
    "type, amount_fen, cap_fen, expected",
    [
        ("works", 50_000_000, 50_000_000, []),
        ("works", 50_000_001, 50_000_000, ["over_type_cap"]),
        ("service", 20_000_000, 20_000_000, []),
        ("service", 20_000_001, 20_000_000, ["over_type_cap"]),
        ("service", 1, 20_000_000, []),
        ("service", 0, 20_000_000, ["amount_not_positive"]),
        ("service", -1, 20_000_000, ["amount_not_positive"]),
        ("goods", 1, None, ["type_not_allowed"]),
    ],
)
def test_caps_hold_to_the_fen(type, amount_fen, cap_fen, expected):
    assert caps(type, amount_fen, cap_fen) == expected


def applicant(kind=ApplicantKind.ORGANISATION, *, type="service", organisation=None, partner=None):
    cap = SimpleNamespace(applicants=frozenset(
        ["organisation"] if type == "service" else ["resident", "committee", "workstation"]
    ))  # fmt: skip
    return [
        reason.code
        for reason in money_rules.applicant_reasons(
            type=type, applicant_kind=kind, cap=cap, organisation=organisation, partner=partner,
            rule=RULE,
        )
    ]  # fmt: skip


def organisation(*, is_registered=True, is_active=True):
    return SimpleNamespace(name="组织", is_registered=is_registered, is_active=is_active)


def test_who_may_declare_what():
    registered, filed = organisation(), organisation(is_registered=False)
    closed = organisation(is_active=False)
    assert applicant(organisation=registered) == []
    assert applicant(organisation=filed, partner=registered) == []
    assert applicant(organisation=filed) == ["partner_required"]
    assert applicant(organisation=filed, partner=filed) == ["partner_not_registered"]
    assert applicant(organisation=registered, partner=closed) == ["partner_not_registered"]
    assert applicant(organisation=closed) == ["organisation_inactive"]
    assert applicant(ApplicantKind.RESIDENT) == ["service_needs_organisation"]
    assert applicant(ApplicantKind.WORKSTATION, type="works") == []
    assert applicant(type="works", organisation=registered) == ["applicant_not_allowed"]


def test_a_budget_is_the_exact_sum_of_its_lines():
    assert money_rules.line_total([]) == 0
    assert money_rules.line_total([(3, 33_33), (1, 1)]) == 100_00
    assert money_rules.line_total([(10**6, 10**9), (1, 1)]) == 10**15 + 1


@pytest.mark.parametrize(
    "serial, number", [(3, "CZ-XC-2017-003"), (999, "CZ-XC-2017-999"), (1000, "CZ-XC-2017-1000")]
)
def test_numbers_name_street_community_year_and_serial(serial, number):
    assert money_rules.number_of("CZ", "XC", 2017, serial) == number
