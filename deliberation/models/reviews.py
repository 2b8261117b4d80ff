"""Step 3: the gatekeeping departments, the survey and the joint review of the two committees."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deliberation.choices import Capacity, Conclusion, Fit, Opinion
from deliberation.models.matters import Matter


class DepartmentOpinion(models.Model):
    """One department's task on a works proposal: feasibility and legality (业务把控)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField(_("审核轮次"))
    office = models.ForeignKey(
        "communities.Office", on_delete=models.PROTECT, related_name="opinions"
    )
    asked_at = models.DateTimeField(_("发起时间"))
    feasibility = models.CharField(_("可行性"), max_length=8, choices=Opinion, blank=True)
    legality = models.CharField(_("合法性"), max_length=8, choices=Opinion, blank=True)
    comment = models.CharField(_("意见"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    class Meta:
        db_table = "delib_opinion"
        verbose_name = _("部门意见")
        verbose_name_plural = _("部门意见")
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "round", "office"], name="opinion_once_a_round"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, feasibility="", legality="")
                | Q(
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    feasibility__in=Opinion.values,
                    legality__in=Opinion.values,
                ),
                name="opinion_answers_both",
            ),
        ]

    def __str__(self):
        return f"{self.office} {self.matter_id}"

    @property
    def has_doubt(self):
        return Opinion.DOUBT in (self.feasibility, self.legality)

    @property
    def is_negative(self):
        return Opinion.NO in (self.feasibility, self.legality)


class Survey(models.Model):
    """A visit on site that answers a doubt (存疑勘查)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="surveys")
    round = models.PositiveSmallIntegerField(_("审核轮次"))
    surveyed_on = models.DateField(_("勘查日期"))
    people = models.CharField(_("参加人员"), max_length=200)
    conclusion = models.TextField(_("勘查结论"))
    photos = models.ManyToManyField("core.StoredFile", blank=True, related_name="+")
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        db_table = "delib_survey"
        verbose_name = _("勘查记录")
        verbose_name_plural = _("勘查记录")

    def __str__(self):
        return f"{self.matter_id} {self.surveyed_on}"


class GatekeepingSummary(models.Model):
    """Problem list and necessity, written for the council (梳理问题及必要性)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="summaries")
    round = models.PositiveSmallIntegerField(_("审核轮次"))
    problems = models.TextField(_("可能存在的问题"))
    necessity = models.TextField(_("实施的必要性"))
    written_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("时间"))

    class Meta:
        db_table = "delib_gate_summary"
        verbose_name = _("把控梳理")
        verbose_name_plural = _("把控梳理")
        constraints = [
            models.UniqueConstraint(fields=["matter", "round"], name="gate_summary_once"),
        ]

    def __str__(self):
        return f"{self.matter_id} r{self.round}"


class JointReviewQuerySet(models.QuerySet):
    def waiting(self):
        """Written, neither in effect nor void."""
        return self.filter(settled_at__isnull=True, discarded_at__isnull=True)


class JointReview(models.Model):
    """The joint meeting of the two committees on one matter (“两委”联席会议)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField(_("审核轮次"))
    number = models.PositiveSmallIntegerField(_("第几次记录"))
    held_on = models.DateField(_("会议日期"))
    fit = models.CharField(_("契合度"), max_length=8, choices=Fit)
    fit_reason = models.CharField(_("契合度依据"), max_length=500)
    no_need_reason = models.CharField(_("未引用需求的理由"), max_length=300, blank=True)
    conclusion = models.CharField(_("结论"), max_length=8, choices=Conclusion)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("记录时间"))
    settled_at = models.DateTimeField(_("生效时间"), null=True)
    # A wrong record is never changed: it is made void, stays readable, and a new one is written.
    discarded_at = models.DateTimeField(_("作废时间"), null=True)
    discard_reason = models.CharField(_("作废理由"), max_length=500, blank=True)

    objects = JointReviewQuerySet.as_manager()

    class Meta:
        db_table = "delib_review"
        verbose_name = _("“两委”审核")
        verbose_name_plural = _("“两委”审核")
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="review_number_once"),
            models.CheckConstraint(
                condition=Q(conclusion__in=Conclusion.values), name="review_conclusion_known"
            ),
            models.CheckConstraint(
                condition=Q(conclusion=Conclusion.PASS) | ~Q(reason=""),
                name="review_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True, discard_reason="")
                | (Q(discarded_at__isnull=False, settled_at__isnull=True) & ~Q(discard_reason="")),
                name="review_void_says_why",
            ),
        ]

    def __str__(self):
        return f"{self.matter_id} #{self.number}"


class ReviewAttendeeQuerySet(models.QuerySet):
    def unsigned(self):
        """Whose signature a record waits for; a void record waits for nobody."""
        return self.filter(
            review__in=JointReview.objects.waiting(), is_recused=False, signed_at__isnull=True
        )


class ReviewAttendee(models.Model):
    """Who was at the joint meeting, in which capacity, and whether this capacity was signed."""

    review = models.ForeignKey(JointReview, on_delete=models.PROTECT, related_name="attendees")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    capacity = models.CharField(_("身份"), max_length=10, choices=Capacity)
    is_recused = models.BooleanField(_("回避"), default=False)
    signed_at = models.DateTimeField(_("签署时间"), null=True)

    objects = ReviewAttendeeQuerySet.as_manager()

    class Meta:
        db_table = "delib_review_person"
        verbose_name = _("到会人员")
        verbose_name_plural = _("到会人员")
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person", "capacity"], name="attendee_capacity_once"
            ),
            models.CheckConstraint(
                condition=Q(is_recused=False) | Q(signed_at__isnull=True),
                name="attendee_recused_not_signed",
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.get_capacity_display()}"


class JudgedNeed(models.Model):
    """What the two committees said of one need: does the proposal meet it? The evidence of 契合度."""

    review = models.ForeignKey(JointReview, on_delete=models.PROTECT, related_name="judged_needs")
    need = models.ForeignKey(
        "communities.Need", on_delete=models.PROTECT, related_name="judgements"
    )
    is_cited = models.BooleanField(_("申报时引用"))
    is_confirmed = models.BooleanField(_("确认契合"))
    # What was shown when it was judged: place in the ranking, the words of the match, the people.
    rank = models.PositiveIntegerField(_("排名"), null=True)
    because = models.CharField(_("匹配依据"), max_length=300, blank=True)
    people_count = models.PositiveIntegerField(_("人数"))
    note = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        db_table = "delib_judged_need"
        verbose_name = _("需求契合判断")
        verbose_name_plural = _("需求契合判断")
        constraints = [
            models.UniqueConstraint(fields=["review", "need"], name="need_judged_once"),
            models.CheckConstraint(
                condition=Q(is_cited=True) | Q(is_confirmed=True), name="judged_strikes_only_cited"
            ),
        ]

    def __str__(self):
        return f"{self.review} {self.need_id}"
