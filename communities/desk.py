"""The queues of the need desk: one table for the tabs, their numbers and their lists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities import rules
from communities.machine import LIVE
from communities.models import NeedStatus
from communities.selectors import filtered_needs

SOON = timedelta(days=3)
_live = Q(status__in=LIVE)
# What a proposal has taken up was answered by that: its page names the project.
_unanswered = Q(status=NeedStatus.OPEN, answer="")


@dataclass(frozen=True)
class Queue:
    """Needs that ask for the same kind of work. condition: now → Q over needs."""

    key: str
    label: str
    help: str
    condition: Callable
    order: tuple = ("reply_due_on", "pk")
    look: str = "info"


def _today(now):
    return timezone.localdate(now)


QUEUES = {
    queue.key: queue
    for queue in (
        Queue(
            "overdue", _("已逾期未答复"), _("过了答复期限，先办这些。"),
            lambda now: _unanswered & Q(reply_due_on__lt=_today(now)), look="stop",
        ),
        Queue(
            "soon", _("三天内到期"), _("三天之内要答复。"),
            lambda now: _unanswered
            & Q(reply_due_on__gte=_today(now), reply_due_on__lte=_today(now) + SOON),
            look="warn",
        ),
        Queue(
            "unanswered", _("未答复"), _("还没有答复的全部需求，期限近的在前。"),
            lambda now: _unanswered,
        ),
        Queue(
            "unsorted", _("待分拣"), _("居民“说不准”类别的，请归类或转交。"),
            lambda now: _live & Q(category="unsure"), ("created_at", "pk"),
        ),
        Queue(
            "twins", _("疑似重复"), _("与更早的需求很相近，请核对：合并，或注明不是同一件事。"),
            lambda now: Q(status=NeedStatus.OPEN, alike_to__status__in=LIVE), ("-created_at", "pk"),
            look="warn",
        ),
        Queue(
            "wanted", _("附议最多"), _("开放的需求，支持的人多的在前。"),
            lambda now: _live & Q(is_ranked=True), (),
        ),
        Queue(
            "stale", _("久未更新"), _("很久没有任何变化，请向居民核实是否仍然需要。"),
            lambda now: Q(status=NeedStatus.OPEN)
            & Q(updated_at__lt=now - timedelta(days=rules.stale_days())),
            ("updated_at", "pk"), look="warn",
        ),
    )
}  # fmt: skip


def desk_needs(rows, now, *, queue="", **words):
    """What the desk lists for the words of its filter; an unknown queue is none."""
    rows = filtered_needs(rows, **words)
    return rows_of(QUEUES[queue], rows, now) if queue in QUEUES else rows


def rows_of(queue, rows, now):
    """The needs of one queue, the one to begin with first."""
    found = rows.filter(queue.condition(now))
    return found.order_by(*queue.order) if queue.order else found.by_voices()


def counts_of(rows, now):
    """Key of each queue → how many wait there; one question for all."""
    wanted = {key: Count("pk", filter=queue.condition(now)) for key, queue in QUEUES.items()}
    return rows.order_by().aggregate(**wanted)
