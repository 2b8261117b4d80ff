"""Urge those whose turn it is (催办); put a matter under supervision and lift it (督办)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.refusals import BadInput, Conflict, NotAllowed, Reason, refuse_if
from deliberation.permissions import sees_matter
from deliberation.services.base import lock_matter, not_found, require_text
from portal import permissions, policies, rules, turns
from portal.choices import Kind
from portal.models import Supervision, Urge
from portal.services.telling import tell_people


def _begin(may, matter_id, actor, now):
    """The matter under its lock, when the person may know of it and may do this."""
    matter, on = lock_matter(matter_id), timezone.localdate(now)
    if not sees_matter(actor, matter, on):
        raise not_found()
    refuse_if([may(actor, matter, on)], NotAllowed)
    return matter, on


def _checked(text, most, field, label):
    """Words without blanks around them, not empty and not too long."""
    text = (text or "").strip()
    require_text(**{field: (text, label)})
    if len(text) > most:
        raise BadInput(
            Reason(
                "text_too_long", _("请写在 %(n)d 个字以内。") % {"n": most},
                remedy=_("请写得短一些；材料可以加在项目里。"), field=field,
            )
        )  # fmt: skip
    return text


def _record(kind, matter, *, actor, now, data):
    """What was typed stays in its own row: a chain cannot forget a name."""
    audit.record(kind, target=matter, actor=actor, at=now, chain=matter.community.code, data=data)


@transaction.atomic
def urge(*, matter_id, text, actor, now):
    """Those whose turn it is are urged; it is on record. Returns the Urge.

    Raises NotFound, NotAllowed, Conflict (nobody to urge, own turn, urged lately), BadInput.
    """
    matter, on = _begin(permissions.may_urge, matter_id, actor, now)
    refuse_if(policies.urge_reasons(matter, actor, now), Conflict)
    text = _checked(text, rules.TEXT_MAX, "text", _("催办内容"))
    waits = turns.waiting_of(matter, now)
    people = turns.people_of_turn(matter, waits.turn, on)
    side = permissions.urging_side(actor, matter, on)
    _record(
        "turn.urged", matter, actor=actor, now=now, data={"turn": waits.turn, "told": len(people)}
    )
    one = Urge.objects.create(
        matter=matter, turn=waits.turn, text=text, person_id=actor.person_id, actor=actor,
        side=side, at=now, on=on, told_count=len(people),
    )  # fmt: skip
    words = _("催办：%(title)s，请尽快“%(act)s”。%(side)s说：%(text)s") % {
        "title": matter.proposal.title, "act": waits.act, "side": side, "text": text,
    }  # fmt: skip
    tell_people(
        people, key=f"urge:{one.pk}", kind=Kind.URGE, matter=matter, text=words, at=now,
        asked=people,
    )  # fmt: skip
    return one


@transaction.atomic
def supervise(*, matter_id, due_on, reason, actor, now):
    """The matter is under supervision until `due_on` (a local day). Returns the Supervision.

    Raises NotFound, NotAllowed, Conflict (over, supervised already), BadInput.
    """
    matter, on = _begin(permissions.may_supervise, matter_id, actor, now)
    refuse_if(policies.supervise_reasons(matter, actor, now), Conflict)
    reason = _checked(reason, rules.REASON_MAX, "reason", _("督办理由"))
    if due_on <= on:
        raise BadInput(
            Reason(
                "due_not_ahead", _("办结期限要在今天之后。"), "",
                _("请给办理的人留出时间。"), field="due_on",
            )
        )  # fmt: skip
    level = permissions.supervising_level(actor, matter, on)
    waits = turns.waiting_of(matter, now)
    _record(
        "supervision.opened", matter, actor=actor, now=now,
        data={"level": level, "due_on": due_on, "turn": waits.turn},
    )  # fmt: skip
    one = Supervision.objects.create(
        matter=matter, open_key=matter.pk, level=level, reason=reason, opened_on=on,
        due_on=due_on, opened_by=actor, opened_at=now,
    )  # fmt: skip
    words = _("督办：%(title)s，请在 %(on)s 前办理。理由：%(reason)s") % {
        "title": matter.proposal.title, "on": due_on.isoformat(), "reason": reason,
    }  # fmt: skip
    _tell_of(one, "opened", words, matter, waits, actor, on, now)
    return one


@transaction.atomic
def lift_supervision(*, matter_id, result, actor, now):
    """The open supervision of the matter is over, with a result. Returns the Supervision.

    Raises NotFound, NotAllowed (others; the street for what the district began), Conflict, BadInput.
    """
    matter, on = _begin(permissions.may_supervise, matter_id, actor, now)
    one = Supervision.objects.select_for_update().filter(open_key=matter.pk).first()
    refuse_if(policies.lift_reasons(one), Conflict)
    refuse_if([permissions.may_lift(actor, one, matter, on)], NotAllowed)
    result = _checked(result, rules.REASON_MAX, "result", _("督办结果"))
    _record(
        "supervision.lifted", matter, actor=actor, now=now,
        data={"level": one.level, "due_on": one.due_on, "in_time": on <= one.due_on},
    )  # fmt: skip
    one.open_key, one.result, one.lifted_by, one.lifted_at = None, result, actor, now
    one.save(update_fields=["open_key", "result", "lifted_by", "lifted_at"])
    words = _("督办解除：%(title)s。结果：%(result)s") % {
        "title": matter.proposal.title, "result": result,
    }  # fmt: skip
    _tell_of(one, "lifted", words, matter, turns.waiting_of(matter, now), actor, on, now)
    return one


def _tell_of(one, what, words, matter, waits, actor, on, now):
    """Those whose turn it is and the clerks of the community; never the supervisor."""
    asked = turns.people_of_turn(matter, waits.turn, on) if waits else set()
    people = asked | turns.clerks_of(matter, on)
    people.discard(actor.person_id)
    tell_people(
        people, key=f"supervision:{one.pk}:{what}", kind=Kind.SUPERVISION, matter=matter,
        text=words, at=now, asked=asked if what == "opened" else (),
    )  # fmt: skip
