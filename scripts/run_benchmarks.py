"""`make bench`: every file of benchmarks/, one after the other."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    files = sorted(path for path in (ROOT / "benchmarks").glob("*.py") if path.name[0] != "_")
    if not files:
        print("There are no benchmarks yet.")
    codes = []
    for path in files:
        print(f"\n=== {path.stem} ===", flush=True)
        codes.append(subprocess.call([sys.executable, "-m", f"benchmarks.{path.stem}"], cwd=ROOT))
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
