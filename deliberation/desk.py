"""Whose turn is it? The next act of each matter as an annotation, so that a desk pages exactly.

The table of acts and the policies decide what may be done; this only finds the rows in which an
act of mine is next. tests/portal/test_desk.py checks that the two agree on every step.
"""

from django.db.models import Case, CharField, Exists, OuterRef, Q, Subquery, Value, When

from communities.permissions import appointments_of
from communities.roles import Role
from deliberation import rules, selectors
from deliberation.choices import (
    FINAL_STATES,
    Decision,
    ItemResult,
    MeetingState,
    NoticeState,
    Purpose,
    State,
)
from deliberation.models import (
    AgendaItem,
    DepartmentOpinion,
    GatekeepingSummary,
    JointReview,
    MatterEvent,
    Notice,
    ReviewAttendee,
    StreetDecision,
)
from projects.choices import ApplicantKind, ProposalType

ACTS_OF_ROLE = {
    Role.COMMITTEE_CLERK: (
        "file_evidence", "record_review", "announce_meeting", "vote", "post_notice",
        "conclude_notice", "decide_objection",
    ),
    Role.AFFAIRS_CLERK: ("summarise_gatekeeping", "submit_for_decision"),
}  # fmt: skip
APPLICANT_ACTS = ("declare", "redeclare")


def with_turn(rows, now):
    """Annotate `turn` (key of the act that is next) and `turn_since` (when it became so)."""
    mine = OuterRef("pk")
    this_round = {"matter": mine, "round": OuterRef("round")}
    open_review = Exists(JointReview.objects.waiting().filter(matter=mine))
    pending = Exists(DepartmentOpinion.objects.filter(**this_round, answered_at__isnull=True))
    summary = Exists(GatekeepingSummary.objects.filter(**this_round))
    items = AgendaItem.objects.filter(matter=mine)
    on_agenda = Exists(items.filter(open_key__isnull=False))
    in_meeting = Exists(items.filter(open_key__isnull=False, meeting__state=MeetingState.OPEN))
    unfinished = Exists(
        items.filter(
            result=ItemResult.CARRIED, purpose=Purpose.ESTABLISH, meeting__state=MeetingState.OPEN
        )
    )
    open_notice = Exists(Notice.objects.filter(matter=mine, state=NoticeState.OPEN))
    running = Exists(
        Notice.objects.filter(
            matter=mine, state=NoticeState.OPEN, ends_at__gt=now - rules.CLOSING_GRACE
        )
    )
    submitted = Exists(StreetDecision.objects.filter(matter=mine, decision=Decision.PENDING))
    works = Q(proposal__type=ProposalType.WORKS)
    declared, council = Q(state=State.DECLARED), Q(state__in=[State.REVIEWED, State.DEFERRED])
    resolved, posted = Q(state=State.RESOLVED), Q(state=State.PUBLICISED)
    turns = [
        (Q(state=State.DRAFT), "file_evidence"),
        (Q(state=State.SOLICITED), "declare"),
        (Q(state=State.RETURNED), "redeclare"),
        (Q(state=State.SURVEYING), "record_survey"),
        (declared & open_review, "sign_review"),
        (declared & works & pending, "give_opinion"),
        (declared & works & ~summary, "summarise_gatekeeping"),
        (declared, "record_review"),
        (council & in_meeting, "vote"),
        (council & on_agenda, "wait_meeting"),
        (council, "announce_meeting"),
        (resolved & unfinished, "close_meeting"),
        (resolved & on_agenda, "wait_meeting"),
        (resolved & running, "wait_notice"),
        (resolved & open_notice, "conclude_notice"),
        (resolved, "post_notice"),
        (Q(state=State.OBJECTED), "decide_objection"),
        (posted & on_agenda, "wait_meeting"),
        (posted & submitted, "establish"),
        (posted, "submit_for_decision"),
    ]
    last = MatterEvent.objects.filter(matter=mine).order_by("-seq").values("at")[:1]
    return rows.annotate(
        turn=Case(
            *(When(condition, then=Value(key)) for condition, key in turns),
            default=Value(""),
            output_field=CharField(),
        ),
        turn_since=Subquery(last),
    )


def turn_of(matter, now):
    """The key of the act that is next for one matter; "" when its way is over."""
    rows = with_turn(type(matter).objects.filter(pk=matter.pk), now)
    return rows.values_list("turn", flat=True).first() or ""


def my_turn(user, on, now):
    """The matters in which one of my appointments has the next act; longest waiting first."""
    rows = selectors.matters_in_scope(user, on).exclude(state__in=FINAL_STATES)
    rows = with_turn(rows, now)
    mine = Q(pk__in=[])
    for appointment in appointments_of(user, on):
        mine |= _turns_of(appointment, user)
    return rows.filter(mine).order_by("turn_since", "pk")


def _turns_of(appointment, user):
    """Which rows one appointment gives the next act in, exactly at its place."""
    role, community = appointment.role, appointment.community_here
    here = Q(proposal__community=community) if community else None
    street = Q(proposal__community__street=appointment.street_here)
    applies = Q(turn__in=APPLICANT_ACTS)
    if role == Role.RESIDENT:
        return (
            here
            & applies
            & Q(proposal__applicant_kind=ApplicantKind.RESIDENT, proposal__applicant=user.person_id)
        )
    if role == Role.ORGANISATION_AGENT:
        return applies & Q(
            proposal__applicant_kind=ApplicantKind.ORGANISATION,
            proposal__organisation=appointment.organisation_id,
        )
    if role == Role.STATION_CLERK:
        return here & applies & Q(proposal__applicant_kind=ApplicantKind.WORKSTATION)
    if role == Role.COMMITTEE_CLERK:
        own = applies & Q(proposal__applicant_kind=ApplicantKind.RESIDENTS_COMMITTEE)
        return here & (Q(turn__in=ACTS_OF_ROLE[role]) | own)
    if role in (Role.PARTY_SIGNER, Role.COMMITTEE_SIGNER):
        return here & Q(turn="sign_review") & _unsigned_by(user.person_id)
    if role == Role.DEPARTMENT_REVIEWER:
        pending = DepartmentOpinion.objects.filter(
            matter=OuterRef("pk"), round=OuterRef("round"), office=appointment.office_id,
            answered_at__isnull=True,
        )  # fmt: skip
        return street & (Q(turn="record_survey") | (Q(turn="give_opinion") & Exists(pending)))
    if role == Role.AFFAIRS_CLERK:
        return street & Q(turn__in=ACTS_OF_ROLE[role])
    if role == Role.STREET_APPROVER:
        # whoever submitted may not decide
        own = StreetDecision.objects.filter(
            matter=OuterRef("pk"), decision=Decision.PENDING, submitter=user.person_id
        )
        return street & Q(turn="establish") & ~Exists(own)
    return Q(pk__in=[])


def _unsigned_by(person_id):
    return Exists(
        ReviewAttendee.objects.unsigned().filter(review__matter=OuterRef("pk"), person=person_id)
    )


def my_proposals(user, on):
    """What I declared, or an organisation I act for; open ones first, newest first."""
    organisations = [
        one.organisation_id for one in appointments_of(user, on) if one.organisation_id
    ]
    return (
        selectors.matters_visible_to(user, on)
        .filter(Q(proposal__applicant=user.person_id) | Q(proposal__organisation__in=organisations))
        .order_by("-closed_at", "-pk")
    )
