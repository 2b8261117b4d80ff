"""Pages of docs/ that are written from the code, so that they are never stale.

    @document("docs/ledgers.md")
    def ledgers_page():
        return "# …"

They live in modules named `documents`, which core.apps imports. `manage.py build_docs` writes them,
`--check` fails when one differs from the code.
"""

from pathlib import Path

from django.conf import settings
from django.utils import translation

_DOCUMENTS = {}


def document(path):
    """Register a function that returns the text of a page, in Markdown."""

    def register(function):
        known = _DOCUMENTS.setdefault(path, function)
        if (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"{path} is already written by {known.__qualname__}")
        _DOCUMENTS[path] = function
        return function

    return register


def build():
    """{path: text} of every page."""
    with translation.override("zh-hans"):
        return {path: f"{page().rstrip()}\n" for path, page in sorted(_DOCUMENTS.items())}


def stale():
    """Pages that differ from the code, or are missing."""
    return [path for path, text in build().items() if _current(path) != text]


def write():
    """Write the stale pages; returns their names."""
    written = stale()
    for path, text in build().items():
        if path in written:
            target = Path(settings.BASE_DIR) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return written


def _current(path):
    target = Path(settings.BASE_DIR) / path
    return target.read_text(encoding="utf-8") if target.exists() else None


def table(header, rows):
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in line) + " |"
        for line in lines
    )
