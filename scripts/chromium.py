"""Where is a Chromium for the browser tests?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATTERNS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


def playwright_folders() -> list[Path]:
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    home = Path.home()
    return [
        *([Path(chosen)] if chosen and chosen != "0" else []),
        home / ".cache/ms-playwright",
        home / "Library/Caches/ms-playwright",
    ]


def find() -> str | None:
    """An installed one, else the one Playwright downloaded, else None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for folder in playwright_folders():
        for pattern in PATTERNS:
            if paths := sorted(folder.glob(pattern)):
                return str(paths[-1])
    return None


def find_or_fetch() -> str | None:
    """As find(), with one attempt to let Playwright download its own."""
    if path := find():
        return path
    print("No Chromium installed; asking Playwright for one ...", flush=True)
    try:
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"],
            timeout=300,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return find()
