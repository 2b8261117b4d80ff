"""Coverage of needs (需求办结情况): what became of the needs of a place, computed from rows alone.

STAGES is the whole vocabulary: every figure of the page, the list behind it, the download and the
API are a stage applied to the register of public needs. A later app that finishes projects adds a
row with `meets=True`; nothing else changes.

People are voices, not heads: each need counts its questionnaires, or one author when it has none,
and its supporters. Who speaks for two needs counts twice.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Case, Count, F, Min, Q, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from communities.categories import BENEFICIARIES, CATEGORIES
from communities.models import Need, NeedStatus, NeedUptake
from communities.selectors import communities_of
from core.calendar import local_date
from deliberation.choices import State
from portal.coverage_reply import ANSWERED, WAITING, Deadlines, Reply, replies
from portal.navigation import address
from projects.models import Proposal

COMMUNITY, CATEGORY = "pool__community", "category"
UNNAMED = "unnamed"
GROUPS = BENEFICIARIES | {UNNAMED: _("没有写明")}
# the radar shows the groups that the programme is meant to reach first
RADAR_GROUPS = ("elderly", "children", "youth", "women", "disabled", "hardship")
EVERYTHING = Q()


def taken_up(state=None):
    """Needs that a proposal cites now; with a state, a proposal that stands there."""
    uptakes = NeedUptake.objects.filter(released_at=None)
    if state:
        numbers = Proposal.objects.filter(matter__state=state).values("number")
        uptakes = uptakes.filter(by_no__in=numbers)
    return Q(pk__in=uptakes.values("need"))


def met():
    """Needs that reached a stage which counts as met."""
    found = Q(pk__in=())
    for stage in STAGES:
        if stage.meets:
            found |= stage.where()
    return found


@dataclass(frozen=True)
class Stage:
    key: str
    label: str
    hint: str
    where: Callable
    meets: bool = False  # the need is met by a project from here on


STAGES = (
    Stage("filed", _("提出"), _("登记在册的全部需求，不含本人撤回的"), lambda: EVERYTHING),
    Stage("answered", _("已答复"), _("居委会已公开答复，或已写明理由办结"), lambda: ANSWERED),
    Stage("in_proposal", _("列入项目"), _("至少有一个申报项目正在引用它"), taken_up),
    Stage(
        "established", _("已立项"), _("引用它的项目已由街道审定立项"),
        lambda: taken_up(State.ESTABLISHED), meets=True,
    ),
    Stage(
        "solved", _("已解决"), _("没有经过项目，居委会直接办结"),
        lambda: Q(status=NeedStatus.SOLVED) & ~met(),
    ),
    Stage(
        "declined", _("不纳入"), _("写明理由，不作为民生微实事办理"),
        lambda: Q(status=NeedStatus.DECLINED) & ~met(),
    ),
    Stage(
        "merged", _("已合并"), _("并入另一条相同的需求，结果看那一条"),
        lambda: Q(status=NeedStatus.MERGED) & ~met(),
    ),
    Stage(
        "unmet", _("未满足"), _("还开放着，引用它的项目也还没有立项"),
        lambda: Q(status__in=WAITING) & ~met(),
    ),
)  # fmt: skip
BY_KEY = {stage.key: stage for stage in STAGES}
# Each need has exactly one of these.
OUTCOMES = ("established", "solved", "declined", "merged", "unmet")
OVERDUE = "overdue"
PEOPLE = Sum(
    F("supporter_count")
    + Case(When(questionnaire_count__gt=0, then=F("questionnaire_count")), default=Value(1))
)


@dataclass
class Tally:
    """The figures of one line."""

    stages: dict = field(default_factory=lambda: defaultdict(int))
    people: int = 0
    oldest_at: datetime | None = None
    oldest_days: int | None = None
    median_days: float | int | None = None
    reply: Reply = field(default_factory=Reply)

    def add(self, row, today):
        for stage in STAGES:
            self.stages[stage.key] += row[stage.key]
        self.people += row["people"] or 0
        at = row["oldest"]
        if at and (self.oldest_at is None or at < self.oldest_at):
            self.oldest_at, self.oldest_days = at, days_since(at, today)

    def of(self, key):
        return self.stages[key]


@dataclass
class Line:
    """One line of a table: its words, its figures, and the words of the lists behind them."""

    label: str
    tally: Tally
    query: dict
    href: str = ""  # the same page, narrowed to this line's place

    def list_href(self, key):
        words = {name: value for name, value in self.query.items() if value} | {"stage": key}
        return f"{address('portal:coverage_needs')}?{urlencode(words)}"

    @property
    def cells(self):
        """A figure with the list it opens; nothing to open behind a zero."""
        return [
            (
                stage,
                self.tally.of(stage.key),
                self.list_href(stage.key) if self.tally.of(stage.key) else "",
            )
            for stage in SHOWN
        ]


SHOWN = tuple(stage for stage in STAGES if stage.key != "merged")


@dataclass(frozen=True)
class Place:
    """The district, a street or a community, as chosen."""

    code: str = ""
    name: str = _("全区")
    where: Q = EVERYTHING
    level: str = "district"


class Places:
    """All places, read once."""

    def __init__(self):
        self.communities = list(communities_of())

    def named(self, code):
        """The place of the code; None when there is none."""
        if not code:
            return Place()
        for one in self.communities:
            if one.code == code:
                name = f"{one.street.name} {one.name}"
                return Place(code, name, Q(pool__community=one.pk), "community")
            if one.street.code == code:
                where = Q(pool__community__street=one.street_id)
                return Place(code, one.street.name, where, "street")
        return None

    def parts(self, place):
        """{community key: (code, name) of the part it belongs to} one level below the place."""
        if place.level == "district":
            return {one.pk: (one.street.code, one.street.name) for one in self.communities}
        if place.level == "street":
            inside = [one for one in self.communities if one.street.code == place.code]
            return {one.pk: (one.code, one.name) for one in inside}
        return {}


def of_group(key):
    """Needs for a group of people; a need may name several."""
    return Q(beneficiaries="") if key == UNNAMED else Q(beneficiaries__contains=key)


def register(place, *, category="", group="", stage="filed", deadlines=None):
    """The needs behind one figure."""
    rows = Need.objects.public().filter(place.where)
    if category:
        rows = rows.filter(category=category)
    if group:
        rows = rows.filter(of_group(group))
    return rows.filter(deadlines.overdue if stage == OVERDUE else BY_KEY[stage].where())


def days_since(at, today):
    return max(0, (today - local_date(at)).days)


def counted(rows, *keys):
    """One grouped query: every stage, people and the oldest unmet need of each group."""
    return (
        rows.order_by()
        .values(*keys)
        .annotate(
            people=PEOPLE,
            oldest=Min("created_at", filter=BY_KEY["unmet"].where()),
            **{stage.key: Count("pk", filter=stage.where()) for stage in STAGES},
        )
    )


def waits(rows, today):
    """(community key, category, days waited) of every unmet need. One query, no join of rows."""
    unmet = rows.filter(BY_KEY["unmet"].where()).order_by()
    days = {}
    for community, category, at in unmet.values_list(COMMUNITY, CATEGORY, "created_at"):
        hour = at.replace(minute=0, second=0, microsecond=0)  # days change on the hour
        if hour not in days:
            days[hour] = days_since(at, today)
        yield community, category, days[hour]


def medians(pairs):
    """{group: median of its days}, of pairs of a group and days."""
    found = defaultdict(list)
    for group, days in pairs:
        found[group].append(days)
    return {group: _middle(sorted(days)) for group, days in found.items()}


def _middle(days):
    """A whole number when it is one, else with its half."""
    two = days[(len(days) - 1) // 2] + days[len(days) // 2]
    return two / 2 if two % 2 else two // 2


@dataclass
class Coverage:
    """The page's figures for one place as of a day."""

    place: Place
    as_of: object
    whole: Line
    categories: list
    groups: list
    parts: list
    overdue: int
    reply_days: int

    @property
    def lines(self):
        return [*self.categories, *self.groups, *self.parts]

    @property
    def tables(self):
        """(lines with needs, words of those without) of each table."""
        return {
            name: (
                [line for line in lines if line.tally.of("filed")],
                "、".join(str(line.label) for line in lines if not line.tally.of("filed")),
            )
            for name, lines in (
                ("category", self.categories), ("group", self.groups), ("part", self.parts),
            )
        }  # fmt: skip


