"""Rules about the source that no linter knows."""

import ast

import pytest
from django.apps import apps

from tests.house import source

WRITES = {
    "save",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "aupdate",
    "asave",
    "adelete",
    "acreate",
}
# words that mean a write only on a queryset: dictionaries have `update` too
QUERYSET_WRITES = {"update", "create"}
QUERYSET_WORDS = {"objects", "filter", "exclude", "all", "select_for_update", "for_user"}
NOT_MODELS = {"cache", "session", "super", "segno", "workbook", "image", "storage"}

TEMPLATES = source.ROOT / "templates"
LONGEST_FILE = 350
LONGER = {
    "minsheng/settings.py": "one settings file, by decision",
}
LONGEST_NAME = 30


def receiver_words(node: ast.expr) -> set[str]:
    words = set()
    while True:
        if isinstance(node, ast.Attribute):
            words.add(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Name):
            return words | {node.id}
        else:
            return words


def writes_in(path):
    for node in ast.walk(source.tree(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if any(ast.unparse(word) == "commit=False" for word in node.keywords):
            continue  # a form that only fills its object
        words = receiver_words(node.func.value)
        if node.func.attr in WRITES and not words & NOT_MODELS:
            yield f"{source.where(path, node)} .{node.func.attr}()"
        if node.func.attr in QUERYSET_WRITES and words & QUERYSET_WORDS:
            yield f"{source.where(path, node)} .{node.func.attr}()"


def test_doors_do_not_write_models():
    """Views, API, admin, forms, tasks and commands call one service; only services write."""
    assert [line for path in source.doors() for line in writes_in(path)] == []


def test_a_door_that_writes_would_be_seen(tmp_path, monkeypatch):
    door = tmp_path / "views.py"
    door.write_text(
        "def a(need):\n    need.save()\n"
        "def b():\n    Need.objects.filter(pk=1).update(status='x')\n"
        "def c():\n    Need.objects.create()\n"
        "def d(request):\n    request.session.save()\n    {}.update(a=1)\n"
    )
    monkeypatch.setattr(source, "ROOT", tmp_path)
    assert [line.split()[-1] for line in writes_in(door)] == [".save()", ".update()", ".create()"]


def test_no_project_import_hides_inside_a_function():
    hidden = []
    for path in source.app_files():
        for function in ast.walk(source.tree(path)):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            for node in ast.walk(function):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                if any(name.split(".")[0] in source.LAYERS for name in names):
                    hidden.append(source.where(path, node))
    assert hidden == []


def halves_of_tags(text):
    """Numbers of the lines on which a template tag or variable is not whole."""
    pairs = (("{%", "%}"), ("{{", "}}"), ("{#", "#}"))
    return [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if any(line.count(left) != line.count(right) for left, right in pairs)
    ]


def test_no_template_shows_half_a_tag():
    found = {str(path): halves_of_tags(path.read_text()) for path in TEMPLATES.rglob("*.html")}
    assert {path: lines for path, lines in found.items() if lines} == {}
    assert halves_of_tags('good {{ one }}\nXX item.pk %}">words</a>') == [2]


def test_files_can_be_read_at_one_sitting():
    too_long = {
        str(path.relative_to(source.ROOT)): lines
        for path in source.all_python()
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert {name: lines for name, lines in too_long.items() if name not in LONGER} == {}


def own_models():
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.split(".")[0] in source.LAYERS
    ]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_names_in_the_database_fit_every_engine(model):
    """30 characters, the shortest limit among the engines the portable ORM keeps possible."""
    meta = model._meta
    names = [meta.db_table]
    names += [field.column for field in meta.local_fields]
    names += [constraint.name for constraint in meta.constraints]
    names += [index.name for index in meta.indexes]
    assert [name for name in names if len(name) > LONGEST_NAME] == []


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_tables_use_nothing_that_only_one_engine_has(model):
    foreign = [
        field.name
        for field in model._meta.local_fields
        if type(field).__module__.startswith("django.contrib.postgres")
    ]
    partial = [
        constraint.name
        for constraint in model._meta.constraints
        if getattr(constraint, "condition", None) and hasattr(constraint, "fields")
    ]
    assert (foreign, partial) == ([], [])
