"""Pages of council meetings: the public list and page, and the convener's acts on a meeting."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from communities.permissions import scope_of
from communities.selectors import roster as council_roster
from communities.views.shared import page_of
from core.refusals import Conflict, NotAllowed, Reason
from deliberation import browse, meeting_acts, policies, rules, selectors
from deliberation.acts import ACTS
from deliberation.choices import ItemResult, MeetingState, Purpose, State
from deliberation.forms.meetings import (
    AnnounceForm,
    AttendanceForm,
    ChairForm,
    MeetingFilter,
    MinutesForm,
    OpenForm,
    ReasonForm,
    seat_label,
)
from deliberation.minutes import draft_minutes
from deliberation.services import meetings as services
from deliberation.services import votes
from deliberation.views.shared import KeepsForm
from projects.selectors import rule_set_in_force

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
    items = browse.agenda(meeting)
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
    context = {
        "meeting": meeting,
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


# Announcing ---------------------------------------------------------------------------------------


class Announce(KeepsForm):
    """Announce a meeting of ?community=…; ?matter=… is ticked already."""

    template_name = "deliberation/meeting_new.html"
    form_class = AnnounceForm
    title = gettext_lazy("公告议事会会议")
    label = gettext_lazy("公告会议")
    done = gettext_lazy("会议已公告。议程和应到名单自现在起固定。")
    is_grave = True

    def load(self):
        convened = browse.communities_convened_by(self.user, self.today)
        code = self.request.GET.get("community", "")
        self.choices = convened
        self.community = next((one for one in convened if one.code == code), None)
        if self.community is None and len(convened) == 1 and not code:
            self.community = convened[0]

    def may_refusal(self):
        if self.community is not None:
            return None
        code = self.request.GET.get("community", "")
        asked = [one for one in browse.communities_of() if one.code == code]
        if asked:
            return NotAllowed(*services.convener_reasons(self.user, asked[0], self.today))
        if self.choices:
            return None
        return NotAllowed(
            Reason(
                "not_convener",
                _("议事会会议由社区居委会经办人召集和登记。"),
                _("居委会召集社区居民议事会。"),
                _("请转告社区居委会。"),
            )
        )

    def get(self, request, *args, **kwargs):
        refusal = self.may_refusal()
        if refusal is None and self.community is None:
            return self.choose()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.may_refusal() is None and self.community is None:
            return self.choose()
        return super().post(request, *args, **kwargs)

    def choose(self):
        context = {"communities": self.choices, **self.words()}
        return render(self.request, "deliberation/meeting_where.html", context)

    def form_kwargs(self):
        chosen = self.request.GET.get("matter", "")
        return {
            "candidates": browse.agenda_candidates(self.community),
            "chosen": int(chosen) if chosen.isdecimal() and len(chosen) < 10 else None,
        }

    def perform(self, fields):
        items = [
            {"matter_id": matter.pk, "purpose": purpose_of(matter), "presenter": presenter}
            for matter, presenter in self.form.agenda()
        ]
        return services.announce(
            community_id=self.community.pk, starts_at=fields["starts_at"], place=fields["place"],
            announced_places=fields["announced_places"], items=items, actor=self.actor,
            now=self.now,
        )  # fmt: skip

    def summary(self, form):
        said = form.cleaned_data
        agenda = [
            _("%(n)s. %(title)s（%(purpose)s），%(who)s介绍")
            % {"n": place, "title": matter.proposal.label, "who": presenter or _("未定"),
               "purpose": Purpose(purpose_of(matter)).label}
            for place, (matter, presenter) in enumerate(form.agenda(), start=1)
        ]  # fmt: skip
        return [
            (_("社区"), f"{self.community.street.name}{self.community.name}"),
            (_("开会时间"), timezone.localtime(said["starts_at"]).strftime("%Y-%m-%d %H:%M")),
            (_("地点"), said["place"]),
            (_("公告位置"), said["announced_places"]),
            (_("议程"), "\n".join(agenda) or _("（空）")),
        ]

    def extra(self):
        rule_set = rule_set_in_force(self.today)
        members = council_roster(self.community, self.today).count()
        quorum = (
            rules.quorum_needed(
                members, rule_set.quorum_numerator, rule_set.quorum_denominator,
                rule_set.is_quorum_inclusive,
            )
            if rule_set and members
            else 0
        )  # fmt: skip
        return {
            "community": self.community,
            "rule_set": rule_set,
            "members": members,
            "quorum": quorum,
        }

    def done_url(self, result):
        return reverse("deliberation:meeting", args=[result.pk])

    def back_url(self):
        return reverse("deliberation:meetings")

    def trail(self):
        return [{"label": _("会议"), "href": self.back_url()}, {"label": self.title}]


def purpose_of(matter):
    """What the council can be asked about a matter in its present state."""
    if matter.state in (State.REVIEWED, State.DEFERRED):
        return Purpose.ESTABLISH
    return Purpose.WITHDRAW


# Acts on one meeting ------------------------------------------------------------------------------


class MeetingPage(KeepsForm):
    """The page of one act of meeting_acts.MEETING_ACTS."""

    key = ""
    template_name = "deliberation/meeting_act.html"

    def load(self, pk):
        self.act = meeting_acts.MEETING_ACTS[self.key]
        self.meeting = browse.meeting(pk)
        self.title, self.help = self.act.label, self.act.help
        self.is_grave = self.act.is_grave

    def may_refusal(self):
        reasons = meeting_acts.who_reasons(self.user, self.meeting, self.now)
        return NotAllowed(*reasons) if reasons else None

    def can_refusal(self):
        reasons = meeting_acts.can_reasons(self.act, self.meeting, self.now)
        return Conflict(*reasons) if reasons else None

    def back_url(self):
        return reverse("deliberation:meeting", args=[self.meeting.pk])

    def trail(self):
        return [
            {"label": _("会议"), "href": reverse("deliberation:meetings")},
            {"label": self.meeting.number, "href": self.back_url()},
            {"label": self.title},
        ]

    def words(self):
        return super().words() | {"meeting": self.meeting}


class CheckIn(MeetingPage):
    """Pages that take the attendance. The button “核对人数” counts on the server, without scripts."""

    template_name = "deliberation/meeting_roster.html"

    def load(self, pk):
        super().load(pk)
        self.members = browse.roster(self.meeting)

    def form_kwargs(self):
        return {"members": self.members}

    def post(self, request, *args, **kwargs):
        if "check" in request.POST and self.may_refusal() is None:
            kept = self._kept(request.POST)
            return self.show(self.form_class(initial=kept, **self.form_kwargs()))
        return super().post(request, *args, **kwargs)

    def _kept(self, data):
        names = self.form_class.base_fields
        return {
            name: data.getlist(name) if name == "present" else data.get(name, "") for name in names
        }

    def extra(self):
        present = set(self.request.POST.getlist("present"))
        count = sum(str(member.person_id) in present for member in self.members)
        return {"count": count, "missing": max(self.meeting.quorum - count, 0)}


class OpenMeeting(CheckIn):
    key = "open_meeting"
    form_class = OpenForm
    label = gettext_lazy("到会人数无误，开会")
    done = gettext_lazy("会议已开始，可以逐项表决。")

    def form_kwargs(self):
        people = browse.recorders(self.meeting.community, self.today)
        return super().form_kwargs() | {"recorders": people}

    def initial(self):
        return {"recorder": getattr(self.user, "person_id", None)}

    def perform(self, fields):
        return services.open_meeting(
            meeting_id=self.meeting.pk, chair_id=fields["chair"], recorder_id=fields["recorder"],
            **self.form.attendance(), actor=self.actor, now=self.now,
        )  # fmt: skip


class Adjourn(CheckIn):
    key = "adjourn_meeting"
    form_class = AttendanceForm
    done = gettext_lazy("已登记流会。议程中的项目转为“流会待议”，请另行召集会议。")
    is_danger = True

    def perform(self, fields):
        return votes.adjourn(
            meeting_id=self.meeting.pk, **self.form.attendance(), actor=self.actor, now=self.now
        )


class Cancel(MeetingPage):
    key = "cancel_meeting"
    form_class = ReasonForm
    done = gettext_lazy("会议已取消。")
    is_danger = True

    def perform(self, fields):
        return votes.cancel(
            meeting_id=self.meeting.pk, reason=fields["reason"], actor=self.actor, now=self.now
        )


class ChangeChair(MeetingPage):
    key = "change_chair"
    form_class = ChairForm
    done = gettext_lazy("已改由另一位到会成员主持。")

    def form_kwargs(self):
        return {"members": [one for one in browse.roster(self.meeting) if one.is_present]}

    def perform(self, fields):
        return services.change_chair(
            meeting_id=self.meeting.pk, chair_id=fields["chair"], actor=self.actor, now=self.now
        )


class Close(MeetingPage):
    key = "close_meeting"
    template_name = "deliberation/meeting_close.html"
    form_class = MinutesForm
    done = gettext_lazy("会议已结束，纪要已公开。可以发布决议公示。")

    def initial(self):
        return {"minutes": draft_minutes(self.meeting, browse.agenda(self.meeting))}

    def perform(self, fields):
        return votes.close(
            meeting_id=self.meeting.pk, minutes=fields["minutes"], actor=self.actor, now=self.now
        )
