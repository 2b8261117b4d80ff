"""Pages of council meetings: the public list and page, and the convener's acts on a meeting."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.permissions import scope_of
from communities.views.shared import page_of
from core.refusals import Conflict
from deliberation import ballot_browse, browse, meeting_acts, policies, selectors
from deliberation.acts import ACTS
from deliberation.choices import ItemResult, MeetingState
from deliberation.forms.meetings import MeetingFilter, seat_label
from deliberation.views.secret_ballots import ballot_ways

LOOKS = {
    MeetingState.ANNOUNCED: "info",
    MeetingState.OPEN: "info",
    MeetingState.CLOSED: "ok",
    MeetingState.ADJOURNED: "warn",
}
RESULT_LOOKS = {ItemResult.CARRIED: "ok", ItemResult.LOST: "stop", ItemResult.VOID: "warn"}
HELD = (MeetingState.OPEN, MeetingState.CLOSED)


@require_safe
def meeting_list(request):
    today = timezone.localdate()
    form = MeetingFilter(request.GET, today=today)
    page = page_of(request, browse.meetings(**form.chosen()))
    for meeting in page:
        meeting.look = LOOKS.get(meeting.state, "neutral")
    convened = browse.communities_convened_by(request.user, today)
    context = {"form": form, "page": page, "is_filtered": bool(request.GET), "convened": convened}
    return render(request, "deliberation/meeting_list.html", context)


@require_safe
def meeting_page(request, pk):
    now = timezone.now()
    today = timezone.localdate(now)
    meeting = browse.meeting(pk)
    items = ballot_browse.with_counts(browse.agenda(meeting))
    # one list for the page and the reasons, so that neither asks again
    meeting._prefetched_objects_cache = {"items": items}
    is_inside = scope_of(request.user, today).covers(meeting.community)
    who = meeting_acts.who_reasons(request.user, meeting, now)
    for item in items:
        item.look = RESULT_LOOKS.get(item.result, "neutral")
        item.is_waiting = item.result == ItemResult.OPEN and meeting.state == MeetingState.OPEN
        if item.is_waiting and is_inside:
            item.vote_reasons = meeting_acts.item_reasons("vote", item, meeting, who, now)
            item.defer_reasons = meeting_acts.item_reasons("defer", item, meeting, who, now)
            item.may_vote, item.may_defer = not item.vote_reasons, not item.defer_reasons
            item.ways = ballot_ways(item, meeting, request.user, who, now)
    balloting = next((item for item in items if item.ballot and item.ballot["is_open"]), None)
    context = {
        "meeting": meeting,
        "balloting": balloting,
        "my_right": ballot_browse.right_in(balloting, request.user) if balloting else None,
        "trail": [
            {"label": _("会议"), "href": reverse("deliberation:meetings")},
            {"label": meeting.number},
        ],
        "items": items,
        "look": LOOKS.get(meeting.state, "neutral"),
        "is_held": meeting.state in HELD,
        "is_inside": is_inside,
        "acts": meeting_acts.acts_open_to(request.user, meeting, now) if is_inside else [],
        "members": [(one, seat_label(one.seat)) for one in browse.roster(meeting)]
        if is_inside
        else [],
    }
    return render(request, "deliberation/meeting_page.html", context)


# From a matter to its meeting ---------------------------------------------------------------------


@require_safe
def announce_for(request, pk):
    """The act's button on a proposal leads to the announcement of its community."""
    matter = selectors.matter_for(request.user, pk, timezone.localdate())
    words = f"community={matter.community.code}&matter={matter.pk}"
    return redirect(f"{reverse('deliberation:meeting_new')}?{words}")


def _to_item(request, pk, key, name):
    now = timezone.now()
    matter = selectors.matter_for(request.user, pk, timezone.localdate(now))
    item = policies.open_item(matter)
    if item is None:
        reasons = selectors.act_reasons(ACTS[key], request.user, matter, now)
        # between two meetings the machine may still allow it: the policy of the vote says why not
        raise Conflict(*(reasons or policies.vote_reasons(matter, request.user, now)))
    return redirect(f"deliberation:{name}", item.meeting_id, item.position)


@require_safe
def vote_for(request, pk):
    return _to_item(request, pk, "vote", "vote_item")


@require_safe
def defer_for(request, pk):
    return _to_item(request, pk, "defer", "defer_item")
