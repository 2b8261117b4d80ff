"""Exact counters in the database: the limit holds with many web processes and without a cache."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities import flood
from communities.models import FloodCounter
from core.locks import require_transaction
from core.refusals import Conflict, Reason


class TooMany(Conflict):
    status = 429
    code = "too_many"
    title = _("提交得太频繁")


def count(act, *, client, now):
    """Count one act of this visitor, or refuse; inside the act's transaction.

    A refused or failed act rolls its count back, so only what was done is counted.
    """
    require_transaction()
    for who, seconds, limit in flood.limits_of(act):
        mark = getattr(client, who)
        if not mark:
            continue
        period = int(now.timestamp()) // seconds
        row, _is_new = FloodCounter.objects.get_or_create(
            key=flood.digest("counter", f"{act}:{who}:{seconds}:{period}:{mark}"),
            defaults={"expires_at": datetime.fromtimestamp((period + 1) * seconds, UTC)},
        )
        # Check and add in one statement: two requests at once cannot both take the last place.
        if not FloodCounter.objects.filter(pk=row.pk, count__lt=limit).update(count=F("count") + 1):
            raise TooMany(_words(act, who, seconds, limit))


@transaction.atomic
def forget_expired(*, now):
    """Old counters are of no use; called by the tick."""
    return FloodCounter.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()[0]


def _words(act, who, seconds, limit):
    span = _("一天") if seconds >= 86_400 else format_lazy(_("{n}分钟"), n=seconds // 60)
    doer = _("同一网络") if who == "address" else _("同一浏览器")
    return Reason(
        "too_many",
        format_lazy(
            _("{doer}{span}内最多{limit}次，现在已满。"), doer=doer, span=span, limit=limit
        ),
        rule=_("为了不让系统被机器刷满，公开提交有次数限制。"),
        remedy=_("请稍后再试；急事可以到社区居委会当面登记，或拨打社区电话。"),
    )
