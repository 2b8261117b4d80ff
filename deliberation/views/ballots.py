"""Pages of one agenda item: the vote and the deferral."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.refusals import Conflict, NotAllowed, NotFound, Reason
from deliberation import browse, meeting_acts, rules
from deliberation.choices import ItemResult, VoteMethod
from deliberation.forms.ballots import VoteForm
from deliberation.forms.meetings import ReasonForm
from deliberation.services import items, votes
from deliberation.views.shared import KeepsForm


class ItemPage(KeepsForm):
    """The page of `vote` or `defer` for one item of a meeting's agenda."""

    key = ""

    def load(self, pk, position):
        self.meeting = browse.meeting(pk)
        agenda = browse.agenda(self.meeting)
        self.item = next((one for one in agenda if one.position == position), None)
        if self.item is None:
            raise NotFound(Reason("not_found", _("没有找到这个议题。")))
        self.matter = self.item.matter

    def may_refusal(self):
        reasons = meeting_acts.who_reasons(self.user, self.meeting, self.now)
        return NotAllowed(*reasons) if reasons else None

    def can_refusal(self):
        reasons = meeting_acts.item_reasons(self.key, self.item, self.meeting, [], self.now)
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
        return super().words() | {
            "meeting": self.meeting, "item": self.item, "matter": self.matter,
        }  # fmt: skip


class Vote(ItemPage):
    key = "vote"
    template_name = "deliberation/meeting_vote.html"
    form_class = VoteForm
    title = gettext_lazy("登记表决")
    label = gettext_lazy("登记表决结果")
    is_grave = True

    def load(self, pk, position):
        super().load(pk, position)
        self.members = browse.roster(self.meeting)
        # the rule of the service, so that the boxes ticked here are those it will add
        self.interested = items.interested_members(self.item, self.today)

    def form_kwargs(self):
        return {"members": self.members, "interested": self.interested}

    def initial(self):
        return {"presenter": self.item.presenter, "method": VoteMethod.HANDS_TALLY}

    def perform(self, fields):
        tally = {name: fields[name] for name in ("yes", "no", "abstain")}
        item = votes.vote(
            item_id=self.item.pk, method=fields["method"], **tally, votes=self.form.votes(),
            recusals=self.form.recusals(), presenter=fields["presenter"],
            discussion=fields["discussion"], tellers=fields["tellers"], actor=self.actor,
            now=self.now,
        )  # fmt: skip
        self.done = _(
            "“%(title)s”：有表决权%(all)s人，赞成%(yes)s、反对%(no)s、弃权%(abstain)s，%(result)s。"
        ) % {
            "title": self.matter.proposal.title, "all": item.entitled, "yes": item.yes,
            "no": item.no, "abstain": item.abstain, "result": item.get_result_display(),
        }  # fmt: skip
        return item

    def summary(self, form):
        said = form.cleaned_data
        entitled = len(form.entitled())
        names = {one.pk: one.person.name for one in self.members}
        recused = [names[entry["member_id"]] for entry in form.recusals()]
        recused += [names[pk] for pk in sorted(self.interested)]
        carried = rules.is_carried(said["yes"], entitled)
        rows = [
            (_("项目"), self.matter.proposal.label),
            (_("议题"), self.item.get_purpose_display()),
            (_("介绍人"), said["presenter"]),
            (_("表决方式"), VoteMethod(said["method"]).label),
            (_("回避"), "、".join(recused) or _("无")),
            (_("有表决权的到会人数"), entitled),
            (
                _("票数"),
                _("赞成%(yes)s、反对%(no)s、弃权%(abstain)s")
                % {name: said[name] for name in ("yes", "no", "abstain")},
            ),
            (_("按票数得出的结果"), (ItemResult.CARRIED if carried else ItemResult.LOST).label),
        ]
        optional = [(_("计票人、监票人"), said["tellers"]), (_("主要发言摘要"), said["discussion"])]
        return rows + [row for row in optional if row[1]]

    def extra(self):
        present = sum(one.is_present for one in self.members)
        out = sum(one.is_present and one.pk in self.interested for one in self.members)
        by_person = {one.person_id: one.pk for one in self.members}
        return {
            "present": present,
            "entitled": present - out,
            "chair_is_out": by_person.get(self.meeting.chair_id) in self.interested,
            "review": browse.last_review(self.matter),
            "problems": browse.problem_list(self.matter) if self.matter.is_works else None,
        }


class Defer(ItemPage):
    key = "defer"
    form_class = ReasonForm
    title = gettext_lazy("缓议")
    help = gettext_lazy("本次会议不表决这个议题，项目转为“流会待议”，可列入下一次会议。")
    done = gettext_lazy("已登记缓议。")
    is_grave = True

    def perform(self, fields):
        return votes.defer_item(
            item_id=self.item.pk, reason=fields["reason"], actor=self.actor, now=self.now
        )
