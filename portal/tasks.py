"""What the outbox does with the events of matters."""

from core.outbox import handler
from portal import services


@handler("matter.event")
def tell_of_event(payload, *, key, now):
    """One call, an id in, may run twice."""
    services.tell(event_id=payload["event"], now=now)
