"""Numbers and small decisions about sign-in. No query, no request."""

from datetime import timedelta

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
# a session is marked as seen at most this often, so that reading does not mean writing
SEEN_EVERY = timedelta(minutes=1)

RESET_LINK_LIFE = timedelta(hours=24)

TOKEN_LONGEST_DAYS = 365
TOKENS_PER_USER = 10
TOKEN_PREFIX = "mswss_"

RECOVERY_CODES = 10


def session_is_over(*, started_at, seen_at, now, works_for_office):
    """Every session ends after twelve hours, an office session after half an hour of silence."""
    if now - started_at >= ABSOLUTE_LIMIT:
        return True
    return works_for_office and now - seen_at >= IDLE_LIMIT


def password_is_stale(*, changed_at, now, max_age_days):
    """Only under the 等保 profile do passwords age."""
    if not max_age_days or changed_at is None:
        return False
    return now - changed_at >= timedelta(days=max_age_days)
