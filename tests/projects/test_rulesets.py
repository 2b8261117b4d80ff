"""Rule sets: which is in force on a day, that none in use changes, how a new version takes over."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from core.calendar import SHANGHAI
from core.models import AuditEvent
from deliberation.choices import State
from deliberation.selectors import steps_of
from deliberation.services import declaring
from demo.walk import Walk
from projects.models import (
    Exclusion,
    PositiveItem,
    RuleSet,
    RuleSetDocument,
    RuleStep,
    TypeCap,
)
from projects.selectors import rule_set_in_force
from projects.services.rulesets import (
    PLAIN,
    load_rule_book,
    relabel_step,
    save_part,
    start_new_version,
)
from tests.deliberation.helpers import refused

PARTS = (TypeCap, PositiveItem, Exclusion, RuleStep)


def code_on(day):
    rule_set = rule_set_in_force(day)
    return rule_set and rule_set.code


@pytest.mark.parametrize(
    "day, code",
    [
        ("2014-12-31", None),
        ("2015-01-01", None),
        ("2016-12-31", None),
        ("2017-01-01", "2.0"),
        ("2019-12-31", "2.0"),
        ("2020-01-01", "2020"),
        ("2031-06-01", "2020"),
    ],
)
def test_each_day_has_the_rule_set_of_its_dates_and_1_0_is_history_only(world, day, code):
    assert code_on(date.fromisoformat(day)) == code


def test_history_of_1_0_is_found_by_its_dates_but_nothing_is_declared_under_it(world):
    former = RuleSet.objects.in_force(date(2016, 5, 1)).get()
    assert (former.code, former.is_history_only, former.step_count) == ("1.0", True, 13)
    december = datetime(2016, 12, 1, 10, tzinfo=SHANGHAI)
    refused("no_rule_set", Walk(world.home, now=december).draft().solicit().declare)


@pytest.mark.parametrize(
    "moment, code", [("2019-12-31 23:59:59", "2.0"), ("2020-01-01 00:00:00", "2020")]
)
def test_a_declaration_takes_the_rules_of_the_day_at_the_place(world, moment, code):
    now = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    proposal = Walk(world.home, now=now).to(State.DECLARED).matter.proposal
    assert (proposal.rule_set.code, proposal.year) == (code, now.year)


def test_an_item_of_the_old_list_is_no_item_of_the_new_one(world):
    walk = Walk(world.home, now=datetime(2019, 12, 31, 23, tzinfo=SHANGHAI)).to(State.SOLICITED)
    refused("not_on_positive_list", walk.days(0, hours=1).declare)


def test_a_proposal_keeps_the_rules_it_was_first_declared_under(world):
    walk = Walk(world.home, now=datetime(2019, 12, 31, 9, tzinfo=SHANGHAI)).to(State.DECLARED)
    declaring.return_for_correction(
        matter_id=walk.pk, reason="补材料", actor=world.home.clerk, now=walk.now
    )
    walk.days(2)
    declaring.redeclare(matter_id=walk.pk, actor=walk.applicant, now=walk.now)
    proposal = walk.again().matter.proposal
    assert (proposal.rule_set.code, proposal.year) == ("2.0", 2019)


# In use ------------------------------------------------------------------------------------------


def save(world, now, part):
    return save_part(part, actor=world.officer, now=now)


def parts_of(code):
    rule_set = RuleSet.objects.get(code=code)
    rule_set.notice_days = 1
    yield rule_set
    for model in (*PARTS, RuleSetDocument):
        yield model.objects.filter(rule_set=rule_set).first()
    yield Exclusion(rule_set=rule_set, code="P9", text="新的排除事项")


def test_a_rule_set_that_a_proposal_rests_on_refuses_every_change(walk, world, now):
    walk().to(State.DECLARED)
    for part in parts_of("2.0"):
        refused("rule_set_in_use", save, world, now, part)


def test_a_part_cannot_be_moved_out_of_a_rule_set_in_use(walk, world, now):
    walk().to(State.DECLARED)
    cap = TypeCap.objects.filter(rule_set__code="2.0").first()
    cap.rule_set, cap.level = RuleSet.objects.get(code="1.0"), "street"
    refused("rule_set_in_use", save, world, now, cap)


def test_a_rule_set_nobody_rests_on_may_still_be_corrected(walk, world, now):
    walk().to(State.SOLICITED)
    for part in parts_of("2.0"):
        save(world, now, part)
    assert RuleSet.objects.get(code="2.0").notice_days == 1
    event = AuditEvent.objects.latest("pk")
    assert (event.kind, event.data["part"]) == ("rule_set.edited", "exclusion")


def test_numbers_that_make_no_sense_are_not_saved(world, now):
    rule_set = RuleSet.objects.get(code="2020")
    rule_set.quorum_numerator = 5
    with pytest.raises(ValidationError):
        save(world, now, rule_set)


def test_loading_the_book_again_adds_nothing_and_overwrites_nothing(world, now):
    rule_set = RuleSet.objects.get(code="2020")
    rule_set.note = "区民政局已核对"
    save(world, now, rule_set)
    assert load_rule_book(actor=world.founder, now=now) == []
    assert RuleSet.objects.get(code="2020").note == "区民政局已核对"


# A new version -----------------------------------------------------------------------------------


def renew(world, now, *, day=None, code="2.1", from_code="2.0"):
    return start_new_version(
        from_code=from_code, code=code, name="操作指引 2.1", source="区民政局通知",
        effective_from=day or date(2018, 1, 1), actor=world.officer, now=now,
    )  # fmt: skip


def test_a_new_version_copies_every_rule_and_ends_the_old_one(walk, world, now):
    walk().to(State.DECLARED)
    RuleSet.objects.filter(code="2.0").update(
        quorum_numerator=1, quorum_denominator=2, is_quorum_inclusive=True, max_returns=7,
        objection_answer_days=9, notice_mode="working", announce_days=11,
    )  # fmt: skip
    new, old = renew(world, now), RuleSet.objects.get(code="2.0")
    own = {"code", "name", "source", "effective_from", "effective_to"}
    fields = {field.name for field in RuleSet._meta.concrete_fields} - {"id"} - own
    assert {f: getattr(new, f) for f in fields} == {f: getattr(old, f) for f in fields}
    assert set(PLAIN) <= fields | own
    assert (old.effective_to, new.effective_to) == (date(2017, 12, 31), date(2019, 12, 31))
    for model in PARTS:
        names = [f.name for f in model._meta.concrete_fields if f.name not in ("id", "rule_set")]
        rows = [
            list(model.objects.filter(rule_set=one).order_by("pk").values_list(*names))
            for one in (old, new)
        ]
        assert rows[0] == rows[1] != []
    event = AuditEvent.objects.latest("pk")
    assert event.kind == "rule_set.version_started"
    assert event.data == {"from": "2.0", "effective_from": "2018-01-01"}


def test_days_before_and_after_a_new_version_have_their_own_rules(walk, world, now):
    before = walk().to(State.DECLARED)
    renew(world, now)
    assert [code_on(date(2017, 12, 31)), code_on(date(2018, 1, 1)), code_on(date(2020, 1, 1))] == [
        "2.0", "2.1", "2020",
    ]  # fmt: skip
    after = Walk(world.home, now=now.replace(year=2018)).to(State.DECLARED)
    assert after.matter.proposal.rule_set.code == "2.1"
    assert before.again().matter.proposal.rule_set.code == "2.0"


def test_rules_never_change_backwards(world, now):
    refused("rule_set_not_ahead", renew, world, now, day=now.date())
    refused("rule_set_not_ahead", renew, world, now, day=now.date() - timedelta(days=1))
    early = date(2019, 6, 1)
    refused("rule_set_not_ahead", renew, world, now, day=early, from_code="2020")


def test_what_has_ended_is_not_continued(world, now):
    after_the_end = date(2020, 6, 1)
    refused("rule_set_ended", renew, world, now, day=after_the_end)
    refused("rule_set_ended", renew, world, now, day=date(2018, 1, 1), from_code="1.0")
    assert renew(world, now, day=after_the_end, from_code="2020").effective_to is None


# Words of the steps ------------------------------------------------------------------------------


def test_a_step_is_relabelled_at_any_time_and_pages_say_the_new_word(walk, world, now):
    done = walk().to(State.DECLARED)
    step = RuleStep.objects.get(rule_set__code="2.0", key="reviewed")
    relabel_step(step_id=step.pk, label="社区两委联审", actor=world.officer, now=now)
    words = {one["key"]: one["label"] for one in steps_of(done.again().matter)}
    assert (words["reviewed"], words["resolved"]) == ("社区两委联审", "居民议事会审议")
    event = AuditEvent.objects.latest("pk")
    assert event.kind == "rule_set.step_relabelled"
    assert event.data == {"step": "reviewed", "before": "“两委”审核", "after": "社区两委联审"}
    with pytest.raises(ValidationError):
        relabel_step(step_id=step.pk, label="", actor=world.officer, now=now)
