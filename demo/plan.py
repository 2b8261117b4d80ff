"""What the replay of 2015–2017 does, worked out beforehand: pure, and the same for the same seed.

The totals are those of the seed (demo/data/figures.json); everything else is invented within the
caps. A part is one type in one stretch of time; amounts are split in whole units of 100 yuan.
"""

import csv
import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from core.chain import canonical, digest_of
from core.money import FEN_PER_WAN, split_by_shares
from demo.ideas import Idea, idea
from projects.choices import ProposalType

DATA = Path(__file__).parent / "data"
UNIT_FEN = 10_000
W, S = ProposalType.WORKS, ProposalType.SERVICE
LEAST_FEN = {W: FEN_PER_WAN, S: FEN_PER_WAN * 3 // 10}
COMMUNITY_CAP_FEN = 200 * FEN_PER_WAN
CAPS_FEN = {W: 50 * FEN_PER_WAN, S: 20 * FEN_PER_WAN}


@dataclass(frozen=True)
class Stretch:
    """A stretch of time with its own figures; council meetings lie between the two days."""

    key: str
    year: int
    first_meeting: date
    last_meeting: date


STRETCHES = (
    Stretch("2015", 2015, date(2015, 3, 2), date(2015, 12, 4)),
    Stretch("2016", 2016, date(2016, 3, 1), date(2016, 12, 5)),
    Stretch("2017", 2017, date(2017, 2, 27), date(2017, 10, 27)),
    # declared after 10-30 and established by 11-30
    Stretch("2017-11", 2017, date(2017, 11, 9), date(2017, 11, 14)),
)


@dataclass(frozen=True)
class Part:
    stretch: Stretch
    type: str
    projects: int
    wan: int


@dataclass(frozen=True)
class Project:
    """One invented project of the replay."""

    key: str
    stretch: Stretch
    type: str
    amount_fen: int
    idea: Idea


@dataclass
class CommunityPlan:
    """What one community does: its projects, and its meetings that come in as history."""

    code: str
    name: str
    street: str
    projects: list = field(default_factory=list)
    meetings: list = field(default_factory=list)

    def of(self, stretch):
        return [project for project in self.projects if project.stretch == stretch]

    def batches(self, stretch):
        """The projects that share a meeting: two, at times three."""
        projects = self.of(stretch)
        number = max(1, len(projects) // 2)
        return [projects[i::number] for i in range(number)] if projects else []


def figures():
    """The seed's own numbers."""
    return json.loads((DATA / "figures.json").read_text(encoding="utf-8"))


def place_rows():
    """The real streets and communities, as dicts of the CSV."""
    with (DATA / "luohu_communities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _rounded(values, total):
    """Whole numbers near `values` with exactly that sum (largest remainders round up)."""
    whole = [int(value) for value in values]
    by_rest = sorted(range(len(values)), key=lambda i: (whole[i] - values[i], i))
    for i in by_rest[: total - sum(whole)]:
        whole[i] += 1
    return whole


def full_parts():
    """The seed's figures split by type, so that services and works sum up to the seed's totals.

    Per stretch only projects and money are known. With the mean service and the mean works
    project of the whole, that says how many of each there were; the remainders are rounded.
    """
    known = figures()
    early, late = known["passed_as_of_2017_10_30"], known["passed_as_of_2017_11_30"]
    per_stretch = [early["2015"], early["2016"], early["2017"]]
    per_stretch.append({k: late["2017"][k] - early["2017"][k] for k in ("projects", "amount")})
    services, everything = known["service_projects"], late["total"]
    works = {k: everything[k] - services[k] for k in services}
    mean_s, mean_w = (kind["amount"] / kind["projects"] for kind in (services, works))
    works_counts = _rounded(
        [(p["amount"] - mean_s * p["projects"]) / (mean_w - mean_s) for p in per_stretch],
        works["projects"],
    )
    service_wan = _rounded(
        [
            mean_s * (part["projects"] - count)
            for part, count in zip(per_stretch, works_counts, strict=True)
        ],
        services["amount"],
    )
    parts = []
    for stretch, known_part, count, wan in zip(
        STRETCHES, per_stretch, works_counts, service_wan, strict=True
    ):
        parts.append(Part(stretch, W, count, known_part["amount"] - wan))
        parts.append(Part(stretch, S, known_part["projects"] - count, wan))
    return parts


def scaled(parts, share):
    """A share of each part, one project at least."""
    if share == 1:
        return parts
    return [
        Part(
            part.stretch, part.type, max(1, round(part.projects * share)),
            max(1, round(part.wan * share)),
        )
        for part in parts
    ]  # fmt: skip


def amounts(rng, part):
    """Amounts (fen) of a part: uneven, whole units, within the type's cap, with the exact sum."""
    total = part.wan * FEN_PER_WAN // UNIT_FEN
    low = min(LEAST_FEN[part.type] // UNIT_FEN, total // part.projects)
    room = CAPS_FEN[part.type] // UNIT_FEN - low
    extra = [0] * part.projects
    rest = total - low * part.projects
    if rest > room * part.projects:
        raise ValueError(f"{part} does not fit into the cap of its type")
    shares = [int(1000 * rng.lognormvariate(0, 0.8)) + 1 for _project in extra]
    while rest:
        open_ = [i for i, value in enumerate(extra) if value < room]
        for i, more in zip(open_, split_by_shares(rest, [shares[i] for i in open_]), strict=True):
            taken = min(more, room - extra[i])
            extra[i] += taken
            rest -= taken
    return [(low + value) * UNIT_FEN for value in extra]


@dataclass
class Plan:
    """The whole replay for a seed and a share."""

    seed: int = 2017
    share: float = 1.0
    walks_everything: bool = False

    def __post_init__(self):
        self.rng = random.Random(f"luohu-{self.seed}")
        self.parts = scaled(full_parts(), self.share)
        self._communities = {
            row["code"]: CommunityPlan(row["code"], row["community"], row["street"])
            for row in place_rows()
        }
        weights = {code: self.rng.randint(60, 140) for code in self._communities}
        spent = defaultdict(int)
        taken = defaultdict(set)
        for part in self.parts:
            self._deal(part, weights, spent, taken)
        for community in self._communities.values():
            self.rng.shuffle(community.projects)
        self._plan_meetings()

    def _deal(self, part, weights, spent, taken):
        """Give the projects of a part to communities, by weight, none over its year's cap."""
        counts = split_by_shares(part.projects, list(weights.values()))
        seats = [code for code, n in zip(weights, counts, strict=True) for _i in range(n)]
        self.rng.shuffle(seats)
        year = part.stretch.year
        dealt = sorted(amounts(self.rng, part), reverse=True)
        for number, amount in enumerate(dealt, start=1):
            fits = (i for i, c in enumerate(seats) if spent[c, year] + amount <= COMMUNITY_CAP_FEN)
            seat = next(fits, None)
            code = min(weights, key=lambda c: (spent[c, year], c)) if seat is None else seats[seat]
            del seats[seat or 0]
            spent[code, year] += amount
            community = self._communities[code]
            community.projects.append(
                Project(
                    key=f"{part.stretch.key}-{part.type}-{number:04d}", stretch=part.stretch,
                    type=part.type, amount_fen=amount,
                    idea=idea(self.rng, part.type, community.name, taken[code, year]),
                )
            )  # fmt: skip

    def _plan_meetings(self):
        """Meetings that come in as history: before the programme, and what the walk leaves open."""
        known = figures()["council_meetings"]
        self.meetings_before = max(1, round(known["before_programme"] * self.share))
        walked = sum(
            len(community.batches(stretch))
            for community in self.communities
            for stretch in STRETCHES
            if self.walks(stretch)
        )
        self.meetings_since = max(walked, round(known["since_programme"] * self.share))
        self._seat(self.meetings_before, date(2013, 3, 1), date(2014, 12, 20))
        self._seat(self.meetings_since - walked, date(2015, 1, 12), date(2016, 12, 23))

    def _seat(self, number, first, last):
        communities = self.communities
        days = (last - first).days
        for i in range(number):
            day = first + timedelta(days=self.rng.randrange(days))
            day -= timedelta(days=max(0, day.weekday() - 4))  # the Friday before a weekend
            communities[i % len(communities)].meetings.append(day)

    def walks(self, stretch):
        """Do the projects of this stretch walk the six steps, or come in as history?"""
        return self.walks_everything or stretch.year == 2017

    @cached_property
    def communities(self):
        """The communities that have anything to do, in order of their codes."""
        return [self._communities[code] for code in sorted(self._communities)
                if self._communities[code].projects]  # fmt: skip

    @cached_property
    def key(self):
        """Names this plan: a database that was begun with another one is refused."""
        known = (DATA / "figures.json").read_text(encoding="utf-8")
        words = [self.seed, str(self.share), self.walks_everything, known]
        return digest_of("", canonical(words), "sha256")[:16]

    def passed(self, *stretches):
        """(projects, wan) of the stretches: what the report must say."""
        chosen = [part for part in self.parts if part.stretch.key in stretches]
        return sum(p.projects for p in chosen), sum(p.wan for p in chosen)
