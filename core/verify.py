"""Invariants: what must hold whatever happened. Each is a generator registered by its number.

    @invariant("I2")
    def envelopes_hold(now):
        for envelope in …:
            yield Finding("I2", where="projects.Envelope 12", text="已预留 + 已付款 > 上限")

They live in modules named `invariants`, which core.apps imports.
"""

import time
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Finding:
    code: str
    where: str
    text: str

    def as_dict(self):
        return {name: str(value) for name, value in asdict(self).items()}

    def __str__(self):
        return f"{self.code} {self.where}: {self.text}"


@dataclass(frozen=True)
class Checked:
    """An invariant may yield how much it looked at, so that "no findings" is not an empty look."""

    rows: int


@dataclass
class Report:
    findings: list = field(default_factory=list)
    checked: dict = field(default_factory=dict)

    def as_dict(self):
        return {"findings": [one.as_dict() for one in self.findings], "checked": self.checked}


_INVARIANTS = {}
# word of the command's option → function(key, now) that yields (line, agrees)
RECOUNTS = {}


def invariant(code):
    """Register a generator function(now) under a code; several functions may share one."""

    def register(function):
        _INVARIANTS[f"{code} {function.__module__}.{function.__qualname__}"] = (code, function)
        return function

    return register


def recounted(word):
    """Register what `verify --<word> KEY` computes again: a generator of (line, agrees)."""

    def register(function):
        RECOUNTS[word] = function
        return function

    return register


def run(now, only=()):
    """Ask every invariant, or those whose code is in `only`."""
    report = Report()
    for name, (code, function) in sorted(_INVARIANTS.items()):
        if not only or code in only:
            _ask(report, name, code, function, now)
    return report


def _ask(report, name, code, function, now):
    begun, rows, before = time.monotonic(), 0, len(report.findings)
    try:
        for item in function(now):
            if isinstance(item, Checked):
                rows += item.rows
            else:
                report.findings.append(item)
    except Exception as error:
        # An invariant that cannot be asked is itself a finding, and must not hide the others.
        text = f"{type(error).__name__}: {error}"
        report.findings.append(Finding(code, name, f"不变量无法检查：{text}"))
    report.checked[name] = {
        "code": code,
        "rows": rows,
        "findings": len(report.findings) - before,
        "seconds": round(time.monotonic() - begun, 3),
    }
