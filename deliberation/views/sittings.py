"""The convener's acts on one meeting: attendance, chair, cancelling, closing."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.refusals import Conflict, NotAllowed
from deliberation import browse, meeting_acts
from deliberation.forms.meetings import (
    AttendanceForm,
    ChairForm,
    MinutesForm,
    OpenForm,
    ReasonForm,
)
from deliberation.minutes import draft_minutes
from deliberation.services import meetings as services
from deliberation.services import votes
from deliberation.views.shared import KeepsForm


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
