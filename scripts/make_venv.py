"""Create .venv and install what pyproject.toml names, at the versions of constraints.txt.

Runs before anything is installed: standard library only. `python3 scripts/make_venv.py`.
Extras: `python3 scripts/make_venv.py dev pg`. Inside a container: `--here` (no new environment).
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDED = (3, 11)


def requirements(extras: list[str]) -> list[str]:
    import tomllib  # noqa: PLC0415  (absent before 3.11: the advice below must come first)

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = list(project["dependencies"])
    for extra in extras:
        found += project["optional-dependencies"][extra]
    return found


def main(arguments: list[str]) -> int:
    if sys.version_info < NEEDED:
        here = ".".join(map(str, sys.version_info[:3]))
        print(f"Python {here} is too old; 3.11 or later is needed.", file=sys.stderr)
        print("If another one is installed: make setup PYTHON=python3.12", file=sys.stderr)
        return 2
    python = sys.executable
    if "--here" not in arguments:
        folder = ROOT / ".venv"
        python = str(folder / "bin" / "python")
        if not Path(python).exists():
            print("Creating .venv ...", flush=True)
            venv.create(folder, with_pip=True, clear=folder.exists())
    extras = [word for word in arguments if not word.startswith("-")]
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    print("Installing (the first time takes about a minute) ...", flush=True)
    return subprocess.call(
        [*pip, "--constraint", str(ROOT / "constraints.txt"), *requirements(extras)]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
