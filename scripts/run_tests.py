"""`make test`: the checks, then the suite on SQLite, then the suite on PostgreSQL.

Words after the command are handed to pytest: `make test ARGS="tests/core -k money"`.
The last lines say which engines ran. Without PostgreSQL the run fails: the money and race tests
mean little on one engine only.
"""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

from scripts import check, chromium, postgres

ROOT = Path(__file__).resolve().parent.parent
NOTHING_SELECTED = 5  # pytest's exit code


@dataclass
class Outcome:
    engine: str
    code: int
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    note: str = ""

    @property
    def line(self) -> str:
        if self.note:
            return f"{self.engine}: NOT RUN. {self.note}"
        if self.code == NOTHING_SELECTED:
            return f"{self.engine}: nothing selected"
        told = ", ".join(f"{count} {word}" for word, count in self.counts.items() if count)
        end = "" if self.code == 0 else f" (pytest exit code {self.code})"
        return f"{self.engine}: {told or 'no counts'}{end}, {self.seconds:.0f} s"


def workers(arguments: list[str], cores: int | None) -> list[str]:
    """-n as given, else one worker per core, two at least, each with its run of neighbouring tests
    until one has nothing left and takes of the other's: a module's world is then built once.
    """
    if any(word == "-n" or word.startswith(("-n", "--numprocesses")) for word in arguments):
        return []
    return ["-n", str(max(2, cores or 2)), "--dist", "worksteal"]


def verdict(checked: int, outcomes: list[Outcome]) -> int:
    """0 only if the checks passed, no engine failed or is missing, and something ran."""
    if checked:
        return 1
    if any(outcome.note for outcome in outcomes):
        return 1
    codes = {outcome.code for outcome in outcomes}
    if codes == {NOTHING_SELECTED}:
        return NOTHING_SELECTED
    return 0 if codes <= {0, NOTHING_SELECTED} else 1


def read_counts(report: Path) -> dict[str, int]:
    if not report.exists():
        return {}
    suite = ElementTree.parse(report).getroot().find("testsuite")
    total, failed, errors, skipped = (
        int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")
    )
    return {
        "passed": total - failed - errors - skipped,
        "failed": failed,
        "errors": errors,
        "skipped": skipped,
    }


def run_suite(engine: str, url: str, arguments: list[str]) -> Outcome:
    print(f"\n=== {engine} ===", flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    with tempfile.TemporaryDirectory(prefix="ms-tests-") as folder:
        report = Path(folder) / "report.xml"
        begun = time.monotonic()
        code = subprocess.call(
            [
                *(sys.executable, "-m", "pytest", f"--junit-xml={report}"),
                *(*workers(arguments, os.cpu_count()), *arguments),
            ],
            cwd=ROOT,
            env=environment,
        )
        return Outcome(engine, code, read_counts(report), time.monotonic() - begun)


def on_postgresql(arguments: list[str]) -> Outcome:
    try:
        source = postgres.choose(os.environ, postgres.installed_binaries, postgres.wheel_binaries)
        with postgres.running(source) as url:
            return run_suite(f"PostgreSQL ({source.words})", url, arguments)
    except postgres.Unavailable as gap:
        return Outcome("PostgreSQL", 1, note=str(gap))


def main(arguments: list[str]) -> int:
    # so that a stopped run takes its cluster down
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = arguments or shlex.split(os.environ.get("PYTEST_ARGS", ""))
    browser = chromium.find_or_fetch()
    checked = check.main()
    outcomes = [run_suite("SQLite", "", arguments), on_postgresql(arguments)]
    code = verdict(checked, outcomes)
    print("\n=== result ===")
    print(f"checks: {'FAILED' if checked else 'ok'}")
    print(f"Chromium: {browser or 'NOT FOUND, browser tests were skipped'}")
    for outcome in outcomes:
        print(outcome.line)
    print("PASSED" if code == 0 else "FAILED", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
