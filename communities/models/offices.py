"""Offices of each level, the street's gatekeeping departments, and outside organisations."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models.places import Community, District, Street
from communities.office_kinds import (
    COMMUNITY_OFFICES,
    DISTRICT_OFFICES,
    STREET_OFFICES,
    OfficeKind,
)

AT_COMMUNITY = Q(
    kind__in=[k.value for k in COMMUNITY_OFFICES],
    community__isnull=False,
    street__isnull=True,
    district__isnull=True,
)
AT_STREET = Q(
    kind__in=[k.value for k in STREET_OFFICES],
    community__isnull=True,
    street__isnull=False,
    district__isnull=True,
)
AT_DISTRICT = Q(
    kind__in=[k.value for k in DISTRICT_OFFICES],
    community__isnull=True,
    street__isnull=True,
    district__isnull=False,
)


class Office(models.Model):
    kind = models.CharField(_("机构类别"), max_length=24, choices=OfficeKind.choices)
    name = models.CharField(_("名称"), max_length=80)
    community = models.ForeignKey(
        Community,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offices",
        verbose_name=_("社区"),
    )
    street = models.ForeignKey(
        Street,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offices",
        verbose_name=_("街道"),
    )
    district = models.ForeignKey(
        District,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offices",
        verbose_name=_("区"),
    )

    class Meta:
        db_table = "comm_office"
        verbose_name = verbose_name_plural = _("机构")
        constraints = [
            models.CheckConstraint(
                condition=AT_COMMUNITY | AT_STREET | AT_DISTRICT, name="office_sits_at_its_level"
            ),
            models.UniqueConstraint(fields=["kind", "community"], name="office_kind_in_community"),
            models.UniqueConstraint(fields=["kind", "street"], name="office_kind_in_street"),
            models.UniqueConstraint(fields=["kind", "district"], name="office_kind_in_district"),
        ]

    def __str__(self):
        return self.name

    @property
    def place(self):
        """The community, street or district this office serves."""
        return self.community or self.street or self.district

    @property
    def codes(self):
        return self.place.codes


class GatekeepingDepartment(models.Model):
    """A department that must give its opinion on works of this street (业务把控部门)."""

    street = models.ForeignKey(
        Street,
        on_delete=models.PROTECT,
        related_name="gatekeeping_departments",
        verbose_name=_("街道"),
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="gatekeeping", verbose_name=_("部门")
    )
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"), null=True, blank=True)

    class Meta:
        db_table = "comm_gatekeeping"
        verbose_name = verbose_name_plural = _("业务把控部门")
        constraints = [
            models.UniqueConstraint(
                fields=["street", "office", "since"], name="gatekeeping_once_per_day"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="gatekeeping_ends_after_start",
            ),
        ]

    def __str__(self):
        return f"{self.street} {self.office}"


class OrganisationKind(models.TextChoices):
    REGISTERED = "registered", _("登记的社会组织")
    FILED = "filed", _("备案的社区组织")
    ENTERPRISE = "enterprise", _("企业")


class Organisation(models.Model):
    kind = models.CharField(_("类别"), max_length=12, choices=OrganisationKind.choices)
    name = models.CharField(_("名称"), max_length=120)
    credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, unique=True, null=True, blank=True
    )
    filing_no = models.CharField(_("备案号"), max_length=40, unique=True, null=True, blank=True)
    community = models.ForeignKey(
        Community,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
        verbose_name=_("所在社区"),
    )
    registered_on = models.DateField(_("登记或备案日期"))
    is_active = models.BooleanField(_("有效"), default=True)

    class Meta:
        db_table = "comm_organisation"
        verbose_name = verbose_name_plural = _("组织")
        constraints = [
            # A filed body has no legal person of its own; the other two are paid by their code.
            models.CheckConstraint(
                condition=Q(kind="filed", filing_no__isnull=False)
                | Q(kind__in=["registered", "enterprise"], credit_code__isnull=False),
                name="organisation_has_its_number",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_registered(self):
        """A registered social organisation (登记): may declare alone and be paid."""
        return self.kind == OrganisationKind.REGISTERED


class FaultKind(models.TextChoices):
    INSPECTION = "inspection", _("年检、评估不合格")
    DEFAULT = "default", _("未履行项目协议")
    COMPLAINT = "complaint", _("投诉经查属实")
    FRAUD = "fraud", _("弄虚作假")


class OrganisationFault(models.Model):
    """A fault on an organisation's record (失信记录): it bars from applying for some years.

    Never changed and never deleted: what was recorded wrongly is lifted, with a reason.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="faults", verbose_name=_("组织")
    )
    kind = models.CharField(_("事由"), max_length=12, choices=FaultKind.choices)
    found_on = models.DateField(_("认定日期"))
    source = models.CharField(_("认定单位和文号"), max_length=200)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    recorded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("记录时间"))
    lifted_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    lift_reason = models.CharField(_("撤销理由"), max_length=300, blank=True)

    class Meta:
        db_table = "comm_org_fault"
        verbose_name = verbose_name_plural = _("失信记录")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "found_on"], name="org_fault_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=FaultKind.values), name="org_fault_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason=""),
                name="org_fault_lifted_says_why",
            ),
        ]

    def __str__(self):
        return f"{self.organisation} {self.found_on} {self.get_kind_display()}"
