"""A small Luohu with a few needs, built by the services."""

import csv
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.services import create_person, create_user
from communities.models import Community
from communities.services.needs import file_need
from communities.services.places import load_places
from portal import coverage, search

CSV = Path(__file__).parents[2] / "demo/data/luohu_communities.csv"


@pytest.fixture
def communities(db, now):
    """The communities of one street, by code."""
    with CSV.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["street"] == "东门街道"][:3]
    person = create_person(name="开办人", actor=None, now=now)
    founder = create_user(
        username="founder",
        password="correct-horse-battery",
        person=person,
        actor=None,
        now=now,
        is_superuser=True,
        is_staff=True,
    )
    load_places(rows=rows, actor=founder, now=now)
    return list(Community.objects.select_related("street").order_by("code"))


@pytest.fixture
def a_need(now):
    def make(community, content, **options):
        return file_need(
            community_id=community.pk,
            channel="online",
            category="safety",
            content=content,
            actor=None,
            now=now,
            **options,
        )

    return make


@pytest.fixture
def need(world, now):
    """File a need at home, or at another cast's place."""

    def make(content="路灯不亮了", *, cast=None, at=now, **words):
        community = (cast or world.home).community
        words = {"category": "safety", "actor": None} | words
        return file_need(community_id=community.pk, content=content, now=at, **words)

    return make


@pytest.fixture
def find(now):
    """Search as somebody, with filters chosen from lists."""

    def ask(text, user=None, **chosen):
        return search.find(text, user=user, on=timezone.localdate(now), chosen=chosen)

    return ask


@pytest.fixture
def told(now):
    """The coverage of a place as of a day."""

    def ask(code="", on=None):
        places = coverage.Places()
        return coverage.coverage(places.named(code), places, on or timezone.localdate(now))

    return ask
