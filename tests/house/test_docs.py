"""Documents may not lie about the code: links, files, functions, addresses and acts they name exist."""

import importlib
import re
import subprocess
from functools import cache
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands
from django.urls import Resolver404, resolve

from core import verify
from core.access import all_view_names
from deliberation import policies
from deliberation.acts import ACTS
from deliberation.models import Matter
from tests.house.source import LAYERS, ROOT

GENERATED = {"docs/ledgers.md", "docs/permissions.md", "docs/state-machine.md"}
ADR_PARTS = ["## Context", "## Decision", "## Consequences", "## Alternatives"]
FILE_ENDINGS = (".py", ".md", ".html", ".toml", ".txt", ".css", ".js", ".csv", ".json")
# folders that are made when the system runs
MADE_AT_RUN_TIME = {"var/", "var/media", ".venv/"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def markdown_files():
    """Every Markdown file of ours, as paths relative to the root."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return sorted(name for name in told.split("\n") if name and (ROOT / name).exists())


def hand_written():
    """Documents whose every mark is checked; README files speak of what people type."""
    return [
        name
        for name in markdown_files()
        if name not in GENERATED
        and (name.startswith("docs/") or "/" not in name)
        and not name.startswith("README")
    ]


@cache
def text_of(name):
    return (ROOT / name).read_text("utf-8")


def prose_of(name):
    """The text without fenced blocks."""
    return re.sub(r"^(```|~~~).*?^\1\s*$", "", text_of(name), flags=re.M | re.S)


def marks_of(text):
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", text)


def tables_of(name):
    """Every table as a list of dicts: header → cell."""
    tables, header = [], None
    for line in prose_of(name).splitlines():
        if not line.startswith("|"):
            header = None
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if header is None:
            header = cells
            tables.append([])
        elif set("".join(cells)) - set("-: "):
            tables[-1].append(dict(zip(header, cells, strict=True)))
    return tables


def rows_with(name, *headers):
    return [row for table in tables_of(name) for row in table if set(headers) <= set(row)]


def slug(heading):
    """The anchor that GitHub makes of a heading."""
    words = re.sub(r"[`*\[\]]", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def anchors_of(name):
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", prose_of(name), flags=re.M)}


@pytest.mark.parametrize("name", markdown_files())
def test_relative_links_lead_somewhere(name):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(name)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = target.partition("#")
        goal = (ROOT / name).parent / path if path else ROOT / name
        here = str(goal.resolve().relative_to(ROOT))
        if not goal.exists() or (anchor and anchor not in anchors_of(here)):
            broken.append(target)
    assert broken == []


# Marks: what a word between backticks claims -------------------------------------------------------


def object_exists(mark):
    """`package.module:attribute.attribute`, or the name of a view."""
    module, _colon, attributes = mark.partition(":")
    try:
        found = importlib.import_module(module)
    except ImportError:
        return mark in set(all_view_names())
    for attribute in attributes.split("."):
        if not hasattr(found, attribute):
            return mark in set(all_view_names())
        found = getattr(found, attribute)
    return True


def address_exists(mark):
    try:
        resolve(re.sub(r"<[^>]+>", "1", mark))
    except Resolver404:
        return False
    return True


def path_exists(mark):
    if mark in MADE_AT_RUN_TIME:
        return True
    if "*" in mark:
        return any(ROOT.glob(mark))
    if "/" in mark:
        return (ROOT / mark).exists()
    # a file name alone is one that several apps use: "policies.py"
    return (ROOT / mark).exists() or any(
        next((ROOT / layer).rglob(mark), None) for layer in LAYERS if (ROOT / layer).exists()
    )


def make_target_exists(mark):
    return mark.split()[1].partition("=")[0] in re.findall(
        r"^([a-z]+):", text_of("Makefile"), flags=re.M
    )


def is_true(mark):
    """False when the mark names something that does not exist; True for other words."""
    if mark.startswith("make "):
        return make_target_exists(mark)
    if mark.startswith("manage.py "):
        return mark.split()[1] in get_commands()
    if " " in mark or "…" in mark:
        return True
    if mark.startswith("/"):
        return address_exists(mark)
    if re.fullmatch(r"[a-z_][\w.]*:[A-Za-z_][\w.]*", mark):
        return object_exists(mark)
    if re.fullmatch(r"[\w.*-]+(/[\w.*-]*)+", mark) or mark.endswith(FILE_ENDINGS):
        return path_exists(mark)
    return True


@pytest.mark.parametrize("name", hand_written())
def test_what_is_named_exists(name):
    assert sorted({mark for mark in marks_of(prose_of(name)) if not is_true(mark)}) == []


@pytest.mark.parametrize(
    "mark",
    [
        "core/nothing.py",
        "nothing_of_this_name.py",
        "core.money:parse_pounds",
        "core.nothing:parse_yuan",
        "/nowhere/at/all/",
        "make coffee",
        "manage.py coffee",
    ],
)
def test_a_wrong_mark_would_be_seen(mark):
    assert not is_true(mark)


# ARCHITECTURE --------------------------------------------------------------------------------------


def only_mark(cell):
    return next(iter(marks_of(cell)), "")


def test_every_act_is_in_the_life_of_a_matter_as_the_table_of_acts_says():
    told = {}
    for row in rows_with("ARCHITECTURE.md", "act", "moves", "policy", "ledger"):
        policy = only_mark(row["policy"]) or "nothing_against"
        ledger = int(row["ledger"]) if row["ledger"].isdigit() else None
        told[only_mark(row["act"])] = (set(marks_of(row["moves"])), policy, ledger)
    known = {act.key: (set(act.moves), act.policy.__name__, act.ledger) for act in ACTS.values()}
    assert told == known
    assert all(hasattr(policies, policy) for _moves, policy, _ledger in told.values())
    assert all(hasattr(Matter, move) for moves, _policy, _ledger in told.values() for move in moves)


def test_every_invariant_is_explained():
    known = {code for code, _function in verify._INVARIANTS.values()}
    told = {
        only_mark(row["code"]) for row in rows_with("ARCHITECTURE.md", "code", "what must hold")
    }
    assert told == known


def test_constraints_that_are_named_exist():
    known = {
        constraint.name for model in apps.get_models() for constraint in model._meta.constraints
    }
    told = [
        mark
        for row in rows_with("ARCHITECTURE.md", "constraint", "what it stops")
        for mark in marks_of(row["constraint"])
    ]
    assert told
    assert sorted(set(told) - known) == []


# The glossary --------------------------------------------------------------------------------------

GLOSSARY = "docs/glossary.md"


def test_no_chinese_term_is_listed_twice():
    terms = [row["中文"] for row in rows_with(GLOSSARY, "中文", "English")]
    assert [term for term in terms if not CHINESE.search(term)] == []
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


def test_no_english_name_means_two_things():
    names = [row["English"].lower() for row in rows_with(GLOSSARY, "中文", "English")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_identifiers_of_the_glossary_stand_in_the_files_it_names():
    rows = rows_with(GLOSSARY, "中文", "English", "in code", "where")
    wrong = []
    for row in rows:
        files, identifiers = marks_of(row["where"]), marks_of(row["in code"])
        if len(files) != 1 or not identifiers or not (ROOT / files[0]).is_file():
            wrong.append(row["中文"])
            continue
        words = set(re.findall(r"\w+", text_of(files[0])))
        if any(set(identifier.split(".")) - words for identifier in identifiers):
            wrong.append(row["中文"])
    assert wrong == []
    assert len(rows) >= 80


# ADRs, index, generated pages ----------------------------------------------------------------------


def adrs():
    return [name for name in markdown_files() if name.startswith("docs/adr/")]


@pytest.mark.parametrize("name", adrs())
def test_a_decision_has_its_four_parts(name):
    lines = text_of(name).splitlines()
    assert re.fullmatch(r"docs/adr/[0-9]{4}-[a-z0-9-]+\.md", name)
    number = name.rsplit("/", 1)[1][:4]
    assert re.match(rf"# {int(number)}\. \S", lines[0])
    assert [line for line in lines if line.startswith("## ")] == ADR_PARTS


def test_decisions_are_numbered_without_gaps():
    numbers = [int(name.rsplit("/", 1)[1][:4]) for name in adrs()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_document_is_in_the_index():
    index = text_of("docs/README.md")
    here = [name for name in markdown_files() if name.startswith("docs/")]
    missing = [
        name
        for name in here
        if name != "docs/README.md" and f"({name.removeprefix('docs/')})" not in index
    ]
    assert missing == []


def test_the_generated_pages_are_fresh():
    call_command("build_docs", "--check", stdout=StringIO())
