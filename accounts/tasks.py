"""Sweeping: what is over anyway. A lost or doubled run changes nothing."""

from accounts.services import sweep_sessions
from core.periodic import periodic


@periodic("accounts.sweep_sessions")
def sweep(now):
    return sweep_sessions(now=now)
