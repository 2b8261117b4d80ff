"""Many rows at once are the same rows as one by one: values, chains, numbers, refusals."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from core import aside, audit, bulk, chain, ledgers, numbers
from core.ledgers import LedgerDef, PlaceCodes
from core.models import AuditEvent, CalendarOverride, ChainHead, LedgerRow, NumberSeries

pytestmark = pytest.mark.django_db

AT = datetime(2017, 6, 1, 2, 0, 0, 123456, tzinfo=UTC)
PLACE = PlaceCodes("440303", "440303003", "440303003001")
TEXTS = ["平常的话", "tab\tnew\nline\rback\\slash", "\\N", "\\.", "", '"quotes", commas', "🙂 𠮷"]


@pytest.fixture
def books(monkeypatch):
    known = LedgerDef(1, "needs", "台账", (("a", "A"), ("b", "B")))
    monkeypatch.setitem(ledgers.LEDGERS, 1, known)


def targets(count):
    """Saved rows of any table, with words that are awkward to copy."""
    return [
        CalendarOverride.objects.create(
            day=date(2017, 6, 1 + n), is_working=n % 2, note=TEXTS[n % len(TEXTS)]
        )
        for n in range(count)
    ]


def test_every_value_comes_back_as_it_was():
    rows = [
        {"day": date(2018, 1, 1 + n), "is_working": n % 2 == 0, "note": text}
        for n, text in enumerate(TEXTS)
    ]
    assert bulk.insert(CalendarOverride, rows) == len(TEXTS)
    stored = CalendarOverride.objects.filter(day__year=2018).order_by("day")
    assert [{"day": r.day, "is_working": r.is_working, "note": r.note} for r in stored] == rows


def test_a_column_must_not_be_forgotten():
    with pytest.raises(KeyError):
        bulk.insert(CalendarOverride, [{"day": date(2018, 1, 1), "note": ""}])


def test_constraints_refuse_as_ever():
    row = {"day": date(2018, 1, 1), "is_working": True, "note": ""}
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(CalendarOverride, [row, row])
    assert not CalendarOverride.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rows_are_inserted_only_with_an_act():
    with pytest.raises(RuntimeError, match="atomic"):
        bulk.insert(CalendarOverride, [])


def plain(model):
    """The rows without their keys, in the order of the chain."""
    rows = model.objects.order_by("seq").values()
    return [{k: v for k, v in row.items() if k != "id"} for row in rows]


def test_events_in_bulk_are_those_of_single_acts():
    subjects = targets(7)
    common = {"actor": None, "at": AT, "data": {"n": 1}}
    for one in subjects:
        audit.record("day.set", target=one, chain="one", **common)
    audit.record_many("day.set", targets=subjects[:3], chain="many", **common)
    audit.record_many("day.set", targets=subjects[3:], chain="many", **common)
    ones = [row for row in plain(AuditEvent) if row["chain"] == "one"]
    many = [row for row in plain(AuditEvent) if row["chain"] == "many"]
    apart = {"chain", "digest", "prev_digest"}
    assert [{k: v for k, v in row.items() if k not in apart} for row in ones] == [
        {k: v for k, v in row.items() if k not in apart} for row in many
    ]
    last = chain.GENESIS
    for at, row in enumerate(AuditEvent.objects.filter(chain="many").order_by("seq"), start=1):
        assert (row.seq, row.prev_digest) == (at, last)
        last = chain.digest_of(last, audit.text_of(row.__dict__))
        assert row.digest == last
    head = ChainHead.objects.get(name="many")
    assert (head.seq, head.digest) == (7, last)


def test_ledger_rows_in_bulk_are_those_of_single_acts(books):
    subjects = targets(3)
    common = {"event": "filed", "place": PLACE, "level": "community", "actor": None, "at": AT}
    told = [(one, f"N{one.pk}", {"a": one.note, "b": 1}) for one in subjects]
    for subject, number, columns in told[:1]:
        ledgers.append(1, subject=subject, subject_no=number, columns=columns, **common)
    ledgers.append_many(1, subjects=told[1:], **common)
    rows = list(LedgerRow.objects.order_by("seq"))
    assert [row.columns for row in rows] == [columns for _one, _number, columns in told]
    assert [row.subject_no for row in rows] == [number for _one, number, _columns in told]
    assert ledgers.first_broken(rows) is None
    with pytest.raises(ValueError, match="no column c"):
        ledgers.append_many(1, subjects=[(subjects[0], "x", {"c": 1})], **common)
    with pytest.raises(ValueError, match="not registered"):
        ledgers.append_many(9, subjects=[], **common)


def test_numbers_in_blocks_follow_each_other():
    with transaction.atomic():
        assert numbers.take_next("x") == 1
        assert numbers.take_block("x", 5) == 2
        assert numbers.take_next("x") == 7
        with pytest.raises(ValueError, match="at least one"):
            numbers.take_block("x", 0)
    assert NumberSeries.objects.get(name="x").last == 7


@pytest.mark.django_db(transaction=True)
def test_words_aside_are_heard_before_the_transaction_ends():
    NumberSeries.objects.create(name="told")
    with aside.speaker() as say, transaction.atomic():
        NumberSeries.objects.create(name="held back")
        if say is None:
            assert connection.vendor == "sqlite"
            return
        say("UPDATE core_number_series SET last = %s WHERE name = %s", [5, "told"])
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT name, last FROM core_number_series ORDER BY name")
                assert cursor.fetchall() == [("told", 5)]
        finally:
            other.close()
