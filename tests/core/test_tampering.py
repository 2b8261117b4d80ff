"""Somebody with the keys of the database rewrites the record; `verify` must name where."""

import json
import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import QuerySet

from core import append_only, audit, chain, invariants, ledgers
from core.models import AuditEvent, ChainHead, LedgerRow

COPIES = 200
ROWS = 12
CASES = {AuditEvent: audit, LedgerRow: ledgers}


class Undo(Exception):
    pass


@pytest.fixture
def record(tell, enter, now):
    """Twelve rows in each of two chains of both tables."""
    for number in range(ROWS):
        at = now + timedelta(minutes=number)
        tell(data={"n": number}, at=at, reason="一" * number)
        tell(chain="audit:other", at=at)
        enter(at=at, columns={"name": f"路灯{number}"})
        enter(at=at, place=ledgers.PlaceCodes("440303", "440303002"))


@pytest.fixture
def tampering(db):
    """The triggers are down, as they would be for the owner of the tables."""
    tables = append_only.guarded_tables()
    for table in tables:
        append_only.remove_guards(connection, table)
    yield
    for table in tables:
        append_only.install_guards(connection, table)


def raw(model):
    """A queryset past the Python guard."""
    return QuerySet(model)


def findings(heads=None):
    found = [
        *invariants.audit_chains_hold(None),
        *invariants.ledger_chains_hold(None),
        *(invariants.compare_heads(heads) if heads else ()),
    ]
    return [item for item in found if hasattr(item, "code")]


def pick(dice, model, last=ROWS):
    return (
        raw(model)
        .order_by("pk")
        .get(
            chain=dice.choice(sorted({*model.objects.values_list("chain", flat=True)})),
            seq=dice.randint(1, last),
        )
    )


