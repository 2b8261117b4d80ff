"""Work promised in a transaction and done after it, at least once.

`enqueue` writes a row with the act. `work` leases rows one by one with a conditional UPDATE, calls
the handler of the topic outside any transaction and marks the row. A handler may run twice for the
same key (a worker died after the effect, before the mark), so it must do nothing the second time:

    @handler("notice.posted")
    def tell_subscribers(payload, *, key, now): ...
"""

import json
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from core.chain import canonical
from core.locks import require_no_transaction, require_transaction
from core.models import OutboxMessage

logger = logging.getLogger("core.outbox")

State = OutboxMessage.State
MAX_ATTEMPTS = 8
# Longer than any handler may take (their network calls have short time-outs).
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)

_HANDLERS = {}


def handler(topic):
    """Register the one function that works messages of a topic."""

    def register(function):
        known = _HANDLERS.setdefault(topic, function)
        if (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"topic {topic!r} already has a handler: {known.__qualname__}")
        _HANDLERS[topic] = function
        return function

    return register


def enqueue(topic, *, key, payload, at, waits=False):
    """Promise work in the transaction of the act. The same key again does nothing.

    `waits` leaves it to the next tick: work of many seconds does not belong into a request.
    """
    require_transaction()
    message, created = OutboxMessage.objects.get_or_create(
        key=key,
        defaults={
            "topic": topic,
            "payload": canonical(payload),
            "created_at": at,
            "available_at": at,
        },
    )
    if created and not waits and settings.OUTBOX_INLINE:
        transaction.on_commit(partial(_work_inline, message), robust=True)
    return message


def _work_inline(message):
    """After commit, in the same process. The act has succeeded: nothing here may fail it."""
    try:
        # The clock is read here because the act's own moment may be long past (a replay).
        now = timezone.now()
        fresh = OutboxMessage.objects.filter(pk=message.pk, state=State.PENDING, attempts=0)
        if message.available_at <= now and fresh.update(**_lease_of(1, now)):
            message.attempts = 1
            _do(message, now=now)
    except Exception:
        logger.exception("inline work of outbox message %s", message.pk)


@dataclass
class WorkReport:
    done: int = 0
    failed: int = 0
    dead: int = 0
    errors: list = field(default_factory=list)

    def __str__(self):
        return f"done={self.done} failed={self.failed} dead={self.dead}"


def work(*, now, limit=100):
    """Work up to `limit` due messages, the oldest first, and report."""
    require_no_transaction()
    report = WorkReport(dead=_bury(now))
    due = OutboxMessage.objects.filter(_due(now)).order_by("available_at", "pk")
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        outcome, error = _work_one(pk, now=now)
        if outcome is not None:
            setattr(report, outcome, getattr(report, outcome) + 1)
        if error:
            report.errors.append(error)
    return report


def _due(now):
    return Q(attempts__lt=MAX_ATTEMPTS) & (
        Q(state=State.PENDING, available_at__lte=now) | Q(state=State.LEASED, lease_until__lte=now)
    )


def _bury(now):
    """Messages whose last attempt never came back: they may be what kills the worker."""
    lost = OutboxMessage.objects.filter(
        state=State.LEASED, lease_until__lte=now, attempts__gte=MAX_ATTEMPTS
    )
    return lost.update(state=State.DEAD, last_error="the worker never came back")


def _lease(pk, now):
    """One UPDATE decides who works the message; the number of attempts is the token."""
    rows = OutboxMessage.objects.filter(_due(now), pk=pk)
    taken = rows.update(**_lease_of(F("attempts") + 1, now))
    return OutboxMessage.objects.get(pk=pk) if taken else None


def _lease_of(attempts, now):
    return {"state": State.LEASED, "lease_until": now + LEASE, "attempts": attempts}


def _work_one(pk, *, now):
    message = _lease(pk, now)
    return (None, "") if message is None else _do(message, now=now)


def _do(message, *, now):
    """Call the handler of a leased message and mark how it went, if the lease is still ours."""
    rows = OutboxMessage.objects
    mine = rows.filter(pk=message.pk, state=State.LEASED, attempts=message.attempts)
    try:
        function = _HANDLERS.get(message.topic)
        if function is None:
            raise LookupError(f"no handler for topic {message.topic!r}")
        function(json.loads(message.payload), key=message.key, now=now)
    except Exception as error:
        logger.warning("outbox %s %s failed", message.topic, message.pk, exc_info=True)
        text = f"{type(error).__name__}: {error}"[:2000]
        dead = message.attempts >= MAX_ATTEMPTS
        mine.update(
            state=State.DEAD if dead else State.PENDING,
            lease_until=None,
            available_at=now + pause_after(message.attempts),
            last_error=text,
        )
        return ("dead" if dead else "failed"), f"{message.topic} {message.key}: {text}"
    mine.update(state=State.DONE, lease_until=None, done_at=now, last_error="")
    return "done", ""


def pause_after(attempts):
    """30 s, 1 min, 2 min, … one hour at most."""
    return min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)


def is_dead(key):
    """Whether the work of this key was given up."""
    return OutboxMessage.objects.filter(key=key, state=State.DEAD).exists()


def revive(*, key, now):
    """Give a dead message a new life, after somebody has removed the cause."""
    rows = OutboxMessage.objects.filter(key=key, state=State.DEAD)
    return rows.update(state=State.PENDING, attempts=0, available_at=now)
