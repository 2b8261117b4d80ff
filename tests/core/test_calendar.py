from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import calendar
from core.calendar import SHANGHAI, WindowMode
from core.models import AuditEvent, CalendarOverride


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        ("2017-06-01", True, "a Thursday"),
        ("2017-06-03", False, "a Saturday"),
        ("2017-09-30", True, "make-up Saturday before National Day"),
        ("2017-10-02", False, "National Day"),
        ("2017-10-08", False, "National Day, a Sunday"),
        ("2017-01-22", True, "make-up Sunday before the Spring Festival"),
        ("2016-02-06", True, "make-up Saturday"),
        ("2015-10-10", True, "make-up Saturday"),
        ("2026-10-10", True, "make-up Saturday"),
    ],
)
def test_working_days_follow_the_published_holidays(day, works, why):
    assert calendar.is_working_day(date.fromisoformat(day)) is works, why


@pytest.mark.django_db
def test_the_override_table_wins(clerk, now):
    day = date(2027, 2, 4)
    before = calendar.is_working_day(day)
    calendar.set_override(day=day, is_working=not before, note="国办通知", actor=clerk, now=now)
    assert calendar.is_working_day(day) is not before
    calendar.remove_override(day=day, reason="通知撤回", actor=clerk, now=now)
    assert calendar.is_working_day(day) is before
    kinds = AuditEvent.objects.order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["calendar.override_set", "calendar.override_removed"]


@pytest.mark.django_db
def test_working_days_are_counted_from_the_day_after():
    assert calendar.add_working_days(date(2017, 9, 29), 0) == date(2017, 9, 29)
    # Friday, then the make-up Saturday, then the holiday from 1 to 8 October.
    assert calendar.add_working_days(date(2017, 9, 29), 1) == date(2017, 9, 30)
    assert calendar.add_working_days(date(2017, 9, 29), 2) == date(2017, 10, 9)
    with pytest.raises(ValueError, match="forward"):
        calendar.add_working_days(date(2017, 9, 29), -1)


@pytest.mark.django_db
def test_a_notice_of_seven_days_is_open_for_seven_full_days():
    posted = datetime(2017, 6, 1, 17, 30, tzinfo=SHANGHAI)
    starts, ends = calendar.window(posted, 7, WindowMode.CALENDAR)
    assert starts == datetime(2017, 6, 2, tzinfo=SHANGHAI)
    assert ends == datetime(2017, 6, 9, tzinfo=SHANGHAI)


@pytest.mark.django_db
def test_the_day_of_posting_is_the_day_at_the_place():
    # 17:00 UTC on 1 June is already 2 June in Shenzhen.
    posted = datetime(2017, 6, 1, 17, 0, tzinfo=UTC)
    starts, _ends = calendar.window(posted, 1, "calendar")
    assert starts == datetime(2017, 6, 3, tzinfo=SHANGHAI)


@pytest.mark.django_db
def test_working_days_stretch_over_the_national_holiday():
    posted = datetime(2017, 9, 29, 9, 0, tzinfo=SHANGHAI)
    starts, ends = calendar.window(posted, 3, WindowMode.WORKING)
    assert starts == datetime(2017, 9, 30, tzinfo=SHANGHAI)
    assert ends == datetime(2017, 10, 11, tzinfo=SHANGHAI)


@pytest.mark.parametrize("days", [0, -1])
def test_a_window_has_at_least_one_day(days, now):
    with pytest.raises(ValueError, match="full day"):
        calendar.window(now, days, "calendar")


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        calendar.window(datetime(2017, 6, 1), 1, "calendar")  # noqa: DTZ001  refused for being naive


YEARS = {year: holidays.China(years=year) for year in range(2014, 2028)}


def _oracle(posted_at, days, mode, overrides):
    """Walk hour by hour through the local clock and count days that are over."""
    clock = posted_at.astimezone(UTC) + timedelta(hours=8)
    day = clock.date()
    counted = 0
    while counted < days:
        day = date.fromordinal(day.toordinal() + 1)
        works = overrides.get(day)
        if works is None:
            works = YEARS[day.year].is_working_day(day)
        counted += mode == "calendar" or works
    first = date.fromordinal(clock.date().toordinal() + 1)
    after = date.fromordinal(day.toordinal() + 1)
    return tuple(
        datetime(d.year, d.month, d.day, tzinfo=UTC) - timedelta(hours=8) for d in (first, after)
    )


@pytest.mark.django_db
def test_windows_agree_with_a_day_by_day_oracle():
    overrides = {date(2017, 6, 3): True, date(2017, 6, 5): False, date(2020, 2, 3): False}
    CalendarOverride.objects.bulk_create(
        CalendarOverride(day=day, is_working=works, note="试") for day, works in overrides.items()
    )

    @settings(max_examples=2000, deadline=None)
    @given(
        st.integers(1_420_070_400, 1_782_777_600).map(lambda s: datetime.fromtimestamp(s, UTC)),
        st.integers(1, 30),
        st.sampled_from(["calendar", "working"]),
    )
    def agree(posted_at, days, mode):
        assert calendar.window(posted_at, days, mode) == _oracle(posted_at, days, mode, overrides)

    agree()
