"""Rows of the lists of steps 4–6, narrowed by what a visitor chose. Read only.

Values come from the filters' closed choices or are texts and days; no lookup comes from an address.
"""

from datetime import timedelta

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from communities.models import Community
from communities.permissions import holds, scope_of
from communities.roles import Role
from communities.selectors import communities_of, people_with
from core.calendar import start_of
from core.models import LedgerRow
from core.refusals import NotFound, Reason
from deliberation import selectors
from deliberation.choices import NoticeState, ObjectionState, State
from deliberation.models import AgendaItem, JointReview, Matter, Notice, Objection

RUNNING, OVER, CONCLUDED, VOID = "running", "over", "concluded", "void"
AGENDA_STATES = (State.REVIEWED, State.DEFERRED, State.RESOLVED, State.PUBLICISED)


def _narrowed(rows, **words):
    return rows.filter(**{key: value for key, value in words.items() if value})


# meetings -----------------------------------------------------------------------------------------


def meetings(*, street="", community="", year=None, state=""):
    """The public list of meetings, newest first, with the number of items."""
    rows = _narrowed(
        selectors.meetings_visible(), community__street__code=street, community__code=community,
        year=year, state=state,
    )  # fmt: skip
    return rows.annotate(item_count=Count("items"))


def meeting(pk):
    """One meeting with its people, or NotFound."""
    found = selectors.meetings_visible().select_related("chair", "recorder").filter(pk=pk).first()
    if found is None:
        raise NotFound(Reason("not_found", _("没有找到这次会议。")))
    return found


def agenda(meeting):
    """The agenda items in order, each with matter, proposal, recusals and named votes."""
    rows = (
        AgendaItem.objects.filter(meeting=meeting)
        .select_related(
            "matter__proposal__community__street", "matter__proposal__organisation",
            "matter__proposal__applicant", "matter__proposal__partner",
            "matter__proposal__rule_set", "box",
        )
        .prefetch_related("recusals__member__person", "votes__member__person")
        .order_by("position")
    )  # fmt: skip
    items = list(rows)
    for item in items:
        item.meeting = meeting
    return items


def roster(meeting):
    """The frozen roster with names."""
    return list(meeting.members.select_related("person").order_by("pk"))


def recorders(community, on):
    """Who may keep the minutes besides the members: the committee's clerks."""
    return list(people_with(Role.COMMITTEE_CLERK, community=community, on=on))


def communities_convened_by(user, on):
    """The communities whose meetings this person convenes."""
    return [
        one for one in communities_of() if holds(user, Role.COMMITTEE_CLERK, community=one, on=on)
    ]


def agenda_candidates(community):
    """Matters a new agenda may take: to be established first, then withdrawals."""
    rows = (
        Matter.objects.with_places()
        .filter(proposal__community=community, state__in=AGENDA_STATES)
        .exclude(agenda_items__open_key__isnull=False)
        .order_by("reviewed_at", "pk")
    )
    found = list(rows)
    found.sort(key=lambda matter: AGENDA_STATES.index(matter.state) > 1)
    return found


def last_review(matter):
    """The joint review in force for this round, or None."""
    return JointReview.objects.filter(matter=matter).order_by("-number").first()


def problem_list(matter):
    """The gatekeeping summary (problems and necessity) of this round, or None."""
    return matter.summaries.order_by("-round").first()


# notices and objections ---------------------------------------------------------------------------


def notices(now, *, q="", street="", community="", state=""):
    """The public list of notices with their number of objections."""
    rows = _narrowed(
        selectors.notices_public(), matter__proposal__community__street__code=street,
        matter__proposal__community__code=community,
    )  # fmt: skip
    states = {
        RUNNING: Q(state=NoticeState.OPEN, ends_at__gt=now),
        OVER: Q(state=NoticeState.OPEN, ends_at__lte=now),
        CONCLUDED: Q(state=NoticeState.CONCLUDED),
        VOID: Q(state=NoticeState.VOID),
    }
    if state:
        rows = rows.filter(states[state])
    for word in q.split():
        rows = rows.filter(Q(number__icontains=word) | Q(matter__proposal__title__icontains=word))
    return rows.annotate(objection_count=Count("objections"))


