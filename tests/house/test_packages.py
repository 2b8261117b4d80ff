"""pyproject.toml says why, constraints.txt says which."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT

PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
PROJECT = tomllib.loads(PYPROJECT)["project"]
PINNED = {
    canonicalize_name(line.partition("==")[0])
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
}


def direct():
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(text) for text in sum(extras, PROJECT["dependencies"])]


def test_every_dependency_has_its_reason_on_its_line():
    lines = [line for line in PYPROJECT.splitlines() if re.match(r'\s+"[\w.\[\]-]+[><=]', line)]
    assert len(lines) == len(direct())
    assert [line for line in lines if "  # " not in line] == []


def test_constraints_hold_versions_only():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_everything_installed_for_us_is_pinned():
    seen, waiting = set(), direct()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        key = (name, frozenset(wanted.extras))
        if key in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        seen.add(key)
        try:
            below = requires(wanted.name) or []
        except PackageNotFoundError:
            continue
        for text in below:
            inner = Requirement(text)
            if inner.marker is None or any(
                inner.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras)
            ):
                inner.marker = None
                waiting.append(inner)
    assert sorted({name for name, _ in seen} - PINNED) == []
