"""What the outbox does with the events of matters, and what each tick does about waiting."""

from core.outbox import handler
from core.periodic import periodic
from portal import services
from portal.services import escalating, letters, posting


@handler("matter.event")
def tell_of_event(payload, *, key, now):
    """One call, an id in, may run twice."""
    services.tell(event_id=payload["event"], now=now)


# Jobs run in the order of their names: what is told first leaves in the same round.
@periodic("portal.1_escalate_late")
def escalate_late(now):
    return escalating.escalate_late(now=now)


@periodic("portal.2_write_letters")
def write_letters(now):
    return letters.write_letters(now=now)


@periodic("portal.3_post_letters")
def post_letters(now):
    return str(posting.post_letters(now=now))
