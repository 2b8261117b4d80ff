"""What only these tests ask for."""

import pytest
from django.db import connection


@pytest.fixture
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("only meaningful on PostgreSQL")
