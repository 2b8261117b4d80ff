"""The programme report as of a day: how much passed, entered, was established, and was met about.

Computed from rows alone. Two counters stand side by side and are never added to each other:
`passed`   the council carried it on or before the day and it was not sent back, and not taken back
           by the council, up to that day; the amount is the one that was voted on.
`entered`  it was declared for the first time on or before the day.
Records of a former rule set count as passed on the day their source says.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, Min, OuterRef, Sum
from django.db.models.functions import ExtractYear

from communities.models import Community
from core.calendar import start_of
from core.money import FEN_PER_WAN, format_wan
from deliberation.choices import ItemResult, MeetingState, Purpose
from deliberation.models import AgendaItem, Matter, MatterEvent, Meeting
from projects.choices import ProposalType
from projects.models import RuleSet

# Moves that take a carried matter back to an earlier step, or by which the council takes it back.
UNDONE_BY = (
    "uphold_to_review", "uphold_to_council", "return_at_street", "withdraw_by_resolution",
)  # fmt: skip
HELD = (MeetingState.OPEN, MeetingState.CLOSED)
COUNTERS = ("passed", "entered", "established")
ESTATES = ("old", "other", "not_named")
_ESTATE_OF = {True: "old", False: "other", None: "not_named"}


@dataclass
class Tally:
    """How many projects and how much money (fen)."""

    projects: int = 0
    fen: int = 0

    def add(self, projects, fen):
        self.projects += projects
        self.fen += fen

    @property
    def wan(self):
        return in_wan(self.fen)

    def as_dict(self):
        return {"projects": self.projects, "amount": self.wan}


@dataclass
class Block:
    """The figures of the district, a street or a community."""

    code: str = ""
    name: str = ""
    years: dict = field(default_factory=lambda: {key: defaultdict(Tally) for key in COUNTERS})
    types: dict = field(default_factory=lambda: {kind: Tally() for kind in ProposalType})
    # passed works by where they lie: in an estate marked as old now, in another one, in none named
    estates: dict = field(default_factory=lambda: {key: Tally() for key in ESTATES})
    meetings_before: int = 0
    meetings_since: int = 0

    @property
    def old_share(self):
        """Share of old estates in the money of passed works, in per cent to one place; None: none."""
        works = sum(tally.fen for tally in self.estates.values())
        return f"{Decimal(self.estates['old'].fen * 100) / works:.1f}" if works else None

    def total(self, counter):
        return Tally(
            sum(tally.projects for tally in self.years[counter].values()),
            sum(tally.fen for tally in self.years[counter].values()),
        )

    def counter_as_dict(self, counter):
        years = self.years[counter]
        by_year = {str(year): years[year].as_dict() for year in sorted(years)}
        return by_year | {"total": self.total(counter).as_dict()}

    def as_dict(self):
        place = {"code": self.code, "name": self.name} if self.code else {}
        return place | {
            **{counter: self.counter_as_dict(counter) for counter in COUNTERS},
            "services": self.types[ProposalType.SERVICE].as_dict(),
            "works": self.types[ProposalType.WORKS].as_dict(),
            "goods": self.types[ProposalType.GOODS].as_dict(),
            "works_in_estates": {
                **{key: tally.as_dict() for key, tally in self.estates.items()},
                "old_share_percent": self.old_share,
            },
            "meetings": {
                "before_programme": self.meetings_before,
                "since_programme": self.meetings_since,
            },
        }


@dataclass
class Report:
    """The report: the whole, and the parts when asked for by street or community."""

    as_of: date
    began_on: date | None
    whole: Block
    by: str = ""
    parts: list = field(default_factory=list)

    @property
    def years(self):
        """Every year that any counter knows, in order."""
        return sorted({year for years in self.whole.years.values() for year in years})

    def as_dict(self):
        head = {
            "as_of": self.as_of.isoformat(),
            "began_on": self.began_on.isoformat() if self.began_on else None,
            "unit": "万元",
        }
        body = head | self.whole.as_dict()
        if self.by:
            body[self.by] = [part.as_dict() for part in self.parts]
        return body


def in_wan(fen):
    """Fen as 万元: a whole number when it is one, else an exact decimal as text."""
    return fen // FEN_PER_WAN if fen % FEN_PER_WAN == 0 else format_wan(fen)


def programme(as_of, by=""):
    """The report as of the end of a local day. `by`: "", "street" or "community"."""
    end = start_of(as_of + timedelta(days=1))
    began_on = RuleSet.objects.aggregate(day=Min("effective_from"))["day"]
    report = Report(as_of=as_of, began_on=began_on, whole=Block(), by=by)
    blocks_of = _blocks(report)
    for counter, rows in (
        ("passed", _carried(end)),
        ("passed", _imported(end)),
        ("entered", _matters("entered_at", end)),
        ("established", _matters("established_at", end)),
    ):
        for row in rows:
            for block in blocks_of(row["place"]):
                block.years[counter][row["year"]].add(row["projects"], row["fen"])
                if counter == "passed":
                    block.types[row["type"]].add(row["projects"], row["fen"])
                    if row["type"] == ProposalType.WORKS:
                        estate = _ESTATE_OF[row["is_old"]]
                        block.estates[estate].add(row["projects"], row["fen"])
    for place, is_before, number in _meetings(end, began_on):
        for block in blocks_of(place):
            if is_before:
                block.meetings_before += number
            else:
                block.meetings_since += number
    return report


def _blocks(report):
    """A function from a community's key to the blocks it adds to."""
    if not report.by:
        return lambda place: (report.whole,)
    parts, by_community = {}, {}
    for community in Community.objects.select_related("street").order_by("code"):
        place = community.street if report.by == "street" else community
        if place.code not in parts:
            parts[place.code] = Block(code=place.code, name=place.name)
        by_community[community.pk] = (report.whole, parts[place.code])
    report.parts = [parts[code] for code in sorted(parts)]
    return by_community.__getitem__


