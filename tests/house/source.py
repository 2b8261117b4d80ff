"""The project's own Python files, as text and as trees."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = [
    "core",
    "accounts",
    "communities",
    "projects",
    "deliberation",
    "delivery",
    "evaluation",
    "portal",
    "demo",
    "minsheng",
]
DOOR_FILES = {
    *("views.py", "api.py", "api_imports.py", "admin.py", "tasks.py", "forms.py"),
    *("forms_imports.py", "middleware.py"),
}
DOOR_FOLDERS = {"views", "api", "admin", "tasks", "forms", "management", "templatetags"}


@cache
def app_files() -> tuple[Path, ...]:
    return tuple(
        path
        for layer in LAYERS
        for path in sorted((ROOT / layer).rglob("*.py"))
        if "migrations" not in path.parts
    )


def doors() -> list[Path]:
    return [
        path
        for path in app_files()
        if path.name in DOOR_FILES or DOOR_FOLDERS & set(path.relative_to(ROOT).parts)
    ]


def all_python() -> list[Path]:
    folders = [ROOT / name for name in ("scripts", "tests", "benchmarks")]
    others = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [ROOT / "manage.py", *app_files(), *others]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"
