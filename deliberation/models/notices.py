"""Steps 5 and 6: the notice with its objections, and the street's decision."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from deliberation.choices import (
    Decision,
    Ground,
    NoticeState,
    ObjectionChannel,
    ObjectionState,
    SendBack,
)
from deliberation.models.matters import Matter


class Notice(models.Model):
    """A resolution posted for full days (决议公示). `open_key` allows one open notice a matter."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="notices")
    open_key = models.BigIntegerField(null=True, unique=True)
    number = models.CharField(_("公示编号"), max_length=48, unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=NoticeState)
    content = models.TextField(_("公示内容"))
    content_digest = models.CharField(_("内容摘要"), max_length=64)
    places = models.CharField(_("张贴位置"), max_length=200)
    photo = models.ForeignKey(
        "core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    contact_name = models.CharField(_("联系人"), max_length=40)
    contact_phone = models.CharField(_("联系电话"), max_length=20)
    contact_address = models.CharField(_("受理地址"), max_length=120)
    posted_at = models.DateTimeField(_("发布时间"))
    posted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(_("公示天数"))
    mode = models.CharField(_("计日方式"), max_length=10)
    starts_at = models.DateTimeField(_("起算"))
    ends_at = models.DateTimeField(_("届满"))
    concluded_at = models.DateTimeField(_("结束办理"), null=True)

    class Meta:
        db_table = "delib_notice"
        verbose_name = _("决议公示")
        verbose_name_plural = _("决议公示")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=NoticeState.values), name="notice_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), starts_at__gt=F("posted_at")),
                name="notice_runs_forward",
            ),
            models.CheckConstraint(
                # "not null" in words: a comparison with NULL would pass the check
                condition=~Q(state=NoticeState.CONCLUDED)
                | Q(concluded_at__isnull=False, concluded_at__gte=F("ends_at")),
                name="notice_never_ends_early",
            ),
        ]

    def __str__(self):
        return self.number


class Objection(models.Model):
    """An objection in writing; what is said, apart from who said it."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections")
    number = models.CharField(_("异议编号"), max_length=56, unique=True)
    receipt_code = models.CharField(_("查询码"), max_length=16, unique=True)
    form_token = models.CharField(max_length=40, unique=True, null=True)
    channel = models.CharField(_("形式"), max_length=8, choices=ObjectionChannel)
    content = models.TextField(_("异议事由"))
    filed_at = models.DateTimeField(_("提出时间"))
    recorded_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    scan = models.ForeignKey(
        "core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(_("状态"), max_length=10, choices=ObjectionState)
    answer_due_on = models.DateField(_("答复期限"))
    inquiry = models.TextField(_("核查情况"), blank=True)
    answer = models.TextField(_("答复"), blank=True)
    send_back = models.CharField(_("后续"), max_length=10, choices=SendBack, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("答复时间"), null=True)

    class Meta:
        db_table = "delib_objection"
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ObjectionState.values), name="objection_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ObjectionState.UPHELD, ObjectionState.DISMISSED])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(answer="")),
                name="objection_decided_is_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state=ObjectionState.UPHELD) | ~Q(send_back=""),
                name="objection_upheld_goes_back",
            ),
        ]

    def __str__(self):
        return self.number


class ObjectionContact(models.Model):
    """Who objects: personal data, apart, read by staff in scope only; kept out of every chain."""

    objection = models.OneToOneField(Objection, on_delete=models.PROTECT, related_name="contact")
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("电话"), max_length=20)

    class Meta:
        db_table = "delib_objector"
        verbose_name = _("异议人")
        verbose_name_plural = _("异议人")

    def __str__(self):
        return str(self.objection_id)


class StreetDecision(models.Model):
    """Step 6: submitted by the affairs desk, decided by another person (审定立项)."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="decisions")
    open_key = models.BigIntegerField(null=True, unique=True)
    submitted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    submitter = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("送审时间"))
    note = models.CharField(_("送审意见"), max_length=500, blank=True)
    content_digest = models.CharField(_("内容摘要"), max_length=64)
    decision = models.CharField(_("决定"), max_length=10, choices=Decision)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decider = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("审定时间"), null=True)
    ground = models.CharField(_("事由"), max_length=10, choices=Ground, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    forum = models.CharField(_("审定会议或签批"), max_length=120, blank=True)
    document_number = models.CharField(_("下达文号"), max_length=60, blank=True)
    agreement_number = models.CharField(_("立项协议号"), max_length=40, null=True, unique=True)
    agreement_on = models.DateField(_("立项协议签订日"), null=True)
    implementer = models.CharField(_("实施主体"), max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(_("资金年度"), null=True)
    amount_fen = models.BigIntegerField(_("审定金额（分）"), null=True)

    class Meta:
        db_table = "delib_decision"
        verbose_name = _("街道审定")
        verbose_name_plural = _("街道审定")
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=Decision.values), name="decision_is_known"
            ),
            models.CheckConstraint(
                condition=Q(decider__isnull=True) | ~Q(decider=F("submitter")),
                name="decision_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(decision=Decision.PENDING, decided_at__isnull=True)
                | (
                    ~Q(decision=Decision.PENDING)
                    & Q(decided_at__isnull=False, decider__isnull=False)
                ),
                name="decision_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.ESTABLISH)
                | Q(
                    agreement_number__isnull=False,
                    agreement_on__isnull=False,
                    year__isnull=False,
                    amount_fen__isnull=False,
                    amount_fen__gt=0,
                ),
                name="decision_agreed_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=[Decision.RETURN, Decision.REJECT])
                | (~Q(ground="") & ~Q(reason="")),
                name="decision_refusal_has_ground",
            ),
        ]

    def __str__(self):
        return f"{self.matter_id} {self.get_decision_display()}"
