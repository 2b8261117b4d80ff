"""Replay 2015–2017 on Luohu's 112 communities: every act by its service, at its own date.

One community is one transaction: hired, its history imported, its matters walked, and a mark left
in the chain "replay". A run that was stopped goes on with the communities that have no mark.
"""

import json
import random
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.services import create_person, create_user
from communities.models import Community, District
from communities.services.lexicon import load_lexicon
from communities.services.places import load_places
from core import audit
from core.calendar import SHANGHAI
from core.models import AuditEvent
from deliberation.services import reviews
from deliberation.services.history import (
    HistoryRow,
    MeetingRow,
    import_meetings,
    import_records,
)
from demo.cast import Troupe
from demo.plan import STRETCHES, W, place_rows
from demo.timetable import ANNOUNCED, MEETING_HOURS, Timetable
from demo.walk import Walk, announce, hold
from projects.models import PositiveItem, Proposal
from projects.rulebook import RULE_BOOK
from projects.services.rulesets import load_rule_book

CHAIN = "replay"
DONE = "replay.community_done"
BEGINNING = datetime(2015, 1, 5, 9, 0, tzinfo=SHANGHAI)
TAKEN_OVER = datetime(2017, 1, 5, 10, 0, tzinfo=SHANGHAI)  # the former rules had just ended
AT_THE_END = datetime(2017, 12, 1, 10, 0, tzinfo=SHANGHAI)
SOURCE = "罗湖社区家园报 2017-12-01 所载总数；内容为演示虚构"
PEOPLE_A_PLACE = 40
LINES = {
    W: (("材料及施工费", 82), ("设计、监理等费用", 12), ("安全文明施工措施费", 6)),
    "service": (("活动及服务开支", 58), ("专业人员服务费", 30), ("宣传及物料费", 12)),
}


class WrongDatabase(Exception):
    """The database holds something else: a replay would mix it with the figures."""


def rule_book(walks_everything):
    """The rule book; in the mode "as if 2.0" that edition is in force from the beginning."""
    if not walks_everything:
        return RULE_BOOK
    return [
        entry | {"effective_from": BEGINNING.date().replace(day=1)} if entry["code"] == "2.0" else entry
        for entry in RULE_BOOK
        if not entry["is_history_only"]
    ]  # fmt: skip


def lines_of(project):
    """Three budget lines in whole units of 100 yuan that sum up to the amount."""
    parts, rest = [], project.amount_fen
    shares = LINES[project.type]
    for name, percent in shares[1:]:
        part = project.amount_fen * percent // 100 // 10_000 * 10_000
        if part:
            parts.append((name, part))
            rest -= part
    return [
        {"name": name, "quantity": 1, "unit": "项", "unit_price_fen": fen}
        for name, fen in [(shares[0][0], rest), *parts]
    ]


