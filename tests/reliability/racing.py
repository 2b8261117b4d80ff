"""Threads that start together, each with its own connection; every outcome is accounted for."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from django.db import connection

from core.clashes import as_refusal
from core.refusals import Refused

RETRIES = 20


@dataclass
class Outcome:
    """What one competitor came to: a value, a refusal's code, or an error nobody expected."""

    value: object = None
    code: str = ""
    error: BaseException | None = None
    retries: int = 0

    @property
    def word(self):
        if self.error is not None:
            return f"{type(self.error).__name__}: {self.error}"
        return self.code or "done"


def _one(act, start):
    outcome = Outcome()
    try:
        connection.ensure_connection()
        start.wait(timeout=60)
        for outcome.retries in range(RETRIES):
            outcome.code, outcome.error = "", None
            try:
                outcome.value = act()
            except Refused as refused:
                outcome.code = refused.reasons[0].code
            except Exception as error:
                # what a door would make of it: a lock that took too long is a clean 409
                clash = as_refusal(error)
                if clash is None:
                    outcome.error = error
                else:
                    outcome.code = clash.reasons[0].code
            if outcome.code != "busy":
                break
            time.sleep(0.05)
    except Exception as error:
        outcome.error = error
    finally:
        connection.close()
    return outcome


def race(acts):
    """Run all acts at once; the outcomes in the order of the acts."""
    start = Barrier(len(acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(lambda act: _one(act, start), acts))


def alone(act):
    """One act in this thread, tried again while it is told to wait; its outcome."""
    return _one(act, Barrier(1))


def words(outcomes):
    """How often each outcome came: {"done": 16, "year_cap_exceeded": 48}."""
    counts = {}
    for outcome in outcomes:
        counts[outcome.word] = counts.get(outcome.word, 0) + 1
    return counts