def _carried(end):
    """The last vote of each matter that carried it, unless it was undone afterwards."""
    undone = MatterEvent.objects.filter(
        matter=OuterRef("matter"), move__in=UNDONE_BY, at__gte=OuterRef("voted_at"), at__lt=end
    )
    items = AgendaItem.objects.filter(
        ~Exists(undone), result=ItemResult.CARRIED, purpose=Purpose.ESTABLISH, voted_at__lt=end
    )
    return _grouped(items, "voted_at", "matter__proposal__", "amount_fen")


def _imported(end):
    matters = Matter.objects.filter(is_imported=True, resolved_at__lt=end)
    return _grouped(matters, "resolved_at", "proposal__", "proposal__amount_fen")


def _matters(moment, end):
    matters = Matter.objects.filter(**{f"{moment}__lt": end})
    return _grouped(matters, moment, "proposal__", "proposal__amount_fen")


def _grouped(rows, moment, proposal, amount):
    """One grouped query: projects and fen per local year, type, community and kind of estate."""
    return (
        rows.order_by()
        .values(
            year=ExtractYear(moment),
            type=F(f"{proposal}type"),
            place=F(f"{proposal}community"),
            is_old=F(f"{proposal}estate__is_old"),
        )
        .annotate(projects=Count("pk"), fen=Sum(amount))
    )


def _meetings(end, began_on):
    """(community, was it before the programme, how many) of the meetings that were held."""
    held = Meeting.objects.filter(state__in=HELD, starts_at__lt=end).order_by()
    begin = start_of(began_on or date.max - timedelta(days=1))
    rows = []
    for is_before, part in (
        (True, held.filter(starts_at__lt=begin)),
        (False, held.filter(starts_at__gte=begin)),
    ):
        counted = part.values_list("community").annotate(number=Count("pk"))
        rows += [(place, is_before, number) for place, number in counted]
    return rows
