"""Two hundred copies of a walked record, each tampered with by raw SQL: `verify` names where.

The triggers are down, as they would be for the owner of the tables. tests/core does the same on
plain chains through the ORM; here the rows are those of real matters, and the book of each matter
is among them.
"""

import random
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from core import append_only, audit, chain, invariants, ledgers
from core.models import AuditEvent, ChainHead, LedgerRow
from core.verify import run
from deliberation.models import MatterEvent
from tests.reliability.situations import NOW, build

COPIES = 200
CHAINED = {AuditEvent: audit, LedgerRow: ledgers}
# Of an event verify checks its place in the path; who and when stand in the chains.
EVENT_COLUMNS = ("matter_id", "seq", "act", "move", "from_state", "to_state", "ledger_row_id")


def sql(text, *params):
    with connection.cursor() as cursor:
        cursor.execute(text, params)


def columns_of(model):
    return [field.column for field in model._meta.concrete_fields if not field.primary_key]


def rows_of(model, **where):
    return list(model.objects.filter(**where).order_by("pk").values())


def findings():
    return list(run(NOW, only={"I11", "I6"}).findings)


@pytest.fixture
def record(world, monkeypatch):
    """Four matters in two communities, their chains intact and the triggers gone."""
    build("established", world.home)
    build("objected", world.home, type="service", wan=5)
    build("returned", world.home)
    build("posted", world.neighbour, type="service", wan=5)
    if connection.vendor == "postgresql":
        # the pending checks of this transaction would forbid touching triggers
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("SET CONSTRAINTS ALL DEFERRED")
    for model in (*CHAINED, MatterEvent):
        append_only.remove_guards(connection, model._meta.db_table)
    # that they are gone would be a finding of its own, always
    monkeypatch.setattr(invariants, "missing_guards", list)


class Undo(Exception):
    pass


@contextmanager
def copy():
    """Whatever happens inside is undone."""
    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        pass


def other(column, value):
    """Something else of the same kind that no constraint forbids."""
    if column == "seq":
        return value + 10**5
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1000 if value > 6 else value % 6 + 1
    if value is None:
        return 1
    return value.replace(year=value.year - 1) if hasattr(value, "year") else f"{value}~"


def pick(dice, model):
    """Some row, with its chain."""
    row = dice.choice(rows_of(model))
    return row, rows_of(model, chain=row["chain"])


def write(model, pk, values):
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in values)
    sql(f"UPDATE {table} SET {names} WHERE id = %s", *values.values(), pk)


def remove(model, pks):
    table = connection.ops.quote_name(model._meta.db_table)
    sql(f"DELETE FROM {table} WHERE id IN ({', '.join(['%s'] * len(pks))})", *pks)


def flip(dice, model):
    row, _rows = pick(dice, model)
    column = dice.choice(columns_of(model))
    value = other(column, row[column])
    width = model._meta.get_field(column).max_length
    write(model, row["id"], {column: value[-width:] if width else value})
    return row, column


def delete(dice, model):
    row, _rows = pick(dice, model)
    remove(model, [row["id"]])
    return row, "deleted"


def swap(dice, model):
    row, rows = pick(dice, model)
    near = next((r for r in rows if r["seq"] == row["seq"] + 1), None) or rows[row["seq"] - 2]
    if near["id"] == row["id"]:
        return flip(dice, model)  # a chain of one row
    for pk, seq in ((row["id"], 10**9), (near["id"], row["seq"]), (row["id"], near["seq"])):
        write(model, pk, {"seq": seq})
    return row, "swapped"


