"""Rounds of questionnaires: opened, tallied, closed, corrected, cancelled; who may, and what stays."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from communities.models import (
    RoundTally,
    SolicitationRound,
)
from communities.roles import Role
from communities.services import round_records
from communities.services import rounds as services
from core.models import AuditEvent, LedgerRow
from core.refusals import BadInput, Conflict, NotAllowed, NotFound
from core.verify import run
from tests.communities.rounds import (
    FIGURES,
    STATES,
    TALLIES,
    attempt,
    closed,
    keyed_in,
    opened,
    refused,
    tallied,
)
from tests.reliability.digest import changed_tables, table_digests

pytestmark = pytest.mark.django_db
ACTS = ("tally", "close", "correct", "cancel")
# by hand: the acts that each state allows
ALLOWED = {
    "open": {"tally", "close", "cancel"},
    "closed": {"correct", "cancel"},
    "cancelled": set(),
}


def records_of(one):
    """What the last act left: change kind, ledger event, audit kind."""
    change = one.changes.order_by("-pk").first()
    row = LedgerRow.objects.filter(subject_no=one.number).order_by("-seq").first()
    event = AuditEvent.objects.filter(target_label=one.number).order_by("-seq").first()
    return change.kind, row.event, event.kind


# --- the main way ---------------------------------------------------------------------------------


def test_a_round_goes_from_forms_to_fixed_figures(clerk, home, now):
    one = opened(home, clerk, now)
    assert one.number == f"WX-{home.street.abbr}-{home.abbr}-2017-001"
    assert (one.state, records_of(one)) == ("open", ("opened", "round_opened", "round.opened"))
    services.enter_tally(round_id=one.pk, **FIGURES, actor=clerk, now=now)
    assert records_of(one) == ("tallied", "round_tallied", "round.tallied")
    services.close_round(round_id=one.pk, closed_on=now.date(), actor=clerk, now=now)
    one = SolicitationRound.objects.get()
    assert (one.state, one.valid, one.closed_on) == ("closed", 62, now.date())
    assert records_of(one) == ("closed", "round_closed", "round.closed")
    assert [(line.label, line.count) for line in one.tallies.all()] == [
        ("加装楼道扶手", 42), ("长者活动", 18),
    ]  # fmt: skip
    row = LedgerRow.objects.get(event="round_closed")
    assert (row.ledger, row.capacity, row.is_public) == (1, "居委会经办人", True)
    assert (row.columns["round"], row.columns["questionnaires"]) == (one.number, 62)
    assert "加装楼道扶手 42" in row.columns["content"]
    assert not LedgerRow.objects.get(event="round_tallied").is_public
    assert run(now, only=["P4", "P10", "I11"]).findings == []


def test_figures_may_be_entered_again_until_the_round_is_closed(clerk, home, now):
    one = tallied(home, clerk, now)
    again = {"valid": 50, "tallies": [{"label": "灭火器", "category": "safety_goods", "count": 50}]}
    services.enter_tally(round_id=one.pk, **(FIGURES | again), actor=clerk, now=now)
    assert [line.label for line in RoundTally.objects.all()] == ["灭火器"]
    assert [change.told["valid"] for change in one.changes.order_by("pk")] == [0, 62, 50]


def test_who_handed_the_forms_out_stays_out_of_chains(clerk, home, now):
    one = closed(home, clerk, now, handed_out_by="管理处 王小明")
    assert one.handed_out_by == "管理处 王小明"
    for row in (*LedgerRow.objects.all(), *AuditEvent.objects.all()):
        assert "王小明" not in row.body


def test_a_phone_in_the_words_is_masked(clerk, home, now):
    one = opened(home, clerk, now, title="问需 13800138000")
    line = {"label": "找老王 13800138000", "category": "care", "count": 3}
    services.enter_tally(round_id=one.pk, **(FIGURES | {"tallies": [line]}), actor=clerk, now=now)
    assert "13800138000" not in SolicitationRound.objects.get().title
    assert RoundTally.objects.get().label == "找老王 138****8000"


def test_a_correction_keeps_what_was_wrong_and_why(clerk, home, now):
    one = closed(home, clerk, now)
    services.correct_round(
        round_id=one.pk, reason="漏数一份", **(FIGURES | {"valid": 63}), actor=clerk, now=now
    )
    assert SolicitationRound.objects.get().valid == 63
    assert records_of(one) == ("corrected", "round_corrected", "round.corrected")
    before, after = one.changes.order_by("-pk")[:2][::-1]
    assert (before.told["valid"], after.told["valid"], after.text) == (62, 63, "漏数一份")
    assert AuditEvent.objects.order_by("-pk").first().reason == "漏数一份"
    assert run(now, only=["P10"]).findings == []


def test_few_forms_are_told_and_not_refused(clerk, home, now, settings):
    one = closed(home, clerk, now, valid=49)
    assert one.has_too_few and one.least_valid == 50
    settings.ROUND_MIN_VALID = 40
    assert not one.has_too_few


# --- who, and when --------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", STATES)
def test_every_act_in_every_state(state, act, clerk, home, now):
    one = STATES[state](home, clerk, now)
    if act in ALLOWED[state]:
        attempt(act, one, clerk, now)
    else:
        refused(Conflict, "round_state", lambda: attempt(act, one, clerk, now))


@pytest.mark.parametrize(
    "role, allowed",
    [
        (Role.COMMITTEE_CLERK, True),
        (Role.STATION_CLERK, True),
        (Role.AFFAIRS_CLERK, True),
        (Role.PARTY_SIGNER, False),
        (Role.COMMITTEE_SIGNER, False),
        (Role.DISTRICT_OFFICER, False),
        (Role.AUDITOR, False),
        (Role.RESIDENT, False),
    ],
)
def test_who_keeps_rounds(role, allowed, holder_of, clerk, home, now):
    place = {
        Role.AFFAIRS_CLERK: home.street,
        Role.DISTRICT_OFFICER: home.street.district,
        Role.AUDITOR: home.street.district,
    }
    actor = holder_of(role, place.get(role, home))
    rows = {state: make(home, clerk, now, title=f"轮次{state}") for state, make in STATES.items()}
    for act in ("tally", "close"):
        if allowed:
            attempt(act, rows["open"], actor, now)
        else:
            refused(
                NotAllowed,
                "not_round_keeper",
                lambda act=act: attempt(act, rows["open"], actor, now),
            )
    for act in ("correct", "cancel"):
        if allowed:
            attempt(act, rows["closed"], actor, now)
        else:
            refused(
                NotAllowed,
                "not_round_keeper",
                lambda act=act: attempt(act, rows["closed"], actor, now),
            )
    if allowed:
        opened(home, actor, now, title="另一轮")
    else:
        refused(NotAllowed, "not_round_keeper", lambda: opened(home, actor, now, title="另一轮"))


def test_a_right_that_ended_yesterday_is_gone(holder_of, home, now):
    ended = holder_of(
        Role.COMMITTEE_CLERK, home, "gone", ends_on=timezone.localdate(now) - timedelta(days=1)
    )
    refused(NotAllowed, "not_round_keeper", lambda: opened(home, ended, now))


def test_the_neighbours_rounds_are_not_ones_own(clerk, holder_of, neighbour, far, now):
    for place in (neighbour, far):
        theirs = holder_of(Role.COMMITTEE_CLERK, place)
        one = tallied(place, theirs, now)
        for act in ("tally", "close", "cancel"):
            refused(
                NotAllowed,
                "not_round_keeper",
                lambda act=act, one=one: attempt(act, one, clerk, now),
            )


def test_a_round_nobody_knows_is_not_found(clerk, home, now):
    one = SolicitationRound(pk=4711)
    for act in ACTS:
        refused(NotFound, "round_unknown", lambda act=act: attempt(act, one, clerk, now))


# --- what is refused ------------------------------------------------------------------------------

WRONG_OPENINGS = [
    ({"title": " "}, "text_missing"),
    ({"handed_out_where": ""}, "text_missing"),
    ({"title": "长" * 81}, "text_too_long"),
    ({"method": "phone"}, "method_unknown"),
    ({"handed_out": -1}, "count_out_of_range"),
    ({"handed_out": 100_001}, "count_out_of_range"),
]


@pytest.mark.parametrize("words, code", WRONG_OPENINGS)
def test_what_an_opening_must_say(words, code, clerk, home, now):
    refused(BadInput, code, lambda: opened(home, clerk, now, **words))


def test_a_round_does_not_begin_tomorrow(clerk, home, now):
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    refused(BadInput, "opened_later", lambda: opened(home, clerk, now, opened_on=tomorrow))


def test_a_second_press_of_the_button_opens_no_second_round(clerk, home, now):
    one = opened(home, clerk, now)
    refused(Conflict, "round_open_already", lambda: opened(home, clerk, now))
    services.cancel_round(round_id=one.pk, reason="日期填错", actor=clerk, now=now)
    assert opened(home, clerk, now).number.endswith("-002")


LINE = TALLIES[0]
WRONG_FIGURES = [
    ({"returned": 101}, "returned_over_handed_out"),
    ({"valid": 71}, "valid_over_returned"),
    ({"valid": -1}, "count_out_of_range"),
    ({"tallies": [LINE | {"count": 63}]}, "tally_over_valid"),
    ({"tallies": [LINE | {"count": 0}]}, "tally_count_positive"),
    ({"tallies": [LINE | {"label": " "}]}, "tally_label_length"),
    ({"tallies": [LINE | {"label": "长" * 61}]}, "tally_label_length"),
    ({"tallies": [LINE | {"category": "moon"}]}, "category_unknown"),
    ({"tallies": [LINE, LINE | {"label": f" {LINE['label']}"}]}, "tally_label_twice"),
    ({"tallies": [LINE | {"label": str(n)} for n in range(61)]}, "too_many_tallies"),
]


@pytest.mark.parametrize("words, code", WRONG_FIGURES)
def test_figures_that_do_not_agree(words, code, clerk, home, now):
    one = opened(home, clerk, now)
    refused(BadInput, code, lambda: services.enter_tally(
        round_id=one.pk, **(FIGURES | words), actor=clerk, now=now))  # fmt: skip
    shut = closed(home, clerk, now, title="另一轮")
    refused(BadInput, code, lambda: services.correct_round(
        round_id=shut.pk, reason="更正", **(FIGURES | words), actor=clerk, now=now))  # fmt: skip


def test_a_form_that_names_every_line_counts_in_each(clerk, home, now):
    one = opened(home, clerk, now)
    lines = [LINE | {"label": name, "count": 62} for name in "甲乙丙"]
    services.enter_tally(round_id=one.pk, **(FIGURES | {"tallies": lines}), actor=clerk, now=now)
    assert RoundTally.objects.count() == 3


def test_nobody_saves_over_what_somebody_else_just_saved(clerk, home, now):
    one = opened(home, clerk, now)
    seen = one.version
    services.enter_tally(round_id=one.pk, **FIGURES, seen=seen, actor=clerk, now=now)
    refused(Conflict, "changed_meanwhile", lambda: services.enter_tally(
        round_id=one.pk, **FIGURES, seen=seen, actor=clerk, now=now))  # fmt: skip


def test_a_round_is_closed_with_its_summary_on_a_day_of_its_own(clerk, home, now):
    empty = opened(home, clerk, now)
    refused(Conflict, "round_without_tally", lambda: attempt("close", empty, clerk, now))
    one = tallied(home, clerk, now, title="另一轮")
    for days in (-1, 1):
        refused(BadInput, "closed_out_of_order", lambda days=days: services.close_round(
            round_id=one.pk, closed_on=timezone.localdate(now) + timedelta(days=days), actor=clerk,
            now=now))  # fmt: skip


def test_a_correction_says_why_and_changes_something(clerk, home, now):
    one = closed(home, clerk, now)
    for words, kind, code in (
        ({"reason": " "}, BadInput, "reason_missing"),
        ({"tallies": []}, BadInput, "round_without_tally"),
        ({}, Conflict, "nothing_changed"),
    ):
        fields = FIGURES | {"reason": "更正"} | words
        refused(kind, code, lambda fields=fields: services.correct_round(
            round_id=one.pk, **fields, actor=clerk, now=now))  # fmt: skip


def test_a_round_that_needs_rest_on_is_not_cancelled(clerk, home, now):
    one = opened(home, clerk, now)
    keyed_in(home, clerk, now, round_id=one.pk)
    told = refused(Conflict, "round_has_needs", lambda: attempt("cancel", one, clerk, now))
    assert all(reason.remedy for reason in told.reasons)
    refused(BadInput, "reason_missing", lambda: services.cancel_round(
        round_id=opened(home, clerk, now, title="空轮").pk, reason="", actor=clerk, now=now))  # fmt: skip


@pytest.mark.parametrize("act", ["tally", "close", "cancel"])
def test_a_failure_half_way_leaves_nothing(act, clerk, home, now, monkeypatch):
    one = tallied(home, clerk, now)

    def fail(*_args, **_kwargs):
        raise OSError("the disk is full")

    before = table_digests()
    monkeypatch.setattr(round_records.ledgers, "append", fail)
    with pytest.raises(OSError), transaction.atomic():
        attempt(act, one, clerk, now)
    assert changed_tables(before, table_digests()) == []
