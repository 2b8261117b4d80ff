"""A late turn is told once a level: to who must act, one level up, to the district."""

from datetime import timedelta

import pytest

from core.models import AuditEvent
from portal import turns
from portal.models import Notification
from portal.services import escalating
from tests.deliberation.helpers import leaves_nothing_half_way


def late(walk, days):
    return walk.now + timedelta(days=days)


def told(user):
    return Notification.objects.filter(person_id=user.person_id, kind="overdue").count()


# ten working days from Thursday 1 June 2017: 15 June, twice 29 June, three times 13 July
@pytest.mark.parametrize(("days", "levels"), [(14, 0), (15, 1), (28, 1), (29, 2), (42, 2), (43, 3)])
def test_each_level_is_told_on_the_day_after_its_limit(world, walk, days, levels):
    way = walk().draft()
    assert escalating.escalate_late(now=late(way, days)) == levels
    home = world.home
    assert told(home.clerk) == (levels >= 1)
    assert told(home.street.affairs) == (levels >= 2)
    assert told(world.officer) == (levels >= 3)
    assert told(home.agent) == told(world.far.clerk) == told(world.far.street.affairs) == 0
    assert AuditEvent.objects.filter(kind="turn.escalated").count() == levels


def test_the_second_tick_tells_nothing_and_two_lost_days_lose_nothing(world, walk):
    way = walk().draft()
    assert escalating.escalate_late(now=late(way, 17)) == 1
    assert escalating.escalate_late(now=late(way, 17)) == 0
    assert escalating.escalate_late(now=late(way, 31)) == 1
    assert (told(world.home.clerk), told(world.home.street.affairs)) == (1, 1)


def test_a_turn_that_began_again_is_told_again(world, walk):
    way = walk().draft()
    escalating.escalate_late(now=late(way, 20))
    way.days(20).solicit()
    assert escalating.escalate_late(now=late(way, 20)) == 1
    assert told(world.home.agent) == 1


def test_an_approver_who_is_late_is_told_of_to_the_district(world, walk):
    way = walk().to("publicised").submit()
    on = way.now.date()
    people = turns.people_above(way.matter, "establish", 2, on)
    assert people == {world.officer.person_id}
    assert turns.people_above(way.matter, "summarise_gatekeeping", 2, on) == {
        world.home.street.approver.person_id
    }


def test_waiting_for_a_meeting_is_nobodys_delay(world, walk):
    way = walk().to("reviewed")
    way.announce()
    assert escalating.escalate_late(now=late(way, 300)) == 0


def test_a_failure_half_way_leaves_nothing(world, walk, monkeypatch):
    way = walk().draft()
    leaves_nothing_half_way(
        monkeypatch, escalating.escalate_late, now=late(way, 20),
        at="portal.services.escalating.tell_people",
    )  # fmt: skip


def test_the_cost_does_not_grow_when_all_is_told(world, walk, django_assert_num_queries):
    for number in range(4):
        way = walk(title=f"学堂{number}").draft()
    now = late(way, 20)
    assert escalating.escalate_late(now=now) == 4
    # open matters with their dates, the calendar for their days and for the levels, what is known
    with django_assert_num_queries(4):
        escalating.escalate_late(now=now)
