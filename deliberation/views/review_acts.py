"""Pages of the acts of step 3: opinions, survey, summary, the joint review and its signatures."""

from django.utils.translation import gettext_lazy as _

from communities.permissions import holds
from communities.roles import Role
from core.refusals import Conflict, Reason
from deliberation import policies, present, present_record
from deliberation.forms.review_acts import (
    OpinionForm,
    ReasonForm,
    ReviewForm,
    SummaryForm,
    SurveyForm,
    seats_of,
)
from deliberation.present_fit import judged_rows
from deliberation.services import reviews
from deliberation.views.base import ActPage


class ReviewPage(ActPage):
    """What every page of step 3 shows beside its form: the content and the record so far."""

    template_name = "deliberation/review_act.html"

    def extra(self):
        proposal = self.matter.proposal
        eyes = present.eyes_of(self.user, self.matter, self.today)
        return {
            "proposal": proposal,
            "eyes": eyes,
            "lines": list(proposal.line_items.order_by("position")),
            "needs": present.cited_needs(proposal),
            "rounds": present.cited_rounds(self.matter),
            "applicant": present.applicant(proposal, eyes),
            "purse": present.purse(self.matter, self.today),
            "attachments": present.attachments(proposal, eyes),
            "opinions": present_record.opinions(self.matter),
            "surveys": present_record.surveys(self.matter),
            "gatekeeping": present_record.summary(self.matter),
        }


class OpinionPage(ReviewPage):
    key = "give_opinion"
    form_class = OpinionForm
    label = _("提交意见")
    done = _("意见已记录。")

    def load(self, pk):
        super().load(pk)
        pending = self.matter.opinions.filter(
            round=self.matter.round, answered_at__isnull=True
        ).select_related("office")
        self.offices = [
            opinion.office
            for opinion in pending.order_by("pk")
            if holds(self.user, Role.DEPARTMENT_REVIEWER, office=opinion.office, on=self.today)
        ]

    def can_refusal(self):
        refusal = super().can_refusal()
        if refusal is None and not self.offices:
            return Conflict(
                Reason(
                    "not_your_department",
                    _("没有待您所在部门答复的把控任务。"),
                    _("各部门只答复本部门的意见，每轮一次。"),
                    _("已答复的不必重复；请由尚未答复的部门办理。"),
                )
            )
        return refusal

    def form_kwargs(self):
        return {"offices": self.offices}

    def perform(self, fields):
        return reviews.give_opinion(
            matter_id=self.matter.pk,
            office_id=fields.pop("office"),
            **fields,
            actor=self.actor,
            now=self.now,
        )


class SurveyPage(ReviewPage):
    key = "record_survey"
    form_class = SurveyForm
    label = _("登记")
    done = _("勘查记录已登记，项目回到“两委”审核。")

    def initial(self):
        return {"surveyed_on": self.today}

    def perform(self, fields):
        return reviews.record_survey(
            matter_id=self.matter.pk, **fields, actor=self.actor, now=self.now
        )


class SummaryPage(ReviewPage):
    key = "summarise_gatekeeping"
    form_class = SummaryForm
    label = _("提交梳理")
    done = _("问题清单和必要性已记录。下一步由“两委”联席审核。")

    def perform(self, fields):
        return reviews.summarise_gatekeeping(
            matter_id=self.matter.pk, **fields, actor=self.actor, now=self.now
        )


class RecordReviewPage(ReviewPage):
    """The record of the joint meeting; attendees are chosen from those who hold the capacity."""

    key = "record_review"
    form_class = ReviewForm
    label = _("录入记录")
    template_name = "deliberation/record_review.html"
    done = _("联席会议记录已录入，待社区党委、居委会签署。")

    def initial(self):
        return {"held_on": self.today}

    def form_kwargs(self):
        return {
            "seats": seats_of(self.matter, self.today),
            "needs": judged_rows(self.matter.proposal, self.now, also=self.keys_posted()),
        }

    def keys_posted(self):
        """What was on the page that was sent: the ranking may have moved since."""
        keys = (name[4:] for name in self.request.POST if name.startswith("fit-"))
        return [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 16]

    def make_form(self, data=None, files=None):
        self.bound = super().make_form(data, files)
        return self.bound

    def perform(self, fields):
        words = {
            name: fields[name]
            for name in ("held_on", "fit", "fit_reason", "conclusion", "reason", "no_need_reason")
            if name in fields
        }
        return reviews.record_review(
            matter_id=self.matter.pk,
            attendees=self.bound.entries(),
            needs=self.bound.verdicts(),
            **words,
            actor=self.actor,
            now=self.now,
        )


class DiscardReviewPage(ReviewPage):
    """Make the record that waits for signatures void."""

    key = "discard_review"
    form_class = ReasonForm
    is_danger = True
    label = _("确认作废")
    done = _("记录已作废。请重新录入联席会议记录。")

    def perform(self, fields):
        return reviews.discard_review(
            matter_id=self.matter.pk, **fields, actor=self.actor, now=self.now
        )


class SignReviewPage(ReviewPage):
    """The record to be signed; the page is its own confirmation."""

    key = "sign_review"
    template_name = "deliberation/sign_review.html"
    label = _("确认签署")
    done = _("已签署。")

    def load(self, pk):
        super().load(pk)
        self.review = policies.open_review(self.matter)
        self.attendees, self.mine = [], []
        if self.review is not None:
            self.attendees = list(self.review.attendees.select_related("person").order_by("pk"))
        for one in self.attendees:
            is_mine = one.person_id == getattr(self.user, "person_id", None)
            if is_mine and not one.is_recused and one.signed_at is None:
                self.mine.append(one)

    def can_refusal(self):
        refusal = super().can_refusal()
        if refusal is None and not self.mine:
            return Conflict(
                Reason(
                    "nothing_to_sign",
                    _("联席会议记录中没有待您签署的身份。"),
                    _("由到会、未回避且有签署任职的人签署。"),
                    _("请核对到会人员名单；已签署的不必重复。"),
                )
            )
        return refusal

    def perform(self, fields):
        return reviews.sign_review(matter_id=self.matter.pk, actor=self.actor, now=self.now)

    def extra(self):
        return super().extra() | {"review": self.review, "mine": self.mine}
