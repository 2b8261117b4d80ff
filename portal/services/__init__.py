"""Every write of the portal: messages, urging, supervision, escalation, channels and letters."""

from portal.services.telling import mark_read, tell

__all__ = ["mark_read", "tell"]
