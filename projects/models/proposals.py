"""What is declared, deliberated and capped: a proposal and what belongs to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnly
from projects.choices import ApplicantKind, AttachmentKind, Level, ProposalType

HAS_APPLICANT = (
    Q(applicant_kind=ApplicantKind.ORGANISATION, organisation__isnull=False)
    | Q(applicant_kind=ApplicantKind.RESIDENT, organisation__isnull=True)
    | Q(
        applicant_kind__in=[ApplicantKind.RESIDENTS_COMMITTEE, ApplicantKind.WORKSTATION],
        office__isnull=False,
        organisation__isnull=True,
    )
)


class Proposal(models.Model):
    """A declared micro-project (申报项目): its content. Where it stands is deliberation.Matter."""

    number = models.CharField(_("项目编号"), max_length=40, unique=True, null=True, blank=True)
    title = models.CharField(_("项目名称"), max_length=80)
    type = models.CharField(_("类型"), max_length=10, choices=ProposalType)
    level = models.CharField(_("层级"), max_length=10, choices=Level, default=Level.COMMUNITY)
    community = models.ForeignKey(
        "communities.Community", on_delete=models.PROTECT, related_name="proposals"
    )
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    rule_set = models.ForeignKey(
        "projects.RuleSet", on_delete=models.PROTECT, null=True, related_name="proposals"
    )
    positive_item = models.ForeignKey(
        "projects.PositiveItem",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
    )
    amount_fen = models.BigIntegerField(_("申报金额（分）"))
    summary = models.TextField(_("主要内容"))
    estate = models.ForeignKey(
        "communities.Estate",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("小区"),
    )
    site = models.CharField(_("实施地点"), max_length=120, blank=True)
    beneficiaries = models.CharField(_("受益群体"), max_length=120, blank=True)
    applicant_kind = models.CharField(_("申报主体"), max_length=12, choices=ApplicantKind)
    applicant = models.ForeignKey(
        "accounts.Person",
        on_delete=models.PROTECT,
        related_name="proposals",
        verbose_name=_("申报经办人"),
    )
    office = models.ForeignKey(
        "communities.Office",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("申报单位"),
    )
    organisation = models.ForeignKey(
        "communities.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("申报组织"),
    )
    partner = models.ForeignKey(
        "communities.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="joint_proposals",
        verbose_name=_("联合申报方"),
    )
    exclusions_declared = models.BooleanField(_("已逐条声明不属于排除事项"), default=False)
    exclusion_note = models.CharField(_("声明依据"), max_length=300, blank=True)
    based_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=_("由不通过的项目修改而来"),
    )
    change_note = models.CharField(_("与上次相比的改动"), max_length=500, blank=True)
    revision = models.PositiveSmallIntegerField(_("版次"), default=1)
    is_imported = models.BooleanField(_("历史导入"), default=False)
    import_key = models.CharField(_("导入键"), max_length=80, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(_("起草时间"))

    class Meta:
        db_table = "proj_proposal"
        verbose_name = _("申报项目")
        verbose_name_plural = _("申报项目")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="proposal_amount_positive"),
            models.CheckConstraint(
                condition=Q(type__in=ProposalType.values), name="proposal_type_is_known"
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="proposal_level_is_known"
            ),
            models.CheckConstraint(condition=HAS_APPLICANT, name="proposal_has_its_applicant"),
            models.CheckConstraint(
                condition=Q(is_imported=False) | Q(import_key__isnull=False),
                name="proposal_import_has_key",
            ),
        ]
        indexes = [models.Index(fields=["community", "year"], name="proposal_place_year_idx")]

    def __str__(self):
        return self.title

    @property
    def label(self):
        """Number and title, or the title alone while no number is issued."""
        return f"{self.number} {self.title}" if self.number else self.title

    @property
    def payee(self):
        """Who would be paid: the registered partner when the applicant is only filed (备案)."""
        if self.partner_id and self.organisation and not self.organisation.is_registered:
            return self.partner
        return self.organisation


class LineItem(models.Model):
    """One line of a proposal's budget. `amount_fen` = quantity × unit price, rounded in rules."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="line_items")
    position = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("名称"), max_length=80)
    quantity = models.PositiveIntegerField(_("数量"))
    unit = models.CharField(_("单位"), max_length=16, blank=True)
    unit_price_fen = models.BigIntegerField(_("单价（分）"))
    amount_fen = models.BigIntegerField(_("金额（分）"))

    class Meta:
        db_table = "proj_line_item"
        verbose_name = _("预算明细")
        verbose_name_plural = _("预算明细")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "position"], name="line_item_place_once"),
            models.CheckConstraint(
                condition=Q(amount_fen=models.F("quantity") * models.F("unit_price_fen")),
                name="line_item_sum_is_right",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & Q(unit_price_fen__gt=0),
                name="line_item_is_positive",
            ),
        ]

    def __str__(self):
        return self.name


class CitedNeed(models.Model):
    """A need of the pool that the proposal answers: the evidence for 契合度."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="cited_needs")
    need = models.ForeignKey("communities.Need", on_delete=models.PROTECT, related_name="citations")

    class Meta:
        db_table = "proj_cited_need"
        verbose_name = _("引用的需求")
        verbose_name_plural = _("引用的需求")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "need"], name="need_cited_once"),
        ]

    def __str__(self):
        return f"{self.proposal_id} → {self.need_id}"


class ProposalAttachment(models.Model):
    """A file handed in with a proposal. Only taken off while the proposal may be edited."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("材料种类"), max_length=16, choices=AttachmentKind)
    title = models.CharField(_("名称"), max_length=80)
    is_public = models.BooleanField(_("公开"), default=False)
    added_at = models.DateTimeField(_("上传时间"))

    class Meta:
        db_table = "proj_attachment"
        verbose_name = _("申报材料")
        verbose_name_plural = _("申报材料")

    def __str__(self):
        return self.title


class ProposalRevision(AppendOnly, models.Model):
    """What a proposal said at a declaration: a frozen copy, for showing differences."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("版次"))
    body = models.TextField(_("内容"))
    digest = models.CharField(_("摘要"), max_length=64)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "proj_revision"
        verbose_name = _("申报版次")
        verbose_name_plural = _("申报版次")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="revision_number_once"),
        ]

    def __str__(self):
        return f"{self.proposal_id} v{self.number}"
