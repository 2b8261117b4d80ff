"""The desk: 待办 what waits for the signed-in person, 已办 what they did, and what runs around it."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities import desk as need_desk
from communities import selectors as places
from communities.permissions import appointments_of, scope_of
from communities.roles import ROLES, Role
from core.access import STAFF, may_open
from deliberation import ballot_browse, present, selectors
from deliberation import desk as turns_of
from deliberation.choices import ObjectionState, State
from portal import desk
from portal.forms import DoneFilter, TodoFilter
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
    own = list(turns_of.my_proposals(user, today)[: SHORT + 1])
    context = {
        "capacities": [_capacity(one) for one in appointments_of(user, today)],
        **_todo(request, now),
        "own": [_own(matter) for matter in own[:SHORT]],
        "has_more_own": len(own) > SHORT,
        "may_declare": bool(roles & set(DECLARING)),
        "is_staff": works_here,
        "unread": unread_of(user),
        "may_import": Role.DISTRICT_OFFICER in roles,
    }
    if Role.COUNCIL_MEMBER in roles:
        context |= {"is_member": True, "ballots": ballot_browse.waiting_for(user)}
    if works_here:
        context |= _of_staff(user, today, now, scope, roles)
    return render(request, "portal/desk.html", context)


def _todo(request, now):
    """The list of 待办: its tabs, its filter, one page of it."""
    todo = desk.Todo(request.user, now)
    form = TodoFilter(request.GET, acts=todo.acts())
    form.is_valid()
    words = form.cleaned_data
    page = Paginator(todo.narrowed(**words), PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "form": form,
        "page": page,
        "turns": [_turn(*one) for one in desk.with_matters(page)],
        "queues": todo.counts(),
        "queue": words.get("queue", ""),
        "waiting_count": len(todo.all),
        "is_narrowed": any(words.values()) or bool(form.errors),
    }


def _capacity(appointment):
    holder = appointment.holder
    place = f"{holder.street.name} {holder.name}" if appointment.community_id else str(holder)
    return {"role": ROLES[appointment.role].label, "place": place, "until": appointment.ends_on}


def _turn(waits, matter):
    """A matter whose next act is mine: the way into the act, since when and until when."""
    return present.row(matter) | {
        "act": waits.act,
        "act_href": present.act_href(waits.turn, matter),
        "since": timezone.localdate(waits.began_at),
        "due": waits.due,
        "supervised": waits.supervised,
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
        "need_queues": _need_queues(user, today, now) if answers else [],
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


def _need_queues(user, today, now):
    """The needs that wait for an answer, as numbers that lead to the need desk."""
    counts = need_desk.counts_of(places.needs_for(user, today), now)
    return [
        {
            "label": need_desk.QUEUES[key].label,
            "count": counts[key],
            "look": need_desk.QUEUES[key].look if counts[key] else "none",
            "href": f"{reverse('communities:desk')}?queue={key}",
        }
        for key in ("overdue", "soon", "unanswered")
    ]


@require_safe
def done(request):
    form = DoneFilter(request.GET)
    form.is_valid()
    rows = desk.done_by(request.user, **form.cleaned_data)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [
            {
                "act": selectors.act_label(event.act),
                "at": event.at,
                "after": event.get_to_state_display(),
                "note": event.note,
                **present.row(event.matter),
            }
            for event in page
        ],
        "is_narrowed": any(form.cleaned_data.values()) or bool(form.errors),
    }
    return render(request, "portal/desk_done.html", context)
