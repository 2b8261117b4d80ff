"""What stands on a proposal's page about its waiting: due day, urging, supervision."""

from django import template
from django.utils import timezone

from deliberation.acts import ACTS
from portal import desk, permissions, policies, rules

register = template.Library()
# These are told by the page itself: whose turn it is, and that the way is over.
_UNSAID = {"own_turn", "nobody_to_urge", "matter_is_over"}


@register.inclusion_tag("portal/attention.html", takes_context=True)
def matter_attention(context, matter):
    """Nothing for the public: only those inside and the applicant's side read it."""
    user, now = context["request"].user, timezone.now()
    on = timezone.localdate(now)
    if not (user.is_authenticated and permissions.sees_attention(user, matter, on)):
        return {"shown": False}
    told = desk.attention_of(matter, now)
    return {
        "shown": bool(told.waiting or told.urges or told.supervisions),
        "matter": matter,
        "told": told,
        "urges": [(one, ACTS[one.turn].label if one.turn in ACTS else "") for one in told.urges],
        "levels": [rules.Level(one.level).label for one in told.escalations],
        **_buttons(user, matter, told, on, now),
    }


def _buttons(user, matter, told, on, now):
    urge = None
    if told.waiting and not permissions.may_urge(user, matter, on):
        urge = policies.urge_reasons(matter, user, now)
    reasons = [one for one in urge or () if one.code not in _UNSAID]
    watched = told.supervision
    return {
        "may_urge": urge == [],
        "reasons": reasons,
        "may_supervise": bool(told.waiting and not watched)
        and not permissions.may_supervise(user, matter, on),
        "may_lift": bool(watched) and not permissions.may_lift(user, watched, matter, on),
    }
