"""A turn that is late is told once a level: to who must act, one level up, to the district."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.calendar import WorkingDays
from deliberation.services.base import lock_matter
from portal import rules, turns
from portal.choices import Kind
from portal.models import Escalation
from portal.services.telling import tell_people


def _levels(waits, now, days):
    """The levels that a Waiting has come to; `days` are read from its day on or earlier."""
    limit = rules.turn_limit(waits.turn)
    if not (limit and waits.due_late):
        return []
    return rules.levels_reached(waits.due.on, limit, timezone.localdate(now), days)


def escalate_late(*, now, limit=200):
    """Tell of every turn that is late and was not told of yet; returns how many levels were told.

    What is late is read from rows and dates: a tick that was lost only makes it later, and one
    that runs twice finds what the other one told. At most `limit` a run; the rest comes next.
    """
    late = [one for one in turns.waiting(turns.open_matters(now), now) if one.due_late]
    rows = Escalation.objects.filter(matter__closed_at__isnull=True)
    known = set(rows.values_list("matter_id", "turn", "began_at", "level"))
    if not late:
        return 0
    told, days = 0, WorkingDays(min(one.due.on for one in late))
    for one in late:
        for level in _levels(one, now, days):
            if (one.matter_id, one.turn, one.began_at, level) in known:
                continue
            told += escalate(matter_id=one.matter_id, turn=one.turn, level=level, now=now)
            if told >= limit:
                return told
    return told


@transaction.atomic
def escalate(*, matter_id, turn, level, now):
    """One level is told of one late turn; 1 when it was told now, 0 when there is nothing to tell."""
    matter, on = lock_matter(matter_id), timezone.localdate(now)
    waits = turns.waiting_of(matter, now)
    if waits is None or waits.turn != turn or not waits.due_late:
        return 0
    if level not in _levels(waits, now, WorkingDays(waits.due.on)):
        return 0
    place = {"matter": matter, "turn": turn, "began_at": waits.began_at, "level": level}
    if Escalation.objects.filter(**place).exists():
        return 0
    people = turns.people_above(matter, turn, level, on)
    audit.record(
        "turn.escalated", target=matter, actor=None, at=now, chain=matter.community.code,
        data={"turn": turn, "level": int(level), "due_on": waits.due.on, "told": len(people)},
    )  # fmt: skip
    one = Escalation.objects.create(**place, due_on=waits.due.on, at=now, told_count=len(people))
    tell_people(
        people, key=f"overdue:{one.pk}", kind=Kind.OVERDUE, matter=matter, at=now,
        text=_words(level, matter, waits),
        asked=people if level == rules.Level.OWN else (),
    )  # fmt: skip
    return 1


def _words(level, matter, waits):
    words = {
        "title": matter.proposal.title,
        "act": waits.act,
        "on": waits.due.on.isoformat(),
        "place": matter.community.name,
    }
    if level == rules.Level.OWN:
        return _("超期提醒：%(title)s的“%(act)s”应在 %(on)s 前办理，请尽快办理。") % words
    return _("超期上报：%(place)s%(title)s的“%(act)s”应在 %(on)s 前办理，至今未办。") % words
