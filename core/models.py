"""Tables without business: chains and their rows, the outbox, number series, files, holidays.

Rows are written by the modules named after them (audit, ledgers, outbox, …), never from a door.
"""

import json
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnly


class ChainHead(models.Model):
    """The last place of one chain. The row that is locked while the chain grows."""

    name = models.CharField(_("链"), max_length=120, unique=True)
    seq = models.BigIntegerField(_("最后序号"))
    digest = models.CharField(_("最后摘要"), max_length=64)
    algorithm = models.CharField(_("摘要算法"), max_length=10)

    class Meta:
        db_table = "core_chain_head"
        verbose_name = _("链头")
        verbose_name_plural = _("链头")
        constraints = [
            models.CheckConstraint(condition=Q(seq__gte=0), name="chain_head_seq_from_0"),
            models.CheckConstraint(
                condition=Q(algorithm__in=["sha256", "sm3"]), name="chain_head_known_hash"
            ),
        ]

    def __str__(self):
        return f"{self.name} · {self.seq}"


class ChainedRow(AppendOnly):
    """A row of a chain: place, links and who did it when."""

    chain = models.CharField(_("链"), max_length=120)
    seq = models.BigIntegerField(_("序号"))
    actor_id = models.BigIntegerField(_("经办账号编号"), null=True, blank=True)
    person_id = models.BigIntegerField(_("经办人编号"), null=True, blank=True)
    actor_name = models.CharField(_("经办账号"), max_length=150, blank=True)
    at = models.DateTimeField(_("时间"))
    body = models.TextField(_("内容"))
    prev_digest = models.CharField(_("上一摘要"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=64)

    class Meta:
        abstract = True


class AuditEvent(ChainedRow):
    """Something happened. No foreign keys: the record outlives what it tells about."""

    kind = models.CharField(_("事项"), max_length=80)
    target_type = models.CharField(_("对象类型"), max_length=80)
    target_id = models.CharField(_("对象编号"), max_length=64)
    target_label = models.CharField(_("对象"), max_length=200)
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        db_table = "core_audit_event"
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="audit_chain_seq_once"),
            models.UniqueConstraint(fields=["chain", "prev_digest"], name="audit_chain_no_fork"),
            models.CheckConstraint(condition=Q(seq__gt=0), name="audit_seq_from_1"),
        ]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
            models.Index(fields=["at"], name="audit_at"),
        ]

    def __str__(self):
        return f"{self.kind} · {self.target_label}"

    @property
    def data(self):
        return json.loads(self.body)


class PlaceCodes(NamedTuple):
    """Where something belongs, as the official codes; empty below its own level."""

    district: str
    street: str = ""
    community: str = ""

    @property
    def narrowest(self):
        return self.community or self.street or self.district


class LedgerRow(ChainedRow):
    """One line of one of the six ledgers (台账)."""

    ledger = models.PositiveSmallIntegerField(_("台账"))
    event = models.CharField(_("事由"), max_length=60)
    subject_type = models.CharField(_("对象类型"), max_length=80)
    subject_id = models.CharField(_("对象编号"), max_length=64)
    subject_no = models.CharField(_("编号"), max_length=64, blank=True)
    district_code = models.CharField(_("区代码"), max_length=20)
    street_code = models.CharField(_("街道代码"), max_length=20, blank=True)
    community_code = models.CharField(_("社区代码"), max_length=20, blank=True)
    level = models.CharField(_("级别"), max_length=20)
    capacity = models.CharField(_("经办身份"), max_length=120, blank=True)
    is_public = models.BooleanField(_("公开"), default=True)

    class Meta:
        db_table = "core_ledger_row"
        verbose_name = _("台账记录")
        verbose_name_plural = _("台账记录")
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="ledger_chain_seq_once"),
            models.UniqueConstraint(fields=["chain", "prev_digest"], name="ledger_chain_no_fork"),
            models.CheckConstraint(condition=Q(seq__gt=0), name="ledger_seq_from_1"),
            models.CheckConstraint(
                condition=Q(ledger__in=[1, 2, 3, 4, 5, 6]), name="ledger_is_one_of_six"
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="ledger_subject"),
            models.Index(fields=["ledger", "community_code", "at"], name="ledger_community"),
            models.Index(fields=["ledger", "street_code", "at"], name="ledger_street"),
            models.Index(fields=["ledger", "at"], name="ledger_at"),
        ]

    def __str__(self):
        return f"{self.ledger} · {self.subject_no} · {self.event}"

    @property
    def columns(self):
        return json.loads(self.body)

    @property
    def place(self):
        return PlaceCodes(self.district_code, self.street_code, self.community_code)


