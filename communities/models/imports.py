"""Imports of needs from tables, and for each need that came so, where it stood on paper."""

import json

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.machine import AT_WORK, IMPORT_LOOKS, ImportState, NeedImportMachine
from communities.models.needs import Need
from communities.models.places import Community
from core.models import StoredFile


class NeedImport(NeedImportMachine):
    """One table that somebody brought: what was found in it, how far it is, what came of it."""

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="need_imports",
        verbose_name=_("导入人"),
    )
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("文件")
    )
    # For rows that name no community.
    community = models.ForeignKey(
        Community,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("默认社区"),
    )
    # How far the step at work is; written outside the transaction that does the work.
    done_rows = models.PositiveIntegerField(_("已处理行数"), default=0)
    total_rows = models.PositiveIntegerField(_("总行数"), default=0)
    beat_at = models.DateTimeField(_("最近进展时间"), null=True, blank=True)
    faulty_rows = models.PositiveIntegerField(_("有错误的行数"), default=0)
    new_rows = models.PositiveIntegerField(_("可导入行数"), default=0)
    known_rows = models.PositiveIntegerField(_("此前已导入行数"), default=0)
    made_rows = models.PositiveIntegerField(_("已导入行数"), default=0)
    # JSON: {"faults": […], "places": […], "ignored": […], "reasons": […]}; no full phone numbers.
    findings = models.TextField(_("检查结果"), default="{}")
    report = models.ForeignKey(
        StoredFile,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("更正表"),
    )
    created_at = models.DateTimeField(_("上传时间"))
    checked_at = models.DateTimeField(_("检查完成时间"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        db_table = "comm_need_import"
        verbose_name = verbose_name_plural = _("需求导入")
        indexes = [
            models.Index(fields=["uploaded_by", "created_at"], name="need_import_mine_idx"),
            models.Index(fields=["state"], name="need_import_state_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="need_import_state_known"
            ),
            models.CheckConstraint(
                condition=Q(made_rows=0) | Q(state="done", confirmed_at__isnull=False),
                name="need_import_made_when_done",
            ),
            models.CheckConstraint(
                condition=Q(made_rows__lte=F("total_rows")), name="need_import_made_in_total"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "failed", "cancelled"]) | Q(ended_at__isnull=False),
                name="need_import_over_has_end",
            ),
        ]

    def __str__(self):
        # not the file's name: it goes into the audit chain, and file names may name residents
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self):
        return reverse("communities:need_import", args=[self.pk])

    @property
    def look(self):
        """The state of components/badge.html that goes with the state."""
        return IMPORT_LOOKS.get(self.state, "neutral")

    @property
    def is_at_work(self):
        return self.state in AT_WORK

    @property
    def found(self):
        return {"faults": [], "places": [], "ignored": [], "reasons": []} | json.loads(
            self.findings
        )


class NeedSource(models.Model):
    """Where an imported need comes from. The key lets a row of paper in only once."""

    need = models.OneToOneField(
        Need, on_delete=models.PROTECT, related_name="source", verbose_name=_("需求")
    )
    run = models.ForeignKey(
        NeedImport, on_delete=models.PROTECT, related_name="sources", verbose_name=_("导入")
    )
    row = models.PositiveIntegerField(_("表中行号"))
    source_no = models.CharField(_("来源编号"), max_length=60, blank=True)
    # Digest of community and source number; without a number, of community, words and date.
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        db_table = "comm_need_source"
        verbose_name = verbose_name_plural = _("需求来源")

    def __str__(self):
        return f"{self.need}"
