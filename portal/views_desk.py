"""The desk (待办): what waits for the signed-in person, what runs, what they declared."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities import selectors as places
from communities.permissions import appointments_of, scope_of
from communities.roles import ROLES, Role
from core.access import STAFF, may_open
from deliberation import desk, present, selectors
from deliberation.acts import ACTS
from deliberation.choices import ObjectionState, State
from portal.navigation import address
from portal.selectors import unread_of

PAGE_SIZE = 20
SHORT = 8
DECLARING = (
    Role.RESIDENT,
    Role.ORGANISATION_AGENT,
    Role.COMMITTEE_CLERK,
    Role.STATION_CLERK,
)


@require_safe
def show(request):
    now = timezone.now()
    today = timezone.localdate(now)
    user = request.user
    scope = scope_of(user, today)
    works_here = not scope.is_empty and may_open(user, STAFF)
    roles = selectors.roles_of(user, today)
    page = Paginator(desk.my_turn(user, today, now), PAGE_SIZE).get_page(request.GET.get("page"))
    own = list(desk.my_proposals(user, today)[: SHORT + 1])
    context = {
        "capacities": [_capacity(one) for one in appointments_of(user, today)],
        "page": page,
        "turns": [_turn(matter, today) for matter in page],
        "own": [_own(matter) for matter in own[:SHORT]],
        "has_more_own": len(own) > SHORT,
        "may_declare": bool(roles & set(DECLARING)),
        "is_staff": works_here,
        "unread": unread_of(user),
        "may_import": Role.DISTRICT_OFFICER in roles,
    }
    if works_here:
        context |= _of_staff(user, today, now, scope, roles)
    return render(request, "portal/desk.html", context)


def _capacity(appointment):
    holder = appointment.holder
    place = f"{holder.street.name} {holder.name}" if appointment.community_id else str(holder)
    return {"role": ROLES[appointment.role].label, "place": place, "until": appointment.ends_on}


def _turn(matter, today):
    """A matter whose next act is mine, with the way into the act and how long it has waited."""
    act = ACTS[matter.turn]
    since = timezone.localdate(matter.turn_since or matter.proposal.created_at)
    return present.row(matter) | {
        "act": act.label,
        "act_href": present.act_href(act.key, matter),
        "days": max(0, (today - since).days),
        "since": since,
    }


def _own(matter):
    return present.row(matter) | {"steps": selectors.steps_of(matter)}


def _of_staff(user, today, now, scope, roles):
    """What runs in the places one works for."""
    meetings = selectors.meetings_to_hold(user, today)[:SHORT]
    objections = selectors.objections_in_scope(user, today).filter(state=ObjectionState.OPEN)
    notices = selectors.notices_running(now)
    if not scope.all:
        notices = notices.filter(matter__in=selectors.matters_in_scope(user, today).values("pk"))
    answers = Role.COMMITTEE_CLERK in roles
    counts = selectors.open_matters_count_by_state(user, today)
    needs = 0
    if answers:
        needs = places.filtered_needs(places.needs_for(user, today), unanswered=True).count()
    return {
        "meetings": [
            {
                "number": one.number,
                "href": address("deliberation:meeting", one.pk),
                "at": one.starts_at,
                "place": one.place,
                "state": one.get_state_display(),
                "is_due": one.starts_at <= now,
            }
            for one in meetings
        ],
        "objections": [
            {
                "number": one.number,
                "title": one.notice.matter.proposal.label,
                "href": address("deliberation:desk_objection", one.pk),
                "due": one.answer_due_on,
                "is_late": one.answer_due_on < today,
            }
            for one in objections.order_by("answer_due_on", "pk")[:SHORT]
        ],
        "notices": [
            {
                "number": one.number,
                "title": one.matter.proposal.title,
                "href": address("deliberation:notice", one.pk),
                "ends_at": one.ends_at,
                "days_left": (timezone.localdate(one.ends_at) - today).days,
            }
            for one in notices.order_by("ends_at", "pk")[:SHORT]
        ],
        "answers_needs": answers,
        "needs_to_answer": needs,
        "needs_href": f"{reverse('communities:desk')}?unanswered=on",
        "counts": [
            {
                "label": State(state).label,
                "value": counts[state],
                "href": f"{reverse('deliberation:proposals')}?mine=on&state={state}",
            }
            for state in State.values
            if state in counts
        ],
        "count_unit": _("个"),
    }
