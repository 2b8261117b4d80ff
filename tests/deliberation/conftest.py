"""A world and walks in it."""

import copy

import pytest
from django.db import transaction

from demo.walk import Walk
from tests.world import build_world


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker):
    """Built once per module inside a transaction; each test rolls back to here."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield build_world()
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture
def world(shared_world, db):
    """The shared world, as fresh objects: what a test changes on them ends with it."""
    return copy.deepcopy(shared_world)


@pytest.fixture
def walk(world, now):
    """Start a walk in the home community: walk(type=…, wan=…)."""

    def start(cast=None, **content):
        return Walk(cast or world.home, now=content.pop("now", now), **content)

    return start
