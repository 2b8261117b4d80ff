"""Since when and until when a matter waits, and for whom: the desk, urging and the tick ask here.

`deliberation.desk:with_turn` says which act is next; a turn begins with the event that brought it,
not with what happened beside it (an edited draft, another department's answer).
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Min, OuterRef, Subquery
from django.utils import timezone

from communities import selectors as places
from communities.roles import Role
from core.calendar import WorkingDays
from deliberation import desk
from deliberation.acts import ACTS
from deliberation.choices import (
    FINAL_STATES,
    Decision,
    MeetingState,
    NoticeState,
    ObjectionState,
    State,
)
from deliberation.models import (
    AgendaItem,
    DepartmentOpinion,
    Matter,
    MatterEvent,
    Notice,
    Objection,
    ReviewAttendee,
    StreetDecision,
)
from portal import rules
from portal.models import Supervision
from projects.choices import ApplicantKind

# Acts of many hands: what one of them did does not give the others more time.
_BESIDE = ("give_opinion", "sign_review", "file_objection", "record_objection", "decide_objection")
_COLUMNS = (
    "pk", "turn", "last_at", "brought_at", "doubt_at", "opened_at", "notice_ends_at",
    "objected_at", "objection_due_on", "supervised_until", "supervised_by", "title", "number",
    "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """One matter that waits for an act; days are local, `due` is seen from today."""

    matter_id: int
    turn: str
    began_at: datetime
    due: rules.Due | None
    supervised: rules.Due | None
    supervised_by: str
    title: str
    number: str

    @property
    def act(self):
        return ACTS[self.turn].label if self.turn in ACTS else ""

    @property
    def due_late(self):
        """Late by its own limit; supervision apart."""
        return bool(self.due and self.due.is_late)

    @property
    def is_late(self):
        return any(due.is_late for due in (self.due, self.supervised) if due)

    @property
    def is_soon(self):
        return not self.is_late and any(due.is_soon for due in (self.due, self.supervised) if due)

    @property
    def order(self):
        """Late supervision first, then by the earlier day, then who waits longest."""
        days = [due.on for due in (self.due, self.supervised) if due]
        is_late = bool(self.supervised and self.supervised.is_late)
        return not is_late, min(days, default=date.max), self.began_at, self.matter_id


def _dated(rows):
    """Rows with `turn` and the dates from which its beginning is read."""
    mine = OuterRef("pk")
    events = MatterEvent.objects.filter(matter=mine).exclude(act="edit").order_by("-seq")
    items = AgendaItem.objects.filter(
        matter=mine, open_key__isnull=False, meeting__state=MeetingState.OPEN
    )
    notices = Notice.objects.filter(matter=mine, state=NoticeState.OPEN)
    objections = (
        Objection.objects.filter(notice__matter=mine, state=ObjectionState.OPEN)
        .order_by()
        .values("notice__matter")
    )
    watched = Supervision.objects.filter(matter=mine, open_key__isnull=False)
    return rows.annotate(
        last_at=Subquery(events.values("at")[:1]),
        brought_at=Subquery(events.exclude(act__in=_BESIDE).values("at")[:1]),
        doubt_at=Subquery(events.filter(move="doubt").values("at")[:1]),
        opened_at=Subquery(items.values("meeting__opened_at")[:1]),
        notice_ends_at=Subquery(notices.values("ends_at")[:1]),
        objected_at=Subquery(objections.annotate(at=Min("filed_at")).values("at")),
        objection_due_on=Subquery(objections.annotate(on=Min("answer_due_on")).values("on")),
        supervised_until=Subquery(watched.values("due_on")[:1]),
        supervised_by=Subquery(watched.values("level")[:1]),
        title=F("proposal__title"),
        number=F("proposal__number"),
        created_at=F("proposal__created_at"),
    )


def _began(row):
    turn = row["turn"]
    at = {
        "vote": row["opened_at"],
        "conclude_notice": row["notice_ends_at"],
        "decide_objection": row["objected_at"],
        "record_survey": row["doubt_at"],
        "give_opinion": row["brought_at"],
        "sign_review": row["brought_at"],
    }.get(turn)
    return at or row["last_at"] or row["created_at"]


def waiting(rows, now):
    """Rows that have `turn` (deliberation.desk) as Waiting, the one to begin with first.

    One question for the matters, one for the calendar, however many they are.
    """
    found = list(_dated(rows).order_by().values(*_COLUMNS))
    today = timezone.localdate(now)
    dates = [timezone.localdate(_began(row)) for row in found]
    dates += [row[name] for row in found for name in ("objection_due_on", "supervised_until")
              if row[name]]  # fmt: skip
    days = WorkingDays(min([today, *dates]))
    return sorted((_waiting(row, today, days) for row in found), key=lambda one: one.order)


def _waiting(row, today, days):
    began = _began(row)
    limit = rules.turn_limit(row["turn"])
    due_on = row["objection_due_on"] if row["turn"] == "decide_objection" else None
    if due_on is None and limit is not None:
        due_on = days.after(timezone.localdate(began), limit)
    return Waiting(
        row["pk"], row["turn"], began, rules.due_seen(due_on, today, days),
        rules.due_seen(row["supervised_until"], today, days), row["supervised_by"] or "",
        row["title"], row["number"] or "",
    )  # fmt: skip


def open_matters(now):
    """Every matter on its way, with its turn."""
    rows = Matter.objects.exclude(state__in=FINAL_STATES)
    return desk.with_turn(rows.filter(is_imported=False), now)


def waiting_of(matter, now):
    """The Waiting of one matter; None when its way is over."""
    rows = desk.with_turn(Matter.objects.filter(pk=matter.pk), now)
    return next(iter(waiting(rows.exclude(state__in=FINAL_STATES), now)), None)


# --- for whom ------------------------------------------------------------------------------------


def _with(role, **where):
    return set(places.people_with(role, **where).values_list("pk", flat=True))


def _applicants(matter, on):
    proposal, here = matter.proposal, {"community": matter.community, "on": on}
    if proposal.applicant_kind == ApplicantKind.ORGANISATION:
        return _with(Role.ORGANISATION_AGENT, organisation=proposal.organisation, on=on)
    if proposal.applicant_kind == ApplicantKind.RESIDENTS_COMMITTEE:
        return _with(Role.COMMITTEE_CLERK, **here)
    if proposal.applicant_kind == ApplicantKind.WORKSTATION:
        return _with(Role.STATION_CLERK, **here)
    return _with(Role.RESIDENT, **here) & {proposal.applicant_id}


def _signers(matter, on):
    waiting_for = ReviewAttendee.objects.unsigned().filter(review__matter=matter)
    people = set(waiting_for.values_list("person_id", flat=True))
    here = {"community": matter.community, "on": on}
    return people & (_with(Role.PARTY_SIGNER, **here) | _with(Role.COMMITTEE_SIGNER, **here))


def _departments(matter, on):
    rows = places.appointments_with(
        Role.DEPARTMENT_REVIEWER, street=matter.community.street, on=on
    ).order_by()
    if matter.state != State.SURVEYING:
        pending = DepartmentOpinion.objects.filter(
            matter=matter, round=matter.round, answered_at__isnull=True
        )
        rows = rows.filter(office__in=pending.values("office"))
    return set(rows.values_list("person_id", flat=True))


def _approvers(matter, on):
    submitted = StreetDecision.objects.filter(matter=matter, decision=Decision.PENDING)
    own = set(submitted.values_list("submitter_id", flat=True))
    return _with(Role.STREET_APPROVER, street=matter.community.street, on=on) - own


def _by_role(role, level):
    def people(matter, on):
        place = matter.community if level == "community" else matter.community.street
        return _with(role, **{level: place}, on=on)

    return people


_PEOPLE = {
    **dict.fromkeys(
        desk.ACTS_OF_ROLE[Role.COMMITTEE_CLERK], _by_role(Role.COMMITTEE_CLERK, "community")
    ),
    **dict.fromkeys(desk.ACTS_OF_ROLE[Role.AFFAIRS_CLERK], _by_role(Role.AFFAIRS_CLERK, "street")),
    **dict.fromkeys(desk.APPLICANT_ACTS, _applicants),
    "sign_review": _signers,
    "give_opinion": _departments,
    "record_survey": _departments,
    "establish": _approvers,
}


def people_of_turn(matter, turn, on):
    """Ids of the persons on whose desk the matter lies; tests compare with deliberation.desk."""
    find = _PEOPLE.get(turn)
    return find(matter, on) if find else set()


def people_above(matter, turn, level, on):
    """Ids of the persons who are told of a late turn at a level (rules.Level)."""
    if level == rules.Level.OWN:
        return people_of_turn(matter, turn, on)
    street = matter.community.street
    if level == rules.Level.UP and turn != "establish":
        # a clerk of the street is late: the approver is told
        role = (
            Role.STREET_APPROVER
            if turn in desk.ACTS_OF_ROLE[Role.AFFAIRS_CLERK]
            else Role.AFFAIRS_CLERK
        )
        return _with(role, street=street, on=on)
    return _with(Role.DISTRICT_OFFICER, district=street.district, on=on)


def clerks_of(matter, on):
    """Ids of the clerks of the community's committee: they convene and answer for the way."""
    return _with(Role.COMMITTEE_CLERK, community=matter.community, on=on)