def changed(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return {6: 5}.get(value, value + 1000)
    if isinstance(value, timedelta):
        return value
    if value is None:
        return 1
    if hasattr(value, "tzinfo"):
        return value + timedelta(microseconds=1)
    return "x" if value != "x" else "y"


def flip(dice, model):
    row = pick(dice, model)
    column = dice.choice([*CASES[model].COLUMNS, "prev_digest", "digest"])
    raw(model).filter(pk=row.pk).update(**{column: changed(getattr(row, column))})
    return row, column


def delete(dice, model):
    row = pick(dice, model, last=ROWS - 1)
    raw(model).filter(pk=row.pk)._raw_delete("default")
    return row, "deleted"


def swap(dice, model):
    row = pick(dice, model, last=ROWS - 1)
    other = raw(model).get(chain=row.chain, seq=row.seq + 1)
    raw(model).filter(pk=row.pk).update(body=other.body, at=other.at)
    raw(model).filter(pk=other.pk).update(body=row.body, at=row.at)
    return row, "swapped"


def insert(dice, model):
    """A forged row whose own digest is right; those behind it move on by one."""
    row = pick(dice, model)
    forged = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    forged.pop("id")
    forged |= {"seq": row.seq + 1, "prev_digest": row.digest}
    forged["digest"] = chain.digest_of(row.digest, CASES[model].text_of(forged))
    raw(model).filter(chain=row.chain, seq=row.seq + 1).update(prev_digest=forged["digest"])
    for seq in range(ROWS, row.seq, -1):
        raw(model).filter(chain=row.chain, seq=seq).update(seq=seq + 1)
    model(**forged).save()
    return row, "inserted"


def truncate(dice, model):
    row = pick(dice, model)
    raw(model).filter(chain=row.chain, seq__gte=row.seq)._raw_delete("default")
    return row, "truncated"


@pytest.mark.parametrize("way", [flip, delete, swap, insert, truncate])
def test_every_tampered_copy_is_named(way, record, tampering):
    dice = random.Random(way.__name__)
    assert not findings()
    for _copy in range(COPIES // 5):
        model = dice.choice([AuditEvent, LedgerRow])
        try:
            with transaction.atomic():
                row, what = way(dice, model)
                found = findings()
                assert found, f"{way.__name__} of {row.chain} {row.seq} ({what}) went unnoticed"
                assert any(row.chain in finding.where for finding in found), (what, found)
                if way is not truncate:
                    near = {f"{row.chain} {row.seq + step}" for step in (0, 1, 2)}
                    behind = way is insert and row.seq == ROWS
                    assert behind or any(f.where.endswith(tuple(near)) for f in found), (
                        what,
                        found,
                    )
                raise Undo
        except Undo:
            assert not findings()


def rehash(model, row):
    """Make the whole tail and the head fit again, as somebody who knows the code would."""
    module, prev = CASES[model], row.prev_digest
    rows = raw(model).filter(chain=row.chain, seq__gte=row.seq).order_by("seq")
    for line in list(rows):
        digest = chain.digest_of(prev, module.text_of(line.__dict__))
        raw(model).filter(pk=line.pk).update(prev_digest=prev, digest=digest)
        prev = digest
    ChainHead.objects.filter(name=row.chain).update(digest=prev)


@pytest.mark.parametrize("model", [AuditEvent, LedgerRow])
def test_a_rewritten_tail_is_caught_by_the_published_heads(model, record, tampering, tmp_path):
    file = tmp_path / "heads.json"
    out = StringIO()
    call_command("publish_heads", stdout=out)
    file.write_text(out.getvalue(), encoding="utf-8")
    heads = json.loads(out.getvalue())["heads"]
    row = pick(random.Random(1), model)
    raw(model).filter(pk=row.pk).update(body='{"name":"别的"}')
    rehash(model, row)
    assert not findings(), "the chain alone cannot know"
    assert [f.where for f in findings(heads)] == [f"{row.chain} {ROWS}"]
    with pytest.raises(SystemExit) as stopped:
        call_command("verify", "--only", "I11", "--heads", str(file), stdout=StringIO())
    assert stopped.value.code == 1


def test_a_cut_tail_with_a_fitting_head_is_caught_by_the_published_heads(record, tampering):
    heads = invariants.current_heads()
    last = raw(AuditEvent).get(chain="audit:trial", seq=ROWS)
    raw(AuditEvent).filter(pk=last.pk)._raw_delete("default")
    ChainHead.objects.filter(name="audit:trial").update(seq=ROWS - 1, digest=last.prev_digest)
    assert not findings()
    assert [f.where for f in findings(heads)] == [f"audit:trial {ROWS}"]


def test_a_missing_head_is_named(record, tampering):
    ChainHead.objects.filter(name="audit:trial").delete()
    assert [f.where for f in findings()] == ["audit:trial"]


def test_a_head_without_rows_is_named(record, tampering):
    raw(LedgerRow).filter(chain="ledger:6:440303002")._raw_delete("default")
    assert [f.where for f in findings()] == ["ledger:6:440303002"]


def test_missing_triggers_are_named(record, tampering):
    where = [f.where for f in invariants.guards_are_up(None)]
    assert {"core_audit_event", "core_ledger_row"} <= set(where)


def test_growing_while_we_look_is_no_finding(record, tell, monkeypatch):
    settle = invariants._rows
    told = []

    def rows_then_another(model, module, queryset):
        yield from settle(model, module, queryset)
        if not told:
            told.append(tell())
            told.append(tell(chain="audit:fresh"))

    monkeypatch.setattr(invariants, "_rows", rows_then_another)
    assert not findings()


def test_verify_prints_findings_as_json(record, tampering):
    raw(AuditEvent).filter(chain="audit:trial", seq=3).update(reason="改")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert [f["code"] for f in report["findings"] if "audit:trial 3" in f["where"]] == ["I11"]
    checked = report["checked"]["I11 core.invariants.audit_chains_hold"]
    assert checked["rows"] == 2 * ROWS


def test_verify_of_an_honest_record_succeeds(record, monkeypatch):
    out = StringIO()
    monkeypatch.setattr(invariants, "missing_guards", list)
    call_command("verify", "--only", "I11", stdout=out)
    assert "0 findings" in out.getvalue()


def test_heads_that_cannot_be_read_are_said_so(tmp_path, db):
    with pytest.raises(CommandError, match="no published heads"):
        call_command("verify", "--heads", str(tmp_path / "none.json"))
