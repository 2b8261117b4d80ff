"""What only these tests ask for."""

import pytest
from django.db import connection

from tests.reliability.addresses import Place
from tests.reliability.situations import build


@pytest.fixture
def needs_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("only meaningful on PostgreSQL")


@pytest.fixture
def place(world):
    """The home community with something behind every address."""
    s, draft = build("objected", world.home), build("draft", world.home)
    return Place(s.walk, draft.walk, s.walk.need, draft.walk.matter.proposal.attachments.get().file)