def notice(pk):
    """One notice, or NotFound."""
    rows = selectors.notices_public().select_related(
        "photo", "matter__proposal__rule_set", "matter__proposal__organisation",
        "matter__proposal__partner",
    )  # fmt: skip
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(Reason("not_found", _("没有找到这份公示。")))
    return found


def public_objections(notice):
    """What the public reads of objections: no content, no names."""
    return list(
        notice.objections.only(
            "number", "filed_at", "state", "channel", "answer", "decided_at", "send_back", "notice"
        ).order_by("filed_at", "pk")
    )


def objections(user, on, *, q="", street="", community="", state=""):
    """The desk's objections within one's scope, open ones first by their due day."""
    rows = _narrowed(
        selectors.objections_in_scope(user, on), state=state,
        notice__matter__proposal__community__street__code=street,
        notice__matter__proposal__community__code=community,
    )  # fmt: skip
    for word in q.split():
        rows = rows.filter(
            Q(number__icontains=word) | Q(notice__matter__proposal__title__icontains=word)
        )
    is_open = When(state=ObjectionState.OPEN, then=Value(0))
    rows = rows.alias(rank=Case(is_open, default=Value(1), output_field=IntegerField()))
    return rows.order_by("rank", "answer_due_on", "pk")


def objection_in_scope(user, pk, on):
    """One objection within one's scope, or NotFound as if it did not exist."""
    found = selectors.objections_in_scope(user, on).select_related("scan").filter(pk=pk).first()
    if found is None:
        raise NotFound(Reason("not_found", _("没有找到这件异议，或不在您的管辖范围内。")))
    return found


def own_objection(pk):
    """An objection whose code was given, without the contact."""
    return (
        Objection.objects.select_related("notice__matter__proposal__community__street")
        .filter(pk=pk)
        .first()
    )


def latest_notice(matter):
    """The notice a visitor may object to: the one that is not void, newest first."""
    return (
        Notice.objects.filter(matter=matter).exclude(state=NoticeState.VOID).order_by("-pk").first()
    )


def last_notice_of(community):
    """The community's latest notice, whose contact the next one starts from."""
    rows = Notice.objects.filter(matter__proposal__community=community)
    return rows.order_by("-posted_at", "-pk").first()


# ledgers ------------------------------------------------------------------------------------------


def ledger_counts(user, on):
    """How many rows of each ledger lie in one's scope: {number: n}, one query."""
    rows = _scoped(LedgerRow.objects.all(), user, on)
    counts = rows.order_by().values("ledger").annotate(n=Count("pk"))
    return {row["ledger"]: row["n"] for row in counts}


def _scoped(rows, user, on):
    scope = scope_of(user, on)
    return rows if scope.all else rows.filter(community_code__in=selectors.scope_codes(scope))


def ledger_rows(
    user, number, on, *, q="", street="", community="", event="", since=None, until=None
):
    """Rows of one ledger in one's scope, narrowed; oldest first as in a book."""
    rows = _narrowed(
        selectors.ledger_rows(user, number, on), street_code=street, community_code=community,
        event=event,
    )  # fmt: skip
    if since:
        rows = rows.filter(at__gte=start_of(since))
    if until:
        rows = rows.filter(at__lt=start_of(until + timedelta(days=1)))
    for word in q.split():
        rows = rows.filter(Q(subject_no__icontains=word) | Q(body__icontains=word))
    return rows


def ledger_row(user, pk, on):
    """One row in one's scope, or NotFound."""
    found = _scoped(LedgerRow.objects.filter(pk=pk), user, on).first()
    if found is None:
        raise NotFound(Reason("not_found", _("没有找到这条台账记录，或不在您的管辖范围内。")))
    return found


def place_names(codes):
    """Names of communities by code, for rows that carry codes only: {code: "street community"}."""
    rows = Community.objects.select_related("street").filter(code__in=set(codes))
    return {row.code: f"{row.street.name}{row.name}" for row in rows}


def places_in_scope(user, on):
    """The communities a filter offers to this person."""
    scope = scope_of(user, on)
    return [one for one in communities_of() if scope.covers(one)]
