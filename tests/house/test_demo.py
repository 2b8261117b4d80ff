"""`make demo` from an empty folder, and once more over what is there."""

import os
import subprocess
import sys

import pytest

from tests.house.source import ROOT


def run_demo(var):
    environment = os.environ | {"DEMO_ONCE": "1", "DEMO_PORT": "8400", "MINSHENG_VAR": str(var)}
    return subprocess.run(
        [sys.executable, "-m", "scripts.run_demo"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


@pytest.mark.slow
def test_the_demo_starts_answers_and_may_be_started_again(tmp_path):
    first = run_demo(tmp_path)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "http://127.0.0.1:" in first.stdout
    assert (tmp_path / "minsheng.sqlite3").exists()

    again = run_demo(tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