class Replay:
    """Runs a plan. `tell(done, total)` hears after every community how many projects are done."""

    def __init__(self, plan, tell=lambda done, total: None):
        self.plan, self.tell = plan, tell
        self.streets = {}

    def run(self):
        """Everything that is still to do; returns how many communities were done now."""
        done = self._marks()
        self._prepare()
        total = sum(len(one.projects) for one in self.plan.communities)
        finished = fresh = 0
        for number, one in enumerate(self.plan.communities, start=1):
            if one.code not in done:
                with transaction.atomic():
                    self._community(number, one)
                fresh += 1
            finished += len(one.projects)
            self.tell(finished, total)
        return fresh

    def _marks(self):
        """Codes of the communities done by earlier runs; refuse what is not this plan's."""
        events = AuditEvent.objects.filter(chain=CHAIN, kind=DONE).values_list("body", flat=True)
        bodies = [json.loads(body) for body in events]
        if any(body["plan"] != self.plan.key for body in bodies):
            raise WrongDatabase("This database holds a replay with another seed, share or mode.")
        if Proposal.objects.count() != sum(body["projects"] for body in bodies):
            raise WrongDatabase(
                "This database holds proposals of its own; replay into an empty one."
            )
        return {body["community"] for body in bodies}

    @transaction.atomic
    def _prepare(self):
        """Founder, places, rule book and the district's officer; all of it only once."""
        self.founder = User.objects.filter(username="replay_founder").first()
        if self.founder is None:
            person = create_person(name="开办人", actor=None, now=BEGINNING)
            self.founder = create_user(
                username="replay_founder", password=None, person=person, actor=None,
                now=BEGINNING, is_superuser=True, is_staff=True, is_office_user=True,
            )  # fmt: skip
        load_places(rows=place_rows(), actor=self.founder, now=BEGINNING)
        load_lexicon(actor=self.founder, now=BEGINNING)
        load_rule_book(
            actor=self.founder, now=BEGINNING, book=rule_book(self.plan.walks_everything)
        )
        self.officer = User.objects.filter(username="replay_officer").first()
        if self.officer is None:
            district = District.objects.get(code=place_rows()[0]["code"][:6])
            self.officer = self._troupe(0).officer("replay_officer", district)
        self.items = {
            (item.rule_set.code, item.code): item.pk
            for item in PositiveItem.objects.select_related("rule_set")
        }
        self.places = {
            place.code: place for place in Community.objects.select_related("street__district")
        }
        self.calendar = Timetable(random.Random())

    def _troupe(self, place):
        """Names and logins of a place are its own, whatever was hired before."""
        return Troupe(founder=self.founder, now=BEGINNING, count=place * PEOPLE_A_PLACE)

    def _street(self, street):
        """The street's people, hired with the first of its communities."""
        if street.pk not in self.streets:
            troupe = self._troupe(500 + int(street.code[-3:]))
            login = f"s{street.code[-3:]}"
            known = troupe.recall_street(street, login)
            self.streets[street.pk] = known or troupe.street(street, login)
        return self.streets[street.pk]

    def _community(self, number, one):
        """Hire, import, walk and mark one community."""
        place = self.places[one.code]
        with forgetting(self.streets):
            street = self._street(place.street)
            cast = self._troupe(number).community(place, street, f"c{one.code[-6:]}")
            self.calendar.rng = random.Random(f"{self.plan.key}-{one.code}")
            acts = [(self._import_day(), self._import_history, (one, cast))]
            for stretch in STRETCHES:
                if self.plan.walks(stretch):
                    acts += self._acts(one, stretch, cast)
            # a stable sort: what is planned for one moment stays in its order
            for at, act, arguments in sorted(acts, key=lambda entry: entry[0]):
                act(*arguments, at)
            audit.record(
                DONE, target=place, actor=self.founder, at=AT_THE_END, chain=CHAIN,
                data={"plan": self.plan.key, "community": one.code, "projects": len(one.projects)},
            )  # fmt: skip

    def _import_day(self):
        return AT_THE_END if self.plan.walks_everything else TAKEN_OVER

    def _import_history(self, one, cast, at):
        """Projects of 1.0 and the meetings of the past, by the door for a street's own history."""
        import_records(
            rows=[
                self._history_row(one, project, cast)
                for project in one.projects
                if not self.plan.walks(project.stretch)
            ],
            actor=self.officer, now=at,
        )  # fmt: skip
        import_meetings(
            rows=[
                MeetingRow(
                    key=f"replay:{one.code}:{n}", community_code=one.code, held_on=day,
                    place=f"{one.name}党群服务中心会议室", member_count=13,
                    present_count=9 + n % 5, resident_count=n % 12,
                )
                for n, day in enumerate(one.meetings)
            ],
            actor=self.officer, now=at,
        )  # fmt: skip

    def _history_row(self, one, project, cast):
        stretch, calendar = project.stretch, self.calendar
        first, last = calendar.index(stretch.first_meeting), calendar.index(stretch.last_meeting)
        passed = calendar.rng.randint(first, last)
        return HistoryRow(
            key=f"replay:{project.key}", community_code=one.code, title=project.idea.title,
            type=project.type, amount_fen=project.amount_fen, passed_on=calendar.days[passed],
            entered_on=calendar.days[passed - calendar.rng.randint(10, 20)], source=SOURCE,
            organisation_name=cast.organisation.name if project.type != W else "",
            summary=project.idea.need,
        )  # fmt: skip

    def _acts(self, one, stretch, cast):
        """All acts of a stretch as (moment, function, arguments), in the order of each matter."""
        batches = one.batches(stretch)
        acts = []
        days = self.calendar.meeting_days(stretch, len(batches)) if batches else []
        for place, projects in zip(days, batches, strict=True):
            walks = [self._walk(project, cast) for project in projects]
            for walk, project in zip(walks, projects, strict=True):
                moments = self.calendar.before_meeting(
                    place, is_works=project.type == W, is_tight=stretch.key.endswith("-11")
                )
                acts += self._steps(walk, project, moments)
            meeting = {}
            at = self.calendar.at(place, hour=self.calendar.rng.choice(MEETING_HOURS))
            acts.append((self.calendar.at(place - ANNOUNCED), _call_meeting, (meeting, walks, at)))
            present, no = self.calendar.rng.randint(0, 4), self.calendar.rng.randint(0, 3)
            acts.append((at, _hold_meeting, (meeting, walks, present, no)))
            for walk in walks:
                for name, moment in self.calendar.after_meeting(place).items():
                    acts.append((moment, _step, (getattr(walk, name), walk)))
        return acts

    def _walk(self, project, cast):
        return Walk(
            cast, now=BEGINNING, type=project.type, title=project.idea.title,
            amount_fen=project.amount_fen, lines=lines_of(project), summary=project.idea.need,
            site=project.idea.site, beneficiaries=project.idea.beneficiaries,
            positive_item_id=self.items["2.0", project.idea.item],
        )  # fmt: skip

    def _steps(self, walk, project, moments):
        """The acts of one matter before its meeting."""
        rng, thing = self.calendar.rng, project.idea
        counts = {"questionnaires": rng.randint(50, 100), "people": rng.randint(80, 600)}
        words = {"content": thing.need, "category": thing.category,
                 "beneficiaries": (thing.beneficiaries,)}  # fmt: skip
        yield moments["need"], _step, (lambda: walk.file_need(**words), walk)
        yield moments["draft"], _step, (walk.draft, walk)
        yield moments["solicit"], _step, (lambda: walk.solicit(**counts), walk)
        yield moments["declare"], _step, (walk.declare, walk)
        if project.type == W:
            for n, office in enumerate(walk.cast.street.reviewers):
                moment = moments["opinions"] + timedelta(minutes=7 * n)
                yield moment, _step, (lambda office=office: walk.opine_of(office), walk)
            yield moments["summarise"], _step, (walk.summarise, walk)
        yield moments["record"], _step, (walk.record_review, walk)
        yield moments["party"], _sign, (walk, walk.cast.party)
        yield moments["committee"], _sign, (walk, walk.cast.signer)


@contextmanager
def forgetting(known):
    """What is remembered of a transaction goes with it when it fails."""
    before = dict(known)
    try:
        yield
    except BaseException:
        known.clear()
        known.update(before)
        raise


def _step(act, walk, at):
    walk.now = at
    act()


def _sign(walk, signer, at):
    reviews.sign_review(matter_id=walk.pk, actor=signer, now=at)


def _call_meeting(meeting, walks, starts_at, at):
    walks[0].now = at
    meeting["row"] = announce(walks, at=starts_at)


def _hold_meeting(meeting, walks, spare, no, at):
    row = meeting["row"]
    present = min(row.member_count, row.quorum + spare)
    hold(walks, row, now=at, yes=present - no, residents=2 + 3 * no, spare=spare)
