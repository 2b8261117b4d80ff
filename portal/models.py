"""Messages to people, and what people do about waiting: urging, supervision, letters."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnly
from portal.choices import (
    Carrier,
    EmailMode,
    Kind,
    LetterKind,
    LetterState,
    SupervisorLevel,
)
from portal.rules import REASON_MAX, TEXT_MAX, Level


class Notification(models.Model):
    """One message for one person about one thing that happened to a matter, named by `key`."""

    person = models.ForeignKey(
        "accounts.Person", on_delete=models.CASCADE, related_name="notifications"
    )
    matter = models.ForeignKey(
        "deliberation.Matter", on_delete=models.PROTECT, related_name="notifications"
    )
    event = models.ForeignKey(
        "deliberation.MatterEvent",
        on_delete=models.PROTECT,
        null=True,
        related_name="notifications",
    )
    kind = models.CharField(_("类别"), max_length=12, choices=Kind, default=Kind.EVENT)
    # "event:<pk>", "urge:<pk>", "overdue:<escalation>": the same thing is told to a person once.
    key = models.CharField(max_length=60)
    # Whether the next act was this person's when it was told; otherwise a copy (抄送).
    asks_act = models.BooleanField(_("轮到本人"), default=False)
    text = models.CharField(_("内容"), max_length=300)
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True)

    class Meta:
        db_table = "portal_notification"
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notification_told_once"),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="notification_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.EVENT) | Q(event__isnull=False),
                name="notification_has_its_event",
            ),
        ]
        indexes = [models.Index(fields=["person", "-at"], name="notification_inbox_idx")]

    def __str__(self):
        return self.text


class Urge(AppendOnly, models.Model):
    """Somebody urged those whose turn it was (催办)."""

    matter = models.ForeignKey(
        "deliberation.Matter", on_delete=models.PROTECT, related_name="urges"
    )
    # Key of the act that was waited for.
    turn = models.CharField(_("催办事项"), max_length=32)
    text = models.CharField(_("催办内容"), max_length=TEXT_MAX)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("催办人身份"), max_length=30)
    at = models.DateTimeField(_("时间"))
    on = models.DateField(_("日期"))
    told_count = models.PositiveSmallIntegerField(_("通知人数"))

    class Meta:
        db_table = "portal_urge"
        verbose_name = verbose_name_plural = _("催办")
        constraints = [
            # The days between two are asked by the service; a double press meets this.
            models.UniqueConstraint(fields=["matter", "person", "on"], name="urge_once_a_day"),
            models.CheckConstraint(condition=~Q(text=""), name="urge_has_words"),
        ]

    def __str__(self):
        return f"{self.matter_id} {self.turn}"


class Supervision(models.Model):
    """A matter under supervision (督办) with a day and a reason, until it is lifted with a result."""

    matter = models.ForeignKey(
        "deliberation.Matter", on_delete=models.PROTECT, related_name="supervisions"
    )
    # The matter's key while open, null when lifted: one open supervision a matter.
    open_key = models.PositiveBigIntegerField(null=True, unique=True)
    level = models.CharField(_("督办单位"), max_length=10, choices=SupervisorLevel)
    reason = models.CharField(_("督办理由"), max_length=REASON_MAX)
    opened_on = models.DateField(_("督办日期"))
    due_on = models.DateField(_("办结期限"))
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("督办时间"))
    result = models.CharField(_("督办结果"), max_length=REASON_MAX, blank=True)
    lifted_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("解除时间"), null=True)

    class Meta:
        db_table = "portal_supervision"
        verbose_name = verbose_name_plural = _("督办")
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=SupervisorLevel.values), name="supervision_level_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="supervision_says_why"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opened_on")), name="supervision_runs_forward"
            ),
            models.CheckConstraint(
                # said twice: NULL = x is unknown, and a CHECK lets the unknown pass
                condition=Q(
                    open_key__isnull=False,
                    open_key=F("matter"),
                    lifted_at__isnull=True,
                    lifted_by__isnull=True,
                    result="",
                )
                | (
                    Q(open_key__isnull=True, lifted_at__isnull=False, lifted_by__isnull=False)
                    & ~Q(result="")
                ),
                name="supervision_lifted_has_result",
            ),
        ]

    def __str__(self):
        return f"{self.matter_id} {self.due_on}"

    @property
    def is_open(self):
        return self.lifted_at is None


class Escalation(AppendOnly, models.Model):
    """A turn was so late that this level was told. Its natural key makes the tick repeatable."""

    matter = models.ForeignKey(
        "deliberation.Matter", on_delete=models.PROTECT, related_name="escalations"
    )
    turn = models.CharField(_("事项"), max_length=32)
    began_at = models.DateTimeField(_("轮到时间"))
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level)
    due_on = models.DateField(_("期限"))
    at = models.DateTimeField(_("时间"))
    told_count = models.PositiveSmallIntegerField(_("通知人数"))

    class Meta:
        db_table = "portal_escalation"
        verbose_name = verbose_name_plural = _("超期提醒")
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "turn", "began_at", "level"], name="escalation_once_a_level"
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="escalation_level_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.matter_id} {self.turn} {self.level}"


class Channel(models.Model):
    """How a person is told outside the house. Messages on the desk are always there."""

    person = models.OneToOneField(
        "accounts.Person", on_delete=models.CASCADE, related_name="channel"
    )
    email = models.EmailField(_("邮箱"), max_length=254, blank=True)
    email_mode = models.CharField(
        _("邮件通知"), max_length=8, choices=EmailMode, default=EmailMode.NONE
    )
    # Names the confirmation that was asked for last: links for an earlier address are void.
    nonce = models.CharField(max_length=32, blank=True)
    asked_at = models.DateTimeField(_("确认邮件时间"), null=True)
    confirmed_at = models.DateTimeField(_("邮箱确认时间"), null=True)
    # Only what was told from then on leaves by e-mail: choosing it does not pour out the past.
    mail_from = models.DateTimeField(_("邮件起始"), null=True)
    sms_overdue = models.BooleanField(_("超期时发短信"), default=True)

    class Meta:
        db_table = "portal_channel"
        verbose_name = verbose_name_plural = _("通知方式")
        constraints = [
            models.CheckConstraint(
                condition=Q(email_mode__in=EmailMode.values), name="channel_mode_is_known"
            ),
            models.CheckConstraint(
                condition=Q(email_mode=EmailMode.NONE) | ~Q(email=""),
                name="channel_mode_has_address",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, mail_from__isnull=True)
                | (Q(confirmed_at__isnull=False, mail_from__isnull=False) & ~Q(email="")),
                name="channel_confirmed_is_whole",
            ),
        ]

    def __str__(self):
        return f"{self.person_id}"

    @property
    def is_confirmed(self):
        return self.confirmed_at is not None


class Letter(models.Model):
    """One e-mail or short message on its way out; its key says what for, and is taken once."""

    # "confirm:<nonce>", "digest:<person>:<day>", "mail:<notification>", "sms:<notification>"
    key = models.CharField(max_length=60, unique=True)
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="letters")
    carrier = models.CharField(_("方式"), max_length=5, choices=Carrier)
    kind = models.CharField(_("类别"), max_length=8, choices=LetterKind)
    on = models.DateField(_("日期"))
    state = models.CharField(
        _("状态"), max_length=8, choices=LetterState, default=LetterState.READY
    )
    created_at = models.DateTimeField(_("写成时间"))
    available_at = models.DateTimeField(_("可发送时间"))
    # The number of tries is the token of a claim.
    tries = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    claimed_until = models.DateTimeField(_("占用至"), null=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True)
    error = models.CharField(_("错误类别"), max_length=80, blank=True)

    class Meta:
        db_table = "portal_letter"
        verbose_name = verbose_name_plural = _("邮件和短信")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="letter_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(carrier__in=Carrier.values, kind__in=LetterKind.values),
                name="letter_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state=LetterState.SENT, sent_at__isnull=False)
                | (~Q(state=LetterState.SENT) & Q(sent_at__isnull=True)),
                name="letter_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[LetterState.CLAIMED, LetterState.LEAVING],
                    claimed_until__isnull=False,
                )
                | (
                    ~Q(state__in=[LetterState.CLAIMED, LetterState.LEAVING])
                    & Q(claimed_until__isnull=True)
                ),
                name="letter_claimed_has_end",
            ),
        ]
        indexes = [models.Index(fields=["state", "available_at"], name="letter_due_idx")]

    def __str__(self):
        return self.key


class LetterItem(models.Model):
    """A notification that a letter carries: by one way it leaves the house once."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="items")
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="items")
    carrier = models.CharField(_("方式"), max_length=5, choices=Carrier)

    class Meta:
        db_table = "portal_letter_item"
        verbose_name = verbose_name_plural = _("邮件内容")
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "carrier"], name="letter_item_once_a_way"
            ),
        ]

    def __str__(self):
        return f"{self.letter_id} {self.notification_id}"
