"""Jobs that every tick runs: short, idempotent, driven by dates in rows, never by the last run."""

import logging
import time
from dataclasses import dataclass

logger = logging.getLogger("core.periodic")

_JOBS = {}


def periodic(name):
    """Register a job `function(now)`; a lost or doubled run must be harmless."""

    def register(function):
        known = _JOBS.setdefault(name, function)
        if (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"periodic job {name!r} exists already: {known.__qualname__}")
        _JOBS[name] = function
        return function

    return register


@dataclass(frozen=True)
class JobRun:
    name: str
    seconds: float
    result: object = None
    error: str = ""


def run_all(now):
    """Run every job; one that fails does not stop the others."""
    runs = []
    for name, job in sorted(_JOBS.items()):
        begun = time.monotonic()
        try:
            result, error = job(now), ""
        except Exception as problem:
            logger.exception("periodic job %s", name)
            result, error = None, f"{type(problem).__name__}: {problem}"
        runs.append(JobRun(name, time.monotonic() - begun, result, error))
    return runs
