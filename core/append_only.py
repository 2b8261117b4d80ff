"""Rows that may be added but never changed or removed: guarded in Python and in the database.

The triggers stop every UPDATE and DELETE, also from a console. They cannot stop the owner of the
table from dropping them, nor TRUNCATE on PostgreSQL; `manage.py verify` notices both.
SQLite drops triggers when a migration rebuilds a table, so such a migration ends with another
GuardOperation; `verify` and a test name the table when somebody forgets.
"""

from django.apps import apps
from django.db import connection as default_connection
from django.db import models
from django.db.migrations.operations.base import Operation

_MESSAGE = "append-only"


class AppendOnlyError(TypeError):
    """Somebody tried to rewrite the record."""

    def __init__(self, model):
        super().__init__(f"{model._meta.label} is append-only: rows are never changed or removed")


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise AppendOnlyError(self.model)

    def bulk_update(self, *args, **kwargs):
        raise AppendOnlyError(self.model)

    def delete(self):
        raise AppendOnlyError(self.model)

    def _raw_delete(self, using):
        raise AppendOnlyError(self.model)

    def _update(self, values, *args, **kwargs):
        raise AppendOnlyError(self.model)

    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        if update_conflicts:
            raise AppendOnlyError(self.model)
        return super().bulk_create(objs, *args, **kwargs)

    # As on QuerySet: templates may not call these, managers do not copy the two marked ones.
    delete.alters_data = True
    delete.queryset_only = True
    _raw_delete.alters_data = True
    update.alters_data = True


class AppendOnly(models.Model):
    """Mixin: rows can be created and read."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnlyError(type(self))
        # Without force_insert a caller-chosen key would turn into an UPDATE of an existing row.
        kwargs["force_insert"] = True
        return super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnlyError(type(self))


def install_guards(connection, table):
    """Create the triggers for one table; safe to repeat."""
    remove_guards(connection, table)
    with connection.cursor() as cursor:
        for statement in _STATEMENTS[connection.vendor](connection.ops.quote_name, table):
            cursor.execute(statement)


def remove_guards(connection, table):
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for name in guard_names(connection, table):
            on_table = f" ON {quote(table)}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {quote(name)}{on_table}")


def guard_names(connection, table):
    kinds = {"postgresql": ("guard",), "sqlite": ("no_upd", "no_del", "no_rep")}
    return [f"{table}_{kind}" for kind in kinds.get(connection.vendor, ())]


def missing_guards(connection=default_connection):
    """Tables of append-only models whose triggers are absent or switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        elif connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
        else:
            return []
        present = {row[0] for row in cursor.fetchall()}
    return [
        table
        for table in guarded_tables()
        if not present.issuperset(guard_names(connection, table))
    ]


def guarded_tables():
    models_ = [model for model in apps.get_models() if issubclass(model, AppendOnly)]
    return sorted({model._meta.db_table for model in models_ if model._meta.managed})


def _sqlite(quote, table):
    name, message = quote(table), f"{table} is {_MESSAGE}"
    yield (
        f"CREATE TRIGGER {quote(table + '_no_upd')} BEFORE UPDATE ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
    yield (
        f"CREATE TRIGGER {quote(table + '_no_del')} BEFORE DELETE ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
    # INSERT OR REPLACE removes the old row without firing delete triggers.
    yield (
        f"CREATE TRIGGER {quote(table + '_no_rep')} BEFORE INSERT ON {name} "
        f"WHEN EXISTS (SELECT 1 FROM {name} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _postgresql(quote, table):
    # Code 23001 (restrict_violation) reaches Django as IntegrityError, as on SQLite.
    yield (
        "CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '% is {_MESSAGE}', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
    )
    yield (
        f"CREATE TRIGGER {quote(table + '_guard')} BEFORE UPDATE OR DELETE ON {quote(table)} "
        "FOR EACH ROW EXECUTE FUNCTION core_refuse_change()"
    )


_STATEMENTS = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    # Other engines need a twin of these triggers; until then Python and `verify` guard alone.
    "oracle": lambda quote, table: (),
    "mysql": lambda quote, table: (),
}


class GuardOperation(Operation):
    """Migration operation: guard a table. Reversible."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table):
        self.table = table

    def deconstruct(self):
        return (self.__class__.__name__, [self.table], {})

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        _run(schema_editor, self.table, install=True)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        _run(schema_editor, self.table, install=False)

    def describe(self):
        return f"Guard {self.table} against changes and removals"


def _run(schema_editor, table, *, install):
    (install_guards if install else remove_guards)(schema_editor.connection, table)
