"""What only these tests ask for."""

import pytest
from django.db import connection
from django.utils import timezone

from tests.reliability.furnished import furnished


@pytest.fixture
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("only meaningful on PostgreSQL")


@pytest.fixture
def place(world, monkeypatch):
    """The home community with something behind every address, at the time of its story.

    The clock stands still, so that a slow run does not note again when somebody was last seen.
    """
    objected, place = furnished(world.home)
    monkeypatch.setattr(timezone, "now", lambda: objected.now)
    return place
