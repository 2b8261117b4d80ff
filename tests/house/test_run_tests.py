"""`make test` never leaves PostgreSQL out silently."""

from pathlib import Path

import pytest

from scripts import chromium, postgres
from scripts.run_tests import NOTHING_SELECTED, Outcome, read_counts, verdict, workers

HERE = Path("/usr/lib/postgresql/99/bin")


def never():
    raise AssertionError("asked although not needed")


def nothing():
    return None


def test_a_named_server_is_used_and_nothing_else_is_asked():
    source = postgres.choose({"DATABASE_URL": "postgres://u@h/db"}, never, never)
    assert (source.kind, source.url) == ("url", "postgres://u@h/db")


def test_a_named_database_of_another_kind_is_refused():
    with pytest.raises(postgres.Unavailable, match="not a PostgreSQL address"):
        postgres.choose({"DATABASE_URL": "sqlite:///x"}, never, never)


def test_an_installed_one_comes_before_the_wheel():
    source = postgres.choose({}, lambda: HERE, never)
    assert (source.kind, source.binaries) == ("installed", HERE)


def test_the_wheel_is_the_last_resort():
    assert postgres.choose({"DATABASE_URL": ""}, nothing, lambda: HERE).kind == "wheel"


def test_without_any_the_run_says_what_to_install():
    with pytest.raises(postgres.Unavailable, match="apt install postgresql"):
        postgres.choose({}, nothing, nothing)


@pytest.mark.parametrize(
    ("checked", "sqlite", "postgresql", "code"),
    [
        (0, Outcome("SQLite", 0), Outcome("PostgreSQL", 0), 0),
        (1, Outcome("SQLite", 0), Outcome("PostgreSQL", 0), 1),
        (0, Outcome("SQLite", 1), Outcome("PostgreSQL", 0), 1),
        (0, Outcome("SQLite", 0), Outcome("PostgreSQL", 2), 1),
        (0, Outcome("SQLite", 0), Outcome("PostgreSQL", 1, note="none found"), 1),
        (0, Outcome("SQLite", NOTHING_SELECTED), Outcome("PostgreSQL", 0), 0),
        (
            0,
            Outcome("SQLite", NOTHING_SELECTED),
            Outcome("PostgreSQL", NOTHING_SELECTED),
            NOTHING_SELECTED,
        ),
    ],
)
def test_the_exit_code_needs_both_engines(checked, sqlite, postgresql, code):
    assert verdict(checked, [sqlite, postgresql]) == code


def test_a_missing_engine_is_told_on_its_line():
    assert Outcome("PostgreSQL", 1, note="none found").line == "PostgreSQL: NOT RUN. none found"


def test_counts_are_read_from_the_report(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/></testsuites>'
    )
    outcome = Outcome("SQLite", 1, read_counts(report), 3.2)
    assert outcome.line == (
        "SQLite: 5 passed, 1 failed, 1 errors, 2 skipped (pytest exit code 1), 3 s"
    )


@pytest.mark.parametrize(
    ("arguments", "cores", "chosen"),
    [
        ([], 8, ["-n", "8", "--dist", "worksteal"]),
        ([], None, ["-n", "2", "--dist", "worksteal"]),
        (["-n0"], 8, []),
        (["-n", "4"], 8, []),
    ],
)
def test_one_worker_per_core_unless_told(arguments, cores, chosen):
    assert workers(arguments, cores) == chosen


def test_an_installed_chromium_is_preferred(monkeypatch, tmp_path):
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/bin/{name}")
    assert chromium.find() == "/bin/chromium"
    monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
    monkeypatch.setattr(chromium, "playwright_folders", lambda: [tmp_path])
    assert chromium.find() is None
    fetched = tmp_path / "chromium-1200" / "chrome-linux64" / "chrome"
    fetched.parent.mkdir(parents=True)
    fetched.touch()
    assert chromium.find() == str(fetched)