def coverage(place, places, today):
    """All figures of a place. The number of queries does not depend on rows or places."""
    rows = Need.objects.public().filter(place.where)
    deadlines = Deadlines(today)
    of_place, of_part = {"place": place.code}, places.parts(place)
    whole = Line(place.name, Tally(), of_place)
    categories = {
        key: Line(one.label, Tally(), of_place | {"category": key})
        for key, one in CATEGORIES.items()
    }
    parts = {
        code: Line(name, Tally(), {"place": code}, f"?{urlencode({'place': code})}")
        for code, name in of_part.values()
    }
    for row in counted(rows, COMMUNITY, CATEGORY):
        lines = [whole, categories[row[CATEGORY]]]
        if of_part:
            lines.append(parts[of_part[row[COMMUNITY]][0]])
        for line in lines:
            line.tally.add(row, today)
    groups = {key: Line(label, Tally(), of_place | {"group": key}) for key, label in GROUPS.items()}
    for row in counted(rows, "beneficiaries"):
        for key in row["beneficiaries"].split(","):
            groups[key or UNNAMED].tally.add(row, today)
    waited = list(waits(rows, today))
    whole.tally.median_days = medians((None, days) for _c, _k, days in waited).get(None)
    for key, days in medians((key, days) for _c, key, days in waited).items():
        categories[key].tally.median_days = days
    for (community,), reply in replies(rows, (COMMUNITY,), deadlines).items():
        whole.tally.reply.add(reply)
        if of_part:
            parts[of_part[community][0]].tally.reply.add(reply)
    if of_part:
        for code, days in medians((of_part[c][0], days) for c, _k, days in waited).items():
            parts[code].tally.median_days = days
    return Coverage(
        place, today, whole, list(categories.values()), list(groups.values()),
        list(parts.values()), rows.filter(deadlines.overdue).count(), deadlines.days,
    )  # fmt: skip


def table(place, places, today):
    """Lines of the download: every community and category that has a need, in their order."""
    rows = Need.objects.public().filter(place.where)
    deadlines = Deadlines(today)
    middle = medians(((community, key), days) for community, key, days in waits(rows, today))
    in_time = replies(rows, (COMMUNITY, CATEGORY), deadlines)
    tallies = {}
    for row in counted(rows, COMMUNITY, CATEGORY):
        key = (row[COMMUNITY], row[CATEGORY])
        tallies[key] = tally = Tally()
        tally.add(row, today)
        tally.median_days, tally.reply = middle.get(key), in_time.get(key, Reply())
    return [
        (one, category, tallies[one.pk, category.key])
        for one in places.communities
        for category in CATEGORIES.values()
        if (one.pk, category.key) in tallies
    ]
