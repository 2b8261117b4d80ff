"""The reply rate (按时答复率): how many needs got their first reply by the day that was promised.

Counted are the needs whose day for a reply lay in the past year. A reply is the committee's answer,
a closing with its reason, or a project that takes the need up. The day is a column of the need, set
when it was filed (`communities.rules:reply_days`), so a new limit does not judge old promises.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate

from communities import rules
from communities.models import NeedChange, NeedStatus
from core.calendar import SHANGHAI

PERIOD = timedelta(days=365)
CLOSED = (NeedStatus.SOLVED, NeedStatus.DECLINED)
REPLIES = ("answered", "closed", "taken_up")
WAITING = (NeedStatus.OPEN, NeedStatus.TAKEN_UP)
ANSWERED = ~Q(answer="") | Q(status__in=CLOSED)
REPLIED = ANSWERED | Q(status=NeedStatus.TAKEN_UP)


@dataclass
class Reply:
    """Of the needs that fell due in the period: how many were replied to in time."""

    due: int = 0
    in_time: int = 0

    def add(self, other):
        self.due += other.due
        self.in_time += other.in_time

    @property
    def rate(self):
        """Per cent with one decimal, or None when nothing fell due."""
        return f"{100 * self.in_time / self.due:.1f}%" if self.due else None


@dataclass(frozen=True)
class Deadlines:
    """The conditions about the day of the reply, as of a day."""

    today: object

    @property
    def days(self):
        return rules.reply_days()

    @property
    def fell_due(self):
        """The condition for needs whose last day lay in the past year."""
        return Q(reply_due_on__lt=self.today, reply_due_on__gte=self.today - PERIOD)

    @property
    def overdue(self):
        """The condition for needs that still wait after their last day."""
        return Q(reply_due_on__lt=self.today, status=NeedStatus.OPEN, answer="")


def replies(rows, keys, deadlines):
    """{key of the group: Reply}. One grouped query."""
    first = (
        NeedChange.objects.filter(need=OuterRef("pk"), kind__in=REPLIES)
        .order_by("at")
        .values("at")[:1]
    )
    fell_due = rows.filter(deadlines.fell_due).exclude(status=NeedStatus.MERGED).order_by()
    said = Coalesce(Subquery(first), "answered_at", "updated_at")
    grouped = (
        fell_due.alias(replied_on=TruncDate(said, tzinfo=SHANGHAI))
        .values_list(*keys)
        .annotate(
            due=Count("pk"),
            in_time=Count("pk", filter=REPLIED & Q(replied_on__lte=F("reply_due_on"))),
        )
    )
    return {row[: len(keys)]: Reply(*row[len(keys) :]) for row in grouped}
