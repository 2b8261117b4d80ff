"""Months are counted to the same day, or to the last day of a month that has no such day."""

from datetime import date

import pytest

from projects.rules import months_after


@pytest.mark.once
@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2016-08-15", 12, "2017-08-15"),
        ("2016-02-29", 12, "2017-02-28"),
        ("2016-08-31", 6, "2017-02-28"),
        ("2015-12-01", 1, "2016-01-01"),
        ("2015-12-31", 24, "2017-12-31"),
        ("2015-12-31", 0, "2015-12-31"),
    ],
)
def test_months_after(day, months, then):
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(then)
