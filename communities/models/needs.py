"""The need pool: one per community, with its needs, their changes and their supporters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.categories import BENEFICIARIES, CATEGORIES, CHANGES
from communities.machine import LOOKS, NeedMachine, NeedStatus
from communities.models.offices import Office
from communities.models.places import Community, Estate
from core.append_only import AppendOnly
from core.models import StoredFile


class Channel(models.TextChoices):
    QUESTIONNAIRE = "questionnaire", _("问需表")
    VISIT = "visit", _("入户走访")
    HOTLINE = "hotline", _("热线")
    WECHAT = "wechat", _("微信群")
    ONLINE = "online", _("线上")
    FORUM = "forum", _("座谈")
    PROXY = "proxy", _("代填")


class Urgency(models.TextChoices):
    NORMAL = "normal", _("一般")
    URGENT = "urgent", _("急事")
    HARD = "hard", _("难事")


class NeedPool(models.Model):
    community = models.OneToOneField(
        Community, on_delete=models.PROTECT, related_name="pool", verbose_name=_("社区")
    )
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        db_table = "comm_need_pool"
        verbose_name = verbose_name_plural = _("社区需求库")

    def __str__(self):
        return f"{self.community}需求库"


class NeedQuerySet(models.QuerySet):
    def public(self):
        """What anybody may read: everything but what its author took back."""
        return self.exclude(status=NeedStatus.WITHDRAWN)

    def ranked(self):
        """Most wanted first; entries keyed in without their paper do not compete."""
        return self.filter(is_ranked=True).by_voices()

    def by_voices(self):
        """More people first, those who came with merged needs among them."""
        return self.order_by((F("supporter_count") + F("merged_voices")).desc(), "-pk")

    def with_places(self):
        return self.select_related(
            "pool__community__street__district", "answerer", "merged_into", "estate", "round"
        )


class Need(NeedMachine):
    pool = models.ForeignKey(
        NeedPool, on_delete=models.PROTECT, related_name="needs", verbose_name=_("需求库")
    )
    number = models.CharField(_("需求编号"), max_length=40, unique=True)
    query_code = models.CharField(_("查询码"), max_length=16, unique=True)
    # The token of the form that was sent: a second press of the button finds the first need.
    form_token = models.CharField(max_length=64, unique=True, null=True, blank=True)
    channel = models.CharField(_("渠道"), max_length=16, choices=Channel.choices)
    category = models.CharField(
        _("类别"), max_length=24, choices=[(c.key, c.label) for c in CATEGORIES.values()]
    )
    # Phone and identity numbers are masked before these two are stored; see NeedContact.
    content = models.TextField(_("内容"))
    estate = models.ForeignKey(
        Estate,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs",
        verbose_name=_("小区"),
    )
    # Longer than what may be typed: the name of an unknown estate stands before it.
    place_text = models.CharField(_("地点"), max_length=200, blank=True)
    beneficiaries = models.CharField(_("受益群体"), max_length=120, blank=True)
    urgency = models.CharField(_("紧迫度"), max_length=8, choices=Urgency.choices)
    reason = models.TextField(_("办结理由"), blank=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    # Kept as a row: a later change of the calendar does not move a promise that was made.
    reply_due_on = models.DateField(_("答复期限"), null=True, blank=True)
    # Empty: the residents' committee of the community.
    answerer = models.ForeignKey(
        Office,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs_to_answer",
        verbose_name=_("答复单位"),
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        verbose_name=_("合并到"),
    )
    # A suspicion of the machine that the same stands in the pool already; people decide.
    alike_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="look_alikes",
        verbose_name=_("疑似重复"),
    )
    alike_checked_at = models.DateTimeField(_("查重时间"), null=True, blank=True)
    supporter_count = models.PositiveIntegerField(_("附议人数"), default=0)
    # People of the needs merged into this one who did not support it as well. Their voices stay
    # where they were given; this is only the sum (communities.services.need_care:voices_merged).
    merged_voices = models.PositiveIntegerField(_("合并带来的人数"), default=0)
    questionnaire_count = models.PositiveIntegerField(_("问卷份数"), default=0)
    created_at = models.DateTimeField(_("登记时间"))
    updated_at = models.DateTimeField(_("更新时间"))
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="filed_needs",
        verbose_name=_("登记人"),
    )
    on_behalf = models.BooleanField(_("代为登记"), default=False)
    form_scan = models.ForeignKey(
        StoredFile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("纸质表扫描件"),
    )
    scan_missing_reason = models.CharField(_("无扫描件的原因"), max_length=200, blank=True)
    collector = models.CharField(_("收集人"), max_length=40, blank=True)
    collected_on = models.DateField(_("收集日期"), null=True, blank=True)
    photo = models.ForeignKey(
        StoredFile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("现场照片"),
    )
    # Faces may be on it: somebody looks before everybody does.
    photo_is_public = models.BooleanField(_("照片公开"), default=False)
    # The round of questionnaires whose form this was keyed in from.
    round = models.ForeignKey(
        "communities.SolicitationRound",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs",
        verbose_name=_("问需轮次"),
    )
    # False for an entry keyed in for somebody else without the signed paper.
    is_ranked = models.BooleanField(_("计入排名"), default=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        db_table = "comm_need"
        verbose_name = verbose_name_plural = _("需求")
        indexes = [
            models.Index(fields=["pool", "status"], name="need_pool_status_idx"),
            models.Index(fields=["status", "updated_at"], name="need_status_updated_idx"),
            models.Index(fields=["category"], name="need_category_idx"),
            models.Index(fields=["alike_checked_at"], name="need_alike_checked_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=NeedStatus.values), name="need_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="need_channel_is_known"
            ),
            models.CheckConstraint(
                condition=Q(urgency__in=Urgency.values), name="need_urgency_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(reason=""), name="need_declined_says_why"
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
                name="need_merged_says_where",
            ),
            models.CheckConstraint(
                condition=Q(on_behalf=False) | Q(filed_by__isnull=False),
                name="need_on_behalf_has_clerk",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="need_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(photo_is_public=False) | Q(photo__isnull=False),
                name="need_public_photo_is_there",
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("communities:need", args=[self.number])

    @property
    def community(self):
        return self.pool.community

    @property
    def place(self):
        """Where it is, in one line: the estate, if it is one we know, and the words beside it."""
        return " ".join(part for part in (str(self.estate or ""), self.place_text) if part)

    @property
    def look(self):
        """The state of components/badge.html that goes with the status."""
        return LOOKS[self.status]

    @property
    def committee_name(self):
        return f"{self.community.name.removesuffix('社区')}居委会"

    @property
    def is_overdue(self):
        """No answer, and the day by which one was promised is over."""
        return bool(
            self.waits_for_answer and self.reply_due_on and self.reply_due_on < timezone.localdate()
        )

    @property
    def waits_for_answer(self):
        """Open and without a word; what a proposal has taken up was answered by that."""
        return self.status == NeedStatus.OPEN and not self.answer

    @property
    def answerer_name(self):
        """Who has to answer."""
        return self.answerer.name if self.answerer_id else self.committee_name

    @property
    def people_count(self):
        """Author, supporters and the people of merged needs, each once as far as we can know."""
        return 1 + self.supporter_count + self.merged_voices

    @property
    def category_label(self):
        return CATEGORIES[self.category].label

    @property
    def beneficiary_keys(self):
        return tuple(key for key in self.beneficiaries.split(",") if key)

    @property
    def beneficiary_labels(self):
        return [BENEFICIARIES[key] for key in self.beneficiary_keys]


class NeedContact(models.Model):
    """The personal data of a need, apart so that it can be erased without touching the rest."""

    need = models.OneToOneField(Need, on_delete=models.PROTECT, related_name="contact")
    name = models.CharField(_("称呼"), max_length=40, blank=True)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    # The words as typed, kept only when masking changed them.
    content_as_typed = models.TextField(blank=True)
    consent_version = models.CharField(_("同意书版本"), max_length=20)
    consented_at = models.DateTimeField(_("同意时间"))

    class Meta:
        db_table = "comm_need_contact"
        verbose_name = verbose_name_plural = _("需求联系方式")

    def __str__(self):
        return f"{self.need}"


class NeedChange(AppendOnly, models.Model):
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("变更"), max_length=24)
    text = models.TextField(_("说明"), blank=True)

    class Meta:
        db_table = "comm_need_change"
        verbose_name = verbose_name_plural = _("需求变更")
        indexes = [models.Index(fields=["need", "at"], name="need_change_at_idx")]

    def __str__(self):
        return f"{self.need} {self.kind}"

    @property
    def kind_label(self):
        return CHANGES[self.kind]
