"""Since when and until when a matter waits, and on whose desk it lies."""

from datetime import date, timedelta

import pytest

from core.calendar import WorkingDays, add_working_days, local_date
from deliberation import desk
from deliberation.choices import State
from deliberation.services import drafting, reviews
from portal import rules, turns
from tests.portal.test_desk import everybody


def waits(walk, days=0):
    walk.again()
    return turns.waiting_of(walk.matter, walk.now + timedelta(days=days))


def assert_people_are_those_with_the_row(world, walk):
    """Who is told to act and who has it on the desk are the same people."""
    walk.again()
    on = walk.now.date()
    one = turns.waiting_of(walk.matter, walk.now)
    told = turns.people_of_turn(walk.matter, one.turn, on) if one else set()
    have = {
        user.person_id
        for user in everybody(world)
        if desk.my_turn(user, on, walk.now).filter(pk=walk.pk).exists()
    }
    assert told == have, (walk.matter.state, one and one.turn)


@pytest.mark.once
def test_people_of_a_turn_and_the_desks_agree_at_every_step(world, walk):
    way = walk()
    steps = [
        way.draft, way.solicit, way.declare, lambda: way.days(1).record_review(), way.sign,
        way.hold, way.post, lambda: way.days(6), way.conclude, way.submit, way.establish,
    ]  # fmt: skip
    for step in steps:
        step()
        assert_people_are_those_with_the_row(world, way)


@pytest.mark.once
def test_people_of_a_turn_and_the_desks_agree_beside_the_way(world, walk):
    works = walk(type="works").to(State.DECLARED)
    office, other = list(world.home.street.reviewers)[:2]
    for step in (lambda: works.opine_of(office), lambda: works.opine_of(other, "doubt")):
        step()
        assert_people_are_those_with_the_row(world, works)
    objected = walk(title="学堂").to(State.RESOLVED).post().days(1)
    objected.object()
    assert_people_are_those_with_the_row(world, objected)
    half = walk(title="合唱团").to(State.DECLARED).days(1).record_review()
    reviews.sign_review(matter_id=half.pk, actor=world.home.party, now=half.now)
    assert_people_are_those_with_the_row(world, half)


def test_an_edited_draft_gives_the_clerk_no_more_time(world, walk):
    way = walk().draft()
    began = waits(way).began_at
    drafting.edit(
        matter_id=way.pk, content=way._content(), lines=way.lines(), actor=way.applicant,
        now=way.days(3).now,
    )  # fmt: skip
    assert waits(way).began_at == began


def test_one_departments_answer_gives_the_others_no_more_time(world, walk):
    way = walk(type="works").to(State.DECLARED)
    began = waits(way).began_at
    office = next(iter(world.home.street.reviewers))
    way.days(2).opine_of(office)
    one = waits(way)
    assert (one.turn, one.began_at) == ("give_opinion", began)


def test_the_end_of_a_notice_begins_the_turn_to_conclude_it(world, walk):
    way = walk().to(State.RESOLVED).post()
    ends = way.notice.ends_at
    way.now = ends + timedelta(hours=1)
    one = waits(way)
    assert (one.turn, one.began_at) == ("conclude_notice", ends)
    assert one.due.on == add_working_days(local_date(ends), rules.turn_limit("conclude_notice"))


def test_an_objections_own_deadline_wins_over_the_general_limit(world, walk, settings):
    settings.TURN_LIMITS = {"decide_objection": 60}
    way = walk().to(State.RESOLVED).post().days(1)
    objection = way.object()
    assert waits(way).due.on == objection.answer_due_on


def test_waiting_for_a_meeting_or_a_notice_is_nobodys_delay(world, walk):
    way = walk().to(State.REVIEWED)
    way.announce()
    one = waits(way)
    assert (one.turn, one.due) == ("wait_meeting", None)
    other = walk(title="学堂二").to(State.RESOLVED).post()
    assert waits(other).due is None


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "还剩 10 个工作日"),
        (14, "今天到期"),
        (15, "已超期 1 个工作日"),
        (20, "已超期 4 个工作日"),
    ],
)
def test_the_words_count_working_days(world, walk, days, words):
    """Thursday 1 June 2017 and ten working days: due on Thursday 15 June."""
    way = walk().draft()
    one = waits(way, days)
    assert (one.due.on, one.due.words) == (date(2017, 6, 15), words)


def test_a_setting_gives_another_limit(world, walk, settings):
    settings.TURN_LIMITS = {"file_evidence": 1}
    assert waits(walk().draft()).due.on == date(2017, 6, 2)


def test_working_days_read_once_are_those_of_the_calendar(db):
    first = date(2017, 1, 20)
    days = WorkingDays(first)
    for n in range(40):
        assert days.after(first, n) == add_working_days(first, n)
        assert days.between(first, add_working_days(first, n)) == n
    with pytest.raises(ValueError, match="overrides"):
        days.is_working(first - timedelta(days=1))


def test_a_limit_of_every_act_that_is_somebodys_turn():
    acts = {act for group in desk.ACTS_OF_ROLE.values() for act in group} | set(desk.APPLICANT_ACTS)
    assert set(rules.TURN_LIMITS) == acts | {
        "sign_review", "give_opinion", "record_survey", "establish",
    }  # fmt: skip
    assert all(days > 0 for days in rules.TURN_LIMITS.values())
