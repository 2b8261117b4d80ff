"""Pages of a secret ballot: opening it, voting on a phone, paper, counting, closing."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.refusals import Conflict, NotAllowed, NotFound, Reason
from deliberation import ballot_acts, ballot_browse, browse, rules
from deliberation.choices import Choice, RightUse
from deliberation.forms.ballots import (
    CastForm,
    CloseBallotForm,
    OpenBallotForm,
    PaperForm,
    TallyForm,
)
from deliberation.services import ballots, items, paper_counts
from deliberation.views.ballots import ItemPage


class BallotPage(ItemPage):
    """The page of one act of ballot_acts.BALLOT_ACTS."""

    def load(self, pk, position):
        super().load(pk, position)
        act = ballot_acts.BALLOT_ACTS[self.key]
        self.title, self.help, self.is_grave = act.label, act.help, act.is_grave
        ballot_browse.with_counts([self.item])

    def can_refusal(self):
        found = ballot_acts.reasons(self.key, self.item, self.meeting, [], self.now)
        return Conflict(*found) if found else None


class OpenBallot(BallotPage):
    key = "open_ballot"
    template_name = "deliberation/ballot_open.html"
    form_class = OpenBallotForm
    done = gettext_lazy("投票已开启。请成员用手机登录，在“我的工作台”点“我的表决”投票。")

    def load(self, pk, position):
        super().load(pk, position)
        self.members = browse.roster(self.meeting)
        self.interested = items.interested_members(self.item, self.today)

    def form_kwargs(self):
        return {"members": self.members, "interested": self.interested}

    def initial(self):
        return {"presenter": self.item.presenter, "minutes": rules.ballot_minutes()}

    def perform(self, fields):
        return ballots.open_ballot(
            item_id=self.item.pk, minutes=fields["minutes"], recusals=self.form.recusals(),
            presenter=fields["presenter"], discussion=fields["discussion"],
            tellers=fields["tellers"], actor=self.actor, now=self.now,
        )  # fmt: skip

    def summary(self, form):
        said = form.cleaned_data
        names = {one.pk: one.person.name for one in self.members}
        out = [names[entry["member_id"]] for entry in form.recusals()]
        out += [names[pk] for pk in sorted(self.interested)]
        return [
            (_("项目"), self.matter.proposal.label),
            (_("议题"), self.item.get_purpose_display()),
            (_("介绍人"), said["presenter"]),
            (_("回避"), "、".join(out) or _("无")),
            (_("有表决权的到会人数"), len(form.entitled())),
            (_("投票时长"), _("%(n)s分钟") % {"n": said["minutes"]}),
            (_("计票人、监票人"), said["tellers"]),
        ]

    def extra(self):
        present = sum(one.is_present for one in self.members)
        by_person = {one.person_id: one.pk for one in self.members}
        return {
            "present": present,
            "chair_is_out": by_person.get(self.meeting.chair_id) in self.interested,
        }


class CastBallot(BallotPage):
    key = "cast_ballot"
    template_name = "deliberation/ballot_cast.html"
    confirm_template = "deliberation/ballot_confirm.html"
    form_class = CastForm
    label = gettext_lazy("投票")
    done = gettext_lazy("您已投票。结果在截止后当场公布。")

    def may_refusal(self):
        self.right = ballot_browse.right_in(self.item, self.user)
        return None if self.right else NotAllowed(*ballots.not_entitled())

    def can_refusal(self):
        refusal = super().can_refusal()
        if refusal is None and self.right.used != RightUse.UNUSED:
            return Conflict(
                Reason(
                    "already_voted",
                    _("您已经投票。") if self.right.used == RightUse.PHONE
                    else _("您已领取纸质票，请投在票箱里。"),
                    _("一人一票，投出后不能更改。"), _("结果在截止后当场公布。"),
                )
            )  # fmt: skip
        return refusal

    def asks_again(self, form):
        return True

    def perform(self, fields):
        return ballots.cast_ballot(
            item_id=self.item.pk, choice=fields["choice"], actor=self.actor, now=self.now
        )

    def summary(self, form):
        return [(_("您的意见"), Choice(form.cleaned_data["choice"]).label)]

    def back_url(self):
        return reverse("deliberation:my_ballots")

    def trail(self):
        return [{"label": _("我的表决"), "href": self.back_url()}, {"label": self.title}]


class MarkPaper(BallotPage):
    key = "mark_paper"
    template_name = "deliberation/ballot_act.html"
    form_class = PaperForm
    done = gettext_lazy("已登记领取纸质票。")

    def form_kwargs(self):
        return {"members": ballot_browse.unused_of(self.item)}

    def perform(self, fields):
        return ballots.mark_paper(
            item_id=self.item.pk, member_ids=fields["members"], actor=self.actor, now=self.now
        )


class EnterTally(BallotPage):
    key = "enter_tally"
    template_name = "deliberation/ballot_tally.html"
    form_class = TallyForm

    def may_refusal(self):
        found = paper_counts.teller_reasons(self.actor, self.item, self.today)
        return NotAllowed(*found) if found else None

    def perform(self, fields):
        box, agrees = paper_counts.enter_tally(
            item_id=self.item.pk, **fields, actor=self.actor, now=self.now
        )
        self.done = {
            None: _("已录入，等另一位计票人录入。"),
            True: _("两人的清点一致，计入结果。"),
            False: _("两人的清点不一致，请重新清点，再各自录入一次。"),
        }[agrees]
        return box

    def extra(self):
        return {"entered": ballot_browse.entered(self.item)}


class CloseBallot(BallotPage):
    key = "close_ballot"
    template_name = "deliberation/ballot_act.html"
    form_class = CloseBallotForm

    def form_kwargs(self):
        box = self.item.ballot or {"entitled": 0, "used": 0}
        return {"waiting": box["entitled"] - box["used"]}

    def perform(self, fields):
        item = ballots.close_ballot(
            item_id=self.item.pk, is_cut_off=fields.get("is_cut_off", False), actor=self.actor,
            now=self.now,
        )  # fmt: skip
        self.done = _("投票截止：赞成%(yes)s、反对%(no)s、弃权%(abstain)s，%(result)s。") % {
            "yes": item.yes, "no": item.no, "abstain": item.abstain,
            "result": item.get_result_display(),
        }  # fmt: skip
        return item


@require_safe
def my_ballots(request):
    """The open ballots of the signed-in member."""
    rights = list(ballot_browse.ballots_of(request.user)[:20])
    return render(request, "deliberation/ballot_mine.html", {"rights": rights})


@require_safe
def ballot_state(request, pk, position):
    """How many have voted, as a part of a page that asks again; the page anew once it is over."""
    meeting = browse.meeting(pk)
    item = next((one for one in browse.agenda(meeting) if one.position == position), None)
    if item is None or ballot_acts.box_of(item) is None:
        raise NotFound(Reason("not_found", _("没有找到这次无记名投票。")))
    ballot_browse.with_counts([item])
    context = {"meeting": meeting, "item": item, "now": timezone.now()}
    answer = render(request, "deliberation/_ballot_state.html", context)
    if request.headers.get("HX-Request") and not item.ballot["is_open"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


def ballot_ways(item, meeting, user, who, now):
    """The buttons of the item's ballot for the staff of the place: label, href, reasons."""
    found = {}
    if item.ballot is None:
        found = {"open_ballot": who}
    elif item.ballot["is_open"]:
        found = {"mark_paper": who, "close_ballot": who}
        if item.ballot["paper"]:
            tellers = paper_counts.teller_reasons(user, item, timezone.localdate(now))
            found["enter_tally"] = tellers
    shown = []
    for key, against in found.items():
        reasons = ballot_acts.reasons(key, item, meeting, against, now)
        href = reverse(f"deliberation:{key}", args=[meeting.pk, item.position])
        label = ballot_acts.BALLOT_ACTS[key].label
        shown.append({"label": label, "href": href, "reasons": reasons, "allowed": not reasons})
    return shown
