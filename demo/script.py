"""The demo's story as a script of dated acts, counted in days before today.

A road is a list of beats. All roads are put in the order of time before anything is done, so that
every book of the demo runs forward as a real one does.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils import timezone

from core.calendar import SHANGHAI
from deliberation.choices import State
from deliberation.services import votes
from demo.walk import Walk, announce, hold
from projects.choices import ProposalType

# The days of the main way, counted from its first; the council meets on the eleventh.
DRAFT, SOLICIT, DECLARE, OPINIONS, SUMMARY, REVIEW = 1, 2, 3, 4, 5, 6
ANNOUNCE, MEET, POST, CONCLUDE, SUBMIT, ESTABLISH = 7, 11, 12, 18, 19, 20
LAST_DAY = {
    State.DRAFT: DRAFT, State.SOLICITED: SOLICIT, State.DECLARED: DECLARE,
    State.REVIEWED: REVIEW, State.RESOLVED: MEET, State.PUBLICISED: CONCLUDE,
    State.ESTABLISHED: ESTABLISH,
}  # fmt: skip


@dataclass(frozen=True)
class Beat:
    """One act: what, and when (days before today, minutes after nine)."""

    days_ago: int
    minutes: int
    act: object
    walk: Walk | None = None


@dataclass
class Session:
    """A council meeting of the story and the walks on its agenda."""

    days_ago: int
    end: str = "hold"  # or "adjourn" for want of a quorum, or "cancel"
    walks: list = field(default_factory=list)
    ayes: dict = field(default_factory=dict)
    row: object = None


class Script:
    """Collects the beats of all roads, then plays them in the order of time."""

    def __init__(self, *, now):
        self.today = timezone.localdate(now)
        self.beats = []
        self.sessions = {}

    def at(self, days_ago, minutes=0):
        """A moment of office hours, days before today (negative: days ahead)."""
        nine = datetime.combine(self.today - timedelta(days=days_ago), time(9), tzinfo=SHANGHAI)
        return nine + timedelta(minutes=minutes)

    def beat(self, days_ago, act, walk=None, *, minutes=None):
        """Add an act; without minutes it comes after the beats already planned for that day."""
        if minutes is None:
            same = [beat.minutes for beat in self.beats if beat.days_ago == days_ago]
            minutes = max(same, default=5) + 3
        self.beats.append(Beat(days_ago, minutes, act, walk))
        return self

    def road(self, walk, start, until, *, need=None, ayes=None, gatekeeping=None):
        """The main way from `start` days ago to a state.

        need: words of the resident's need. ayes: those in the council, when not nearly all.
        gatekeeping: called instead of the departments' smooth answers and the summary.
        """
        last = LAST_DAY[until]
        is_works = walk.type == ProposalType.WORKS
        self.beat(start, lambda: walk.file_need(**(need or {})), walk)
        steps = [(DRAFT, walk.draft), (SOLICIT, walk.solicit), (DECLARE, walk.declare)]
        if is_works and gatekeeping is None:
            steps += [(OPINIONS, walk.opine), (SUMMARY, walk.summarise)]
        steps += [(REVIEW, lambda: walk.record_review().sign())]
        for day, act in steps:
            if day <= last:
                self.beat(start - day, act, walk)
        if gatekeeping is not None:
            gatekeeping(start)
        if last >= MEET:
            self.seat(walk, start - MEET, ayes=ayes)
        for day, act in (
            (POST, walk.post), (CONCLUDE, walk.conclude), (SUBMIT, walk.submit),
            (ESTABLISH, walk.establish),
        ):  # fmt: skip
            if day <= last:
                self.beat(start - day, act, walk)
        return self

    def seat(self, walk, days_ago, *, ayes=None, end="hold"):
        """Put the walk on the agenda of its community's meeting of that day."""
        key = (walk.cast.community.pk, days_ago)
        if key not in self.sessions:
            session = self.sessions[key] = Session(days_ago, end)
            self.beat(days_ago + MEET - ANNOUNCE, lambda: self._call(session), minutes=470)
            if days_ago > 0:  # today's and later meetings are left for the visitor to hold
                self.beat(days_ago, lambda: self._hold(session), minutes=360)
        self.sessions[key].walks.append(walk)
        if ayes is not None:
            self.sessions[key].ayes[walk] = ayes
        return self.sessions[key]

    def _call(self, session):
        first = session.walks[0]
        first.now = self.at(session.days_ago + MEET - ANNOUNCE, 470)
        session.row = announce(session.walks, at=self.at(session.days_ago, 360))

    def _hold(self, session):
        now, clerk = self.at(session.days_ago, 360), session.walks[0].cast.clerk
        if session.end == "adjourn":
            few = [person.pk for person in session.walks[0].cast.members[:7]]
            votes.adjourn(meeting_id=session.row.pk, present_ids=few, actor=clerk, now=now)
            return
        if session.end == "cancel":
            reason = "会议室停电检修，另行公告。"
            votes.cancel(meeting_id=session.row.pk, reason=reason, actor=clerk, now=now)
            return
        ayes = {walk.pk: number for walk, number in session.ayes.items()}
        hold(session.walks, session.row, now=now, yes=ayes)

    def play(self):
        """Do every act in the order of time."""
        for beat in sorted(self.beats, key=lambda beat: (-beat.days_ago, beat.minutes)):
            if beat.walk is not None:
                beat.walk.now = self.at(beat.days_ago, beat.minutes)
            beat.act()