def insert(dice, model):
    """A forged row at the end whose digest is right, or a double in the middle of a shifted chain."""
    row, rows = pick(dice, model)
    last = rows[-1]
    forged = {k: v for k, v in row.items() if k != "id"}
    if dice.random() < 0.5:
        forged |= {"seq": last["seq"] + 1, "prev_digest": last["digest"]}
        forged["digest"] = chain.digest_of(last["digest"], CHAINED[model].text_of(forged))
    else:
        for later in reversed(rows[row["seq"] :]):
            write(model, later["id"], {"seq": later["seq"] + 1})
        forged |= {"seq": row["seq"] + 1, "prev_digest": row["digest"]}
        # one link leads to one row, or the database refuses the fork by itself
        for later in rows[row["seq"] : row["seq"] + 1]:
            write(model, later["id"], {"prev_digest": "0" * 63 + "1"})
    table, names = connection.ops.quote_name(model._meta.db_table), list(forged)
    quoted = ", ".join(map(connection.ops.quote_name, names))
    marks = ", ".join(["%s"] * len(names))
    sql(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", *forged.values())
    return row, "inserted"


def truncate(dice, model):
    row, rows = pick(dice, model)
    remove(model, [r["id"] for r in rows if r["seq"] >= row["seq"]])
    return row, "truncated"


WAYS = {flip: 80, delete: 30, swap: 30, insert: 30, truncate: 30}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_tampered_copy_of_a_chain_is_named(record, way, figure):
    assert sum(WAYS.values()) == COPIES
    dice = random.Random(f"2017 {way.__name__}")
    assert findings() == []
    columns = set()
    for _copy in range(WAYS[way]):
        model = dice.choice([AuditEvent, LedgerRow])
        with copy():
            row, what = way(dice, model)
            columns.add(what)
            named = [f.where for f in findings() if row["chain"] in f.where]
            assert named, f"{way.__name__} {what} of {row['chain']} {row['seq']} went unnoticed"
            if way is flip and what not in ("chain", "seq"):
                table = model._meta.db_table
                assert any(w.startswith(f"{table} #{row['id']} ") for w in named), (what, named)
    assert findings() == []
    figure(f"{WAYS[way]} copies, {WAYS[way]} named" + (f", {len(columns)} columns" * (way is flip)))


def test_every_column_of_both_tables_is_under_the_digest(record):
    for model in CHAINED:
        row = rows_of(model, seq=2)[0]
        for column in columns_of(model):
            with copy():
                value = other(column, row[column])
                width = model._meta.get_field(column).max_length
                write(model, row["id"], {column: value[-width:] if width else value})
                assert findings(), f"{model.__name__}.{column} may be changed unnoticed"


def test_a_changed_book_of_a_matter_is_named(record, figure):
    dice, copies = random.Random(2017), 40
    events = rows_of(MatterEvent)
    for _copy in range(copies):
        row = dice.choice(events)
        with copy():
            column = dice.choice([*EVENT_COLUMNS, None])
            if column is None:
                remove(MatterEvent, [row["id"]])
            elif column in ("from_state", "to_state"):
                write(MatterEvent, row["id"], {column: "rejected"})
            elif column == "ledger_row_id":
                if row[column] is None:
                    continue
                write(MatterEvent, row["id"], {column: None})
            else:
                write(MatterEvent, row["id"], {column: other(column, row[column])})
            codes = {finding.code for finding in findings()}
            assert "I6" in codes, f"{column} of event {row['id']} ({row['act']}) went unnoticed"
    assert findings() == []
    figure(f"{copies} copies of events, all named")


def rehash(model, row):
    """Make the tail and the head fit again, as somebody who knows the code would."""
    prev = row["prev_digest"]
    for line in rows_of(model, chain=row["chain"], seq__gte=row["seq"]):
        digest = chain.digest_of(prev, CHAINED[model].text_of(line))
        write(model, line["id"], {"prev_digest": prev, "digest": digest})
        prev = digest
    ChainHead.objects.filter(name=row["chain"]).update(digest=prev)


@pytest.mark.parametrize("model", CHAINED)
def test_a_rewritten_tail_is_caught_only_by_the_remembered_heads(record, model):
    heads = invariants.current_heads()
    dice = random.Random(model.__name__)
    for _copy in range(10):
        row, rows = pick(dice, model)
        with copy():
            write(model, row["id"], {"body": '{"amount":"1.00"}'})
            assert findings()
            rehash(model, row)
            assert [f for f in findings() if f.code == "I11"] == [], "the chain alone cannot know"
            named = [f.where for f in invariants.compare_heads(heads)]
            assert named == [f"{row['chain']} {rows[-1]['seq']}"]
    assert list(invariants.compare_heads(heads)) == []
