"""Announcing a meeting: time, place and agenda, shown once more before they are fixed."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.selectors import roster as council_roster
from core.refusals import NotAllowed, Reason
from deliberation import browse, rules
from deliberation.choices import Purpose, State
from deliberation.forms.meetings import AnnounceForm
from deliberation.services import meetings as services
from deliberation.views.shared import KeepsForm
from projects.selectors import rule_set_in_force


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
