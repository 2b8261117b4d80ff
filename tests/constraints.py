"""Break constraints past the models, and read in the database's error which one held."""

import copy

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction


def constraints_of(app_label):
    """{name: model} of every CHECK, UNIQUE and unique column of an app; columns as Model.field."""
    found = {}
    for model in apps.get_app_config(app_label).get_models():
        found |= {constraint.name: model for constraint in model._meta.constraints}
        for field in model._meta.local_fields:
            if field.unique and not field.primary_key:
                found[f"{model.__name__}.{field.name}"] = model
    return found


def change(**values):
    """UPDATE the row, as a shell would."""
    return lambda row: type(row)._base_manager.filter(pk=row.pk).update(**values)


def again(**values):
    """INSERT a copy of the row, with these columns changed."""

    def insert(row):
        twin = copy.copy(row)
        twin.pk, twin._state = None, copy.copy(row._state)
        twin._state.adding = True
        for name, value in values.items():
            setattr(twin, name, value)
        type(row)._base_manager.bulk_create([twin])

    return insert


def then(*breaks):
    """Several in a row; the last one is to fail."""

    def run(row):
        for one in breaks:
            one(row)

    return run


def told(error, model, name):
    """Does the error name this constraint, or this unique column?"""
    field = name.partition(".")[2]
    if connection.vendor == "postgresql":
        said = error.__cause__.diag.constraint_name
        column = field and model._meta.get_field(field).column
        return said == name or (bool(field) and said == f"{model._meta.db_table}_{column}_key")
    return f"constraint failed: {_on_sqlite(model, name, field)}" in str(error)


def _on_sqlite(model, name, field):
    """SQLite names a CHECK, and lists the columns of a UNIQUE."""
    columns = [field]
    if not field:
        constraint = next(one for one in model._meta.constraints if one.name == name)
        columns = getattr(constraint, "fields", None)
    if not columns:
        return name
    columns = [model._meta.get_field(column).column for column in columns]
    return ", ".join(f"{model._meta.db_table}.{column}" for column in columns)


def assert_holds(row, name, breaks):
    """The database refuses each way to break the constraint, and says which one it is."""
    for number, one in enumerate(breaks):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            one(row)
        assert told(refused.value, type(row), name), (number, str(refused.value))
