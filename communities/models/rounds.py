"""Rounds of questionnaires (问需轮次): forms handed out, forms in, and what they say."""

import json

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities import rules
from communities.categories import CATEGORIES
from communities.machine import ROUND_LOOKS, RoundMachine, RoundState
from communities.models.needs import NeedPool
from core.append_only import AppendOnly
from core.models import StoredFile


class RoundMethod(models.TextChoices):
    PAPER = "paper", _("纸质问需表")
    ONLINE = "online", _("线上问卷")
    VISITS = "visits", _("入户走访填表")


# Words for the dated changes of a round.
ROUND_CHANGES = {
    "opened": _("开始发放"),
    "tallied": _("录入汇总"),
    "closed": _("收表结束，数据固定"),
    "corrected": _("更正数据"),
    "cancelled": _("取消"),
}


class RoundQuerySet(models.QuerySet):
    def public(self):
        """What anybody may read: rounds whose figures are fixed."""
        return self.filter(state=RoundState.CLOSED)

    def with_places(self):
        return self.select_related("pool__community__street__district")


class SolicitationRound(RoundMachine):
    """One round of one community; counts are forms. Only communities.services.rounds writes it."""

    pool = models.ForeignKey(
        NeedPool, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("需求库")
    )
    number = models.CharField(_("轮次编号"), max_length=40, unique=True)
    title = models.CharField(_("名称"), max_length=80)
    method = models.CharField(_("方式"), max_length=8, choices=RoundMethod.choices)
    opened_on = models.DateField(_("开始日期"))
    closed_on = models.DateField(_("结束日期"), null=True, blank=True)
    handed_out_where = models.CharField(_("发放地点"), max_length=120)
    # May name the person at the property office: for the staff of the place only.
    handed_out_by = models.CharField(_("发放人或单位"), max_length=80, blank=True)
    handed_out = models.PositiveIntegerField(_("发放份数"), default=0)
    returned = models.PositiveIntegerField(_("收回份数"), default=0)
    valid = models.PositiveIntegerField(_("有效份数"), default=0)
    summary_sheet = models.ForeignKey(
        StoredFile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("问需汇总表扫描件"),
    )
    cancel_reason = models.CharField(_("取消理由"), max_length=300, blank=True)
    # Proposals whose evidence rests on this round; counted by communities.services.rounds:cite.
    citation_count = models.PositiveIntegerField(_("被引用次数"), default=0)
    # Each act adds one: who saves figures seen before somebody else's act is told so.
    version = models.PositiveIntegerField(default=0)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("登记人"),
    )
    created_at = models.DateTimeField(_("登记时间"))
    updated_at = models.DateTimeField(_("更新时间"))
    closed_at = models.DateTimeField(_("汇总时间"), null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        db_table = "comm_round"
        verbose_name = verbose_name_plural = _("问需轮次")
        indexes = [
            models.Index(fields=["pool", "state"], name="round_pool_state_idx"),
            models.Index(fields=["state", "closed_on"], name="round_state_closed_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RoundState.values), name="round_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(method__in=RoundMethod.values), name="round_method_is_known"
            ),
            models.CheckConstraint(
                condition=Q(valid__gte=0, valid__lte=F("returned"), returned__lte=F("handed_out")),
                name="round_figures_agree",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="round_runs_forward",
            ),
            models.CheckConstraint(
                condition=(~Q(state="open") | Q(closed_on__isnull=True, closed_at__isnull=True))
                & (~Q(state="closed") | Q(closed_on__isnull=False, closed_at__isnull=False)),
                name="round_closed_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="round_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=Q(citation_count=0) | Q(state="closed"),
                name="round_cited_stays_closed",
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("communities:round", args=[self.number])

    @property
    def community(self):
        return self.pool.community

    @property
    def changes_in_order(self):
        """The dated changes the public reads; figures before the end are work in hand."""
        return self.changes.exclude(kind="tallied").order_by("pk")

    @property
    def look(self):
        """The state of components/badge.html that goes with the state."""
        return ROUND_LOOKS[self.state]

    @property
    def has_too_few(self):
        """Fewer valid forms than a round should bring: told, not refused."""
        return self.state != RoundState.CANCELLED and self.valid < rules.round_min_valid()

    @property
    def least_valid(self):
        return rules.round_min_valid()


class RoundTally(models.Model):
    """One line of the summary sheet (问需汇总表): how many valid forms name it."""

    round = models.ForeignKey(SolicitationRound, on_delete=models.PROTECT, related_name="tallies")
    label = models.CharField(_("选项"), max_length=60)
    category = models.CharField(
        _("类别"), max_length=24, choices=[(c.key, c.label) for c in CATEGORIES.values()]
    )
    count = models.PositiveIntegerField(_("份数"))

    class Meta:
        db_table = "comm_round_tally"
        verbose_name = verbose_name_plural = _("问需汇总")
        ordering = ["-count", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "label"], name="tally_label_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="tally_count_positive"),
        ]

    def __str__(self):
        return f"{self.round_id} {self.label}"

    @property
    def category_label(self):
        return CATEGORIES[self.category].label


class RoundChange(AppendOnly, models.Model):
    """A dated act on a round with the figures as they stood after it."""

    round = models.ForeignKey(SolicitationRound, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("变更"), max_length=24)
    text = models.TextField(_("说明"), blank=True)
    # JSON: {"handed_out": …, "returned": …, "valid": …, "tallies": {label: count}}
    figures = models.TextField(_("数据"), default="{}")

    class Meta:
        db_table = "comm_round_change"
        verbose_name = verbose_name_plural = _("问需轮次变更")
        indexes = [models.Index(fields=["round", "at"], name="round_change_at_idx")]

    def __str__(self):
        return f"{self.round_id} {self.kind}"

    @property
    def kind_label(self):
        return ROUND_CHANGES[self.kind]

    @property
    def told(self):
        """The figures as a dict."""
        return json.loads(self.figures)
