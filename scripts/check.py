"""What can be said about the code without running the suite. `make check`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

MANAGE = [sys.executable, "manage.py"]
SERVER = {
    "MINSHENG_ENV": "server",
    "SECRET_KEY": "only-for-this-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "DATABASE_URL": "postgres://nobody@localhost/never_connected",
    "ALLOWED_HOSTS": "example.org",
}
STEPS: list[tuple[str, list[str], dict[str, str]]] = [
    ("lint", [str(BIN / "ruff"), "check", "--output-format", "concise", "."], {}),
    ("format", [str(BIN / "ruff"), "format", "--check", "--output-format", "concise", "."], {}),
    ("layers", [str(BIN / "lint-imports"), "--no-logo"], {}),
    ("django", [*MANAGE, "check", "--fail-level", "WARNING"], {}),
    ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
    ("deploy", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], SERVER),
]


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory(prefix="ms-check-") as var:
        plain = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("MINSHENG_") and key not in {"DATABASE_URL", "REDIS_URL"}
        }
        for name, command, extra in STEPS:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=plain | {"MINSHENG_VAR": var} | extra,
                capture_output=True,
                text=True,
                check=False,
            )
            print(f"{name:<12}{'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
            if done.returncode:
                failed.append(name)
                print((done.stdout + done.stderr).strip(), flush=True)
    if failed:
        print(f"check failed: {', '.join(failed)} (some of it `make fix` mends)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
