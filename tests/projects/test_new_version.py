"""Rules change for the future only, counted in the days of the place."""

from datetime import UTC, date, datetime

import pytest

from core.refusals import Conflict
from projects.models import RuleSet
from projects.services.rulesets import start_new_version

# 07:00 on 1 June in Shanghai, still 31 May in UTC
EARLY = datetime(2017, 5, 31, 23, 0, tzinfo=UTC)


def renew(world, day):
    return start_new_version(
        from_code="2.0", code="2.1", name="操作指引 2.1", effective_from=day, source="区民政局",
        actor=world.officer, now=EARLY,
    )  # fmt: skip


def test_a_new_version_may_not_begin_today_even_early_in_the_morning(world):
    with pytest.raises(Conflict) as refusal:
        renew(world, date(2017, 6, 1))
    assert refusal.value.codes == ["rule_set_not_ahead"]


def test_a_new_version_begins_tomorrow_and_the_old_one_ends_the_day_before(world):
    new = renew(world, date(2017, 6, 2))
    old = RuleSet.objects.get(code="2.0")
    assert (old.effective_to, new.effective_from) == (date(2017, 6, 1), date(2017, 6, 2))
    assert new.type_caps.count() == old.type_caps.count()
