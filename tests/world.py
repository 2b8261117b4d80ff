"""The small Luohu most tests live in: two streets, three communities, everybody hired."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from accounts.services import create_person, create_user
from communities.models import Community
from communities.roles import Role
from communities.services.places import load_places
from demo.cast import Troupe
from projects.services.rulesets import load_rule_book

CSV = Path(__file__).parents[1] / "demo/data/luohu_communities.csv"
PASSWORD = "correct-horse-battery"
LONG_AGO = datetime(2015, 1, 5, 2, 0, tzinfo=UTC)


def luohu_rows():
    """The real places, as dicts of the CSV."""
    with CSV.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class World:
    """home and neighbour lie in one street, far in another."""

    founder: object
    officer: object
    auditor: object
    home: object
    neighbour: object
    far: object
    troupe: Troupe


def build_world(*, password=None, now=LONG_AGO):
    """Build it through the services. Everything before 2017 so that tests start in June 2017."""
    person = create_person(name="开办人", actor=None, now=now)
    founder = create_user(
        username="founder", password=password, person=person, actor=None, now=now,
        is_superuser=True, is_staff=True, is_office_user=True,
    )  # fmt: skip
    rows = luohu_rows()
    kept = []
    for street in ("东门街道", "翠竹街道"):
        kept += [row for row in rows if row["street"] == street][: 2 if not kept else 1]
    load_places(rows=kept, actor=founder, now=now)
    load_rule_book(actor=founder, now=now)
    troupe = Troupe(founder=founder, now=now, password=password)
    places = [
        Community.objects.select_related("street__district").get(code=row["code"]) for row in kept
    ]
    district = places[0].street.district
    officer = troupe.officer("officer", district)
    auditor = troupe.officer("auditor", district, Role.AUDITOR)
    near, away = troupe.street(places[0].street, "near"), troupe.street(places[2].street, "away")
    return World(
        founder=founder, officer=officer, auditor=auditor, troupe=troupe,
        home=troupe.community(places[0], near, "home"),
        neighbour=troupe.community(places[1], near, "next"),
        far=troupe.community(places[2], away, "far"),
    )  # fmt: skip
