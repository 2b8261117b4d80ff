from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, models, transaction

from core import append_only, invariants
from core.append_only import AppendOnlyError
from core.models import AuditEvent, LedgerRow

TABLES = [AuditEvent, LedgerRow]


@pytest.fixture
def row(request, tell, enter):
    return {AuditEvent: tell, LedgerRow: enter}[request.param]()


guarded = pytest.mark.parametrize("row", TABLES, indirect=True)


@guarded
@pytest.mark.parametrize(
    "act",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: type(row).objects.update(body="{}"),
        lambda row: type(row).objects.filter(pk=row.pk).delete(),
        lambda row: type(row).objects.bulk_update([row], ["body"]),
        lambda row: type(row).objects.all()._raw_delete("default"),
        lambda row: type(row).objects.bulk_create(
            [row], update_conflicts=True, update_fields=["body"], unique_fields=["id"]
        ),
        lambda row: type(row).objects.update_or_create(pk=row.pk, defaults={"body": "{}"}),
    ],
)
def test_python_refuses_to_change_or_remove(row, act):
    with pytest.raises(AppendOnlyError):
        act(row)


@guarded
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {table} SET body = '{{}}' WHERE id = {pk}",
        "UPDATE {table} SET id = id + 100",
        "DELETE FROM {table}",
        "DELETE FROM {table} WHERE id = {pk}",
    ],
)
def test_the_database_refuses_to_change_or_remove(row, sql):
    before = type(row).objects.values().get()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format(table=row._meta.db_table, pk=row.pk))
    assert type(row).objects.values().get() == before


@guarded
def test_the_database_refuses_django_past_the_python_guard(row):
    plain = models.QuerySet(type(row))
    for act in (lambda: plain.update(body="{}"), lambda: plain._raw_delete("default")):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            act()


@guarded
@pytest.mark.skipif(connection.vendor != "sqlite", reason="REPLACE is SQLite's")
def test_replacing_a_row_is_refused_too(row):
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
        try:
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        finally:
            cursor.execute("PRAGMA recursive_triggers = ON")


@guarded
def test_a_known_key_does_not_overwrite(row):
    again = type(row).objects.get()
    again._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


@pytest.mark.django_db
def test_every_append_only_table_is_guarded_after_migrating():
    assert {"core_audit_event", "core_ledger_row"} <= set(append_only.guarded_tables())
    assert append_only.missing_guards() == []


@pytest.mark.django_db
def test_guards_can_be_removed_and_put_back():
    append_only.remove_guards(connection, "core_audit_event")
    assert "core_audit_event" in append_only.missing_guards()
    append_only.install_guards(connection, "core_audit_event")
    append_only.install_guards(connection, "core_audit_event")
    assert "core_audit_event" not in append_only.missing_guards()


@pytest.mark.django_db
def test_the_migration_operation_is_reversible():
    operation = append_only.GuardOperation("core_ledger_row")
    assert operation.deconstruct() == ("GuardOperation", ["core_ledger_row"], {})
    assert "core_ledger_row" in operation.describe()
    editor = SimpleNamespace(connection=connection)
    operation.database_backwards("core", editor, None, None)
    assert "core_ledger_row" in append_only.missing_guards()
    operation.database_forwards("core", editor, None, None)
    assert "core_ledger_row" not in append_only.missing_guards()


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE is PostgreSQL's")
def test_what_no_trigger_stops_is_found_by_verify(tell):
    """TRUNCATE needs the owner of the table; the head remembers."""
    tell()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE core_audit_event")
    found = [f for f in invariants.audit_chains_hold(None) if hasattr(f, "code")]
    assert [f.where for f in found] == ["audit:trial"]
