"""Working days and full-day windows, in the time of the place: Asia/Shanghai."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.models import CalendarOverride

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


class WindowMode(models.TextChoices):
    CALENDAR = "calendar", _("自然日")
    WORKING = "working", _("工作日")


@cache
def _working_days_of(year):
    # A set per year: the holidays object fills itself while being asked, and a shared one would do
    # so in several threads at once.
    published = holidays.country_holidays("CN", years=year)
    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range(366))
    return frozenset(day for day in days if day.year == year and published.is_working_day(day))


def _package_says(day):
    return day in _working_days_of(day.year)


def _overrides_from(day):
    rows = CalendarOverride.objects.filter(day__gte=day)
    return dict(rows.values_list("day", "is_working"))


def is_working_day(day):
    """Make-up Saturdays and Sundays (调休) count as working days; the override table wins."""
    override = CalendarOverride.objects.filter(day=day).values_list("is_working", flat=True).first()
    return _package_says(day) if override is None else override


def add_working_days(day, n):
    """The n-th working day after `day`; `day` itself for n = 0."""
    if n < 0:
        raise ValueError("working days are counted forward")
    overrides = _overrides_from(day)
    while n:
        day += ONE_DAY
        if overrides.get(day, _package_says(day)):
            n -= 1
    return day


class WorkingDays:
    """Working days from one day on, with the override table read once: for lists of many dates."""

    def __init__(self, first):
        self._first, self._overrides, self._after = first, _overrides_from(first), {}

    def is_working(self, day):
        if day < self._first:
            raise ValueError(f"the overrides were read from {self._first} on, not from {day}")
        return self._overrides.get(day, _package_says(day))

    def after(self, day, n):
        """As add_working_days."""
        if (day, n) not in self._after:
            end, left = day, n
            while left:
                end += ONE_DAY
                left -= self.is_working(end)
            self._after[day, n] = end
        return self._after[day, n]

    def between(self, first, last):
        """How many working days lie after `first` up to and with `last`; 0 when last <= first."""
        days = ((first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
        return sum(map(self.is_working, days))


def local_date(at):
    """The day it is at the place, never the UTC day."""
    if at.tzinfo is None:
        raise ValueError("a moment must be aware of its time zone")
    return at.astimezone(SHANGHAI).date()


def start_of(day):
    """Midnight at the beginning of a day."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def window(posted_at, days, mode):
    """(starts_at, ends_at) of a notice: `days` full days, the day of posting not counted.

    Open from 00:00 of the day after posting until before 00:00 after the last full day. In working
    mode days off inside the window stay open but do not count.
    """
    if days < 1:
        raise ValueError("a window has at least one full day")
    posted_on = local_date(posted_at)
    if WindowMode(mode) == WindowMode.WORKING:
        last = add_working_days(posted_on, days)
    else:
        last = posted_on + timedelta(days=days)
    return start_of(posted_on + ONE_DAY), start_of(last + ONE_DAY)


@transaction.atomic
def set_override(*, day, is_working, note, actor, now):
    """Say that a day is a working day or not, whatever the holiday package says."""
    override, _created = CalendarOverride.objects.update_or_create(
        day=day, defaults={"is_working": is_working, "note": note}
    )
    data = {"day": day, "is_working": is_working}
    _tell("calendar.override_set", override, actor, now, data, note)
    return override


@transaction.atomic
def remove_override(*, day, reason, actor, now):
    """Let the holiday package decide about a day again."""
    override = CalendarOverride.objects.select_for_update().get(day=day)
    _tell("calendar.override_removed", override, actor, now, {"day": day}, reason)
    override.delete()


def _tell(kind, override, actor, now, data, reason):
    audit.record(
        kind, target=override, actor=actor, at=now, chain="audit:calendar", data=data, reason=reason
    )
