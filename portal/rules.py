"""Limits, levels and spellings of the desk: pure functions and tables, no query."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Working days that an act may wait. Reconstructed: the documents ask for quick handling
# (快速解决) and give no number. The environment's MINSHENG_TURN_LIMITS overrides single ones.
# What is not in the table (waiting for a meeting or the end of a notice) is nobody's delay.
TURN_LIMITS = {
    "file_evidence": 10,
    "declare": 10,
    "redeclare": 10,
    "give_opinion": 5,
    "record_survey": 10,
    "summarise_gatekeeping": 3,
    "record_review": 5,
    "sign_review": 3,
    "announce_meeting": 10,
    "vote": 1,
    "post_notice": 3,
    "decide_objection": 5,
    "conclude_notice": 2,
    "submit_for_decision": 5,
    "establish": 10,
}
# Reconstructed: within so many working days it is due soon; one person urges one matter so rarely.
SOON_DAYS = 2
URGE_EVERY_DAYS = 3
TEXT_MAX, REASON_MAX = 200, 300
# Local hour from which the digest of a day is written. Reconstructed.
DIGEST_HOUR = 8
# A confirmation link is good for so long, and so many are sent to one person in a day.
CONFIRM_LIFE = timedelta(days=2)
CONFIRM_A_DAY = 5
EMAIL_MAX = 254


class Level(models.IntegerChoices):
    """How far an overdue turn is told: each level one limit later than the one before."""

    OWN = 1, gettext_lazy("提醒办理人")
    UP = 2, gettext_lazy("上报上一级")
    DISTRICT = 3, gettext_lazy("上报区级主管人员")


def turn_limit(act):
    """Working days of an act; None when nobody is late in it."""
    return getattr(settings, "TURN_LIMITS", {}).get(act, TURN_LIMITS.get(act))


def urge_every_days():
    return getattr(settings, "URGE_EVERY_DAYS", URGE_EVERY_DAYS)


@dataclass(frozen=True)
class Due:
    """A day until which something is due, seen from today; `left` in working days, < 0: late."""

    on: object
    left: int

    @property
    def is_late(self):
        return self.left < 0

    @property
    def is_soon(self):
        return 0 <= self.left <= SOON_DAYS

    @property
    def look(self):
        """The state of components/badge.html."""
        return "stop" if self.is_late else "warn" if self.is_soon else "neutral"

    @property
    def words(self):
        if self.is_late:
            return _("已超期 %(n)d 个工作日") % {"n": -self.left}
        if self.left == 0:
            return _("今天到期")
        return _("还剩 %(n)d 个工作日") % {"n": self.left}


def due_seen(on, today, days):
    """The Due of a day; `days` is a core.calendar:WorkingDays. Late counts at least one day."""
    if on is None:
        return None
    if today <= on:
        return Due(on, days.between(today, on))
    return Due(on, -max(1, days.between(on, today)))


def levels_reached(due_on, limit, today, days):
    """The levels that a turn has come to: late by its limit, by twice, by three times."""
    return [level for level in Level if today > days.after(due_on, (level - 1) * limit)]
