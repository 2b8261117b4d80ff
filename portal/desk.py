"""The lists of the desk: 待办 what waits for me, 已办 what I did, 抄送 what I am told, 督办."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.permissions import scope_of
from core.calendar import ONE_DAY, WorkingDays, start_of
from deliberation import desk
from deliberation.acts import ACTS
from deliberation.models import Matter, MatterEvent
from portal import rules, turns
from portal.models import Notification, Supervision


@dataclass(frozen=True)
class Queue:
    """A part of 待办: a tab with its number. condition: Waiting → bool."""

    key: str
    label: str
    condition: object
    look: str = "info"


QUEUES = (
    Queue("", _("全部"), lambda one: True),
    Queue("late", _("已超期"), lambda one: one.is_late, "stop"),
    Queue("soon", _("快到期"), lambda one: one.is_soon, "warn"),
    Queue("supervised", _("督办中"), lambda one: bool(one.supervised), "warn"),
)
QUEUE_KEYS = tuple(queue.key for queue in QUEUES)


class Todo:
    """What waits for one person: all of it is ordered and counted, one page of it is loaded.

    Working days cannot be counted by the database, so the dates of every waiting matter are read;
    the questions asked are the same few for two matters and for two hundred.
    """

    def __init__(self, user, now):
        today = timezone.localdate(now)
        self.all = turns.waiting(desk.my_turn(user, today, now), now)

    def counts(self):
        """(Queue, how many) for the tabs."""
        return [(queue, sum(map(queue.condition, self.all))) for queue in QUEUES]

    def acts(self):
        """(key, label, how many) of the acts that wait, the most frequent first."""
        told = Counter(one.turn for one in self.all)
        return [(key, ACTS[key].label, n) for key, n in told.most_common()]

    def narrowed(self, *, queue="", act="", q=""):
        """The waiting of a tab, an act, and words of title or number; unknown words find nothing."""
        condition = {one.key: one.condition for one in QUEUES}.get(queue, lambda one: False)
        q = q.strip().casefold()
        return [
            one
            for one in self.all
            if condition(one)
            and (not act or one.turn == act)
            and (not q or q in one.title.casefold() or q in one.number.casefold())
        ]


def with_matters(page):
    """(Waiting, Matter) of one page of 待办: one question."""
    matters = Matter.objects.with_places().in_bulk([one.matter_id for one in page])
    return [(one, matters[one.matter_id]) for one in page]


def done_by(user, *, act="", since=None, until=None):
    """What this account did, newest first; days are local and both included."""
    rows = MatterEvent.objects.filter(actor_id=user.pk)
    if act:
        rows = rows.filter(act=act)
    if since:
        rows = rows.filter(at__gte=start_of(since))
    if until:
        rows = rows.filter(at__lt=start_of(until + ONE_DAY))
    places = "matter__proposal__community__street"
    return rows.select_related(places).order_by("-at", "-pk")


def messages_of(user, *, copies=None, unread=False):
    """This person's messages, newest first; copies: only those that ask for no act (抄送)."""
    rows = Notification.objects.filter(person_id=user.person_id)
    if copies is not None:
        rows = rows.filter(asks_act=not copies)
    if unread:
        rows = rows.filter(read_at__isnull=True)
    return rows.order_by("-at", "-pk")


def supervisions_for(user, now, *, lifted=False):
    """Supervision of the places this person works for: open ones by day, lifted ones newest first."""
    scope = scope_of(user, timezone.localdate(now))
    rows = Supervision.objects.filter(open_key__isnull=lifted).select_related(
        "matter__proposal__community__street__district", "opened_by__person", "lifted_by__person"
    )
    if not scope.all:
        rows = rows.filter(
            Q(matter__proposal__community_id__in=scope.community_ids)
            | Q(matter__proposal__community__street_id__in=scope.street_ids)
        )
    return rows.order_by("-lifted_at", "-pk") if lifted else rows.order_by("due_on", "pk")


def dues_of(supervisions, now):
    """Supervision → rules.Due; one question."""
    today = timezone.localdate(now)
    days = WorkingDays(min([today, *(one.due_on for one in supervisions)]))
    return [(one, rules.due_seen(one.due_on, today, days)) for one in supervisions]


@dataclass(frozen=True)
class Attention:
    """What is known of the waiting of one matter, for those who may read it."""

    waiting: object
    urges: list
    supervisions: list
    escalations: list

    @property
    def supervision(self):
        """The open one, or None."""
        return next((one for one in self.supervisions if one.is_open), None)


MOST_SHOWN = 20


def attention_of(matter, now):
    """The newest urges, all supervision and the reminders of the turn that runs now."""
    waits = turns.waiting_of(matter, now)
    escalations = []
    if waits:
        rows = matter.escalations.filter(turn=waits.turn, began_at=waits.began_at)
        escalations = list(rows.order_by("level"))
    return Attention(
        waits,
        list(matter.urges.order_by("-at", "-pk")[:MOST_SHOWN]),
        list(
            matter.supervisions.select_related("opened_by__person", "lifted_by__person").order_by(
                F("open_key").desc(nulls_last=True), "-pk"
            )[:MOST_SHOWN]
        ),
        escalations,
    )
