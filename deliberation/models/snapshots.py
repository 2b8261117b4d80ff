"""A frozen look at the ledgers of a place and a period, and the files printed from it."""

import json

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnly
from core.ledgers import LEDGERS
from core.models import PlaceCodes


class LedgerSnapshot(AppendOnly, models.Model):
    """台账快照: which rows there were at one moment, held fast by one digest.

    `body` is canonical JSON: rows per ledger, and for each chain the head up to which rows count.
    """

    number = models.CharField(_("快照编号"), max_length=40, unique=True)
    district_code = models.CharField(_("区代码"), max_length=20)
    street_code = models.CharField(_("街道代码"), max_length=20, blank=True)
    community_code = models.CharField(_("社区代码"), max_length=20, blank=True)
    place_name = models.CharField(_("范围"), max_length=120)
    since = models.DateField(_("从"))
    until = models.DateField(_("到"))
    ledgers = models.CharField(_("台账"), max_length=11)
    as_of = models.DateTimeField(_("冻结时间"))
    row_count = models.PositiveIntegerField(_("记录数"))
    body = models.TextField(_("行数与链头"))
    algorithm = models.CharField(_("摘要算法"), max_length=10)
    digest = models.CharField(_("摘要"), max_length=64)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    office_name = models.CharField(_("冻结单位"), max_length=80)
    capacity = models.CharField(_("经办身份"), max_length=120)
    # where its check page stood: printed on every page as a QR code
    site = models.CharField(_("核验网站"), max_length=200, blank=True)

    class Meta:
        db_table = "delib_snapshot"
        verbose_name = _("台账快照")
        verbose_name_plural = _("台账快照")
        constraints = [
            models.CheckConstraint(condition=Q(row_count__gt=0), name="snapshot_not_empty"),
            models.CheckConstraint(
                condition=Q(since__lte=F("until")), name="snapshot_period_runs_forward"
            ),
            models.CheckConstraint(condition=~Q(ledgers=""), name="snapshot_names_ledgers"),
            models.CheckConstraint(
                condition=Q(community_code="") | ~Q(street_code=""), name="snapshot_place_is_whole"
            ),
        ]
        indexes = [
            models.Index(fields=["district_code", "as_of"], name="snapshot_district"),
            models.Index(fields=["street_code", "as_of"], name="snapshot_street"),
            models.Index(fields=["community_code", "as_of"], name="snapshot_community"),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("deliberation:ledger_snapshot", args=[self.number])

    @property
    def check_path(self):
        return reverse("deliberation:ledger_checked", args=[self.number])

    @property
    def link(self):
        """The address on paper: that of the check page when this was frozen."""
        return f"{self.site}{self.check_path}" if self.site else ""

    @property
    def codes(self):
        return PlaceCodes(self.district_code, self.street_code, self.community_code)

    @property
    def numbers(self):
        return [int(number) for number in self.ledgers.split(",")]

    @property
    def definitions(self):
        return [LEDGERS[number] for number in self.numbers]

    @property
    def counts(self):
        """Rows of each ledger: {number: n}."""
        return {int(number): n for number, n in json.loads(self.body)["counts"].items()}

    @property
    def heads(self):
        """The last row that counts of each chain: {chain: (seq, digest)}."""
        return {name: (seq, digest) for name, seq, digest in json.loads(self.body)["heads"]}


class SnapshotFile(AppendOnly, models.Model):
    """One printed file of a snapshot: a ledger as a spreadsheet, or a volume of it as PDF."""

    class Form(models.TextChoices):
        XLSX = "xlsx", _("XLSX")
        PDF = "pdf", _("PDF")

    snapshot = models.ForeignKey(LedgerSnapshot, on_delete=models.PROTECT, related_name="files")
    ledger = models.PositiveSmallIntegerField(_("台账"))
    form = models.CharField(_("格式"), max_length=4, choices=Form)
    volume = models.PositiveSmallIntegerField(_("册"), default=1)
    file = models.OneToOneField("core.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "delib_snapshot_file"
        verbose_name = _("快照文件")
        verbose_name_plural = _("快照文件")
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "ledger", "form", "volume"], name="snapshot_file_once"
            ),
            models.CheckConstraint(
                condition=Q(form__in=["xlsx", "pdf"]), name="snapshot_file_form_known"
            ),
            models.CheckConstraint(
                condition=Q(ledger__in=[1, 2, 3, 4, 5, 6], volume__gt=0),
                name="snapshot_file_is_of_a_ledger",
            ),
        ]

    def __str__(self):
        return f"{self.snapshot_id} {self.ledger} {self.form} {self.volume}"

    @property
    def ledger_name(self):
        return LEDGERS[self.ledger].name