class OutboxMessage(models.Model):
    """Work promised inside a transaction and done after it, at least once."""

    class State(models.TextChoices):
        PENDING = "pending", _("待办")
        LEASED = "leased", _("办理中")
        DONE = "done", _("已办")
        DEAD = "dead", _("已放弃")

    topic = models.CharField(_("主题"), max_length=60)
    key = models.CharField(_("键"), max_length=200, unique=True)
    payload = models.TextField(_("内容"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    created_at = models.DateTimeField(_("写入时间"))
    available_at = models.DateTimeField(_("最早办理时间"))
    lease_until = models.DateTimeField(_("占用至"), null=True, blank=True)
    done_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    last_error = models.TextField(_("最近错误"), blank=True)

    class Meta:
        db_table = "core_outbox"
        verbose_name = _("待发事项")
        verbose_name_plural = _("待发事项")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "leased", "done", "dead"]),
                name="outbox_known_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="leased") | Q(lease_until__isnull=False),
                name="outbox_leased_has_end",
            ),
        ]
        indexes = [models.Index(fields=["state", "available_at"], name="outbox_due")]

    def __str__(self):
        return f"{self.topic} · {self.key}"


class NumberSeries(models.Model):
    """A running number without gaps; a database sequence would leave some."""

    name = models.CharField(_("序列"), max_length=120, unique=True)
    last = models.BigIntegerField(_("最后编号"), default=0)

    class Meta:
        db_table = "core_number_series"
        verbose_name = _("编号序列")
        verbose_name_plural = _("编号序列")
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=0), name="number_series_from_0")
        ]

    def __str__(self):
        return f"{self.name} · {self.last}"


class StoredFile(models.Model):
    """An uploaded file after checking. Its bytes are never replaced."""

    class Kind(models.TextChoices):
        IMAGE = "image", _("图片")
        PDF = "pdf", _("PDF 文件")
        SHEET = "sheet", _("表格")
        DOCUMENT = "document", _("文档")

    digest = models.CharField(_("摘要"), max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("大小"))
    mime = models.CharField(_("类型"), max_length=100)
    name = models.CharField(_("文件名"), max_length=150)
    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    purpose = models.CharField(_("用途"), max_length=60)
    uploaded_by_id = models.BigIntegerField(_("上传账号编号"), null=True, blank=True)
    at = models.DateTimeField(_("上传时间"))
    path = models.CharField(_("存放位置"), max_length=200, unique=True)

    class Meta:
        db_table = "core_stored_file"
        verbose_name = _("文件")
        verbose_name_plural = _("文件")
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_not_empty"),
            models.CheckConstraint(
                condition=Q(kind__in=["image", "pdf", "sheet", "document"]),
                name="stored_file_known_kind",
            ),
        ]

    def __str__(self):
        # Not the name: this text goes into the audit chain, and file names may name residents.
        return f"{self.purpose} · {self.digest[:12]}"


class CalendarOverride(models.Model):
    """A day that is a working day, or not, whatever the holiday package says."""

    day = models.DateField(_("日期"), unique=True)
    is_working = models.BooleanField(_("是工作日"))
    note = models.CharField(_("依据"), max_length=200)

    class Meta:
        db_table = "core_calendar_override"
        verbose_name = _("工作日调整")
        verbose_name_plural = _("工作日调整")

    def __str__(self):
        return f"{self.day} · {self.note}"
