"""The rules of a period: dated, sourced, never edited once in force (design §3.5)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.choices import Level, ProposalType, WindowMode


class RuleSetQuerySet(models.QuerySet):
    def in_force(self, day):
        """Rule sets whose period contains `day` (a local date); history-only sets included."""
        return self.filter(effective_from__lte=day).filter(
            Q(effective_to__isnull=True) | Q(effective_to__gte=day)
        )


class RuleSet(models.Model):
    """One edition of the 操作指引: procedure, caps and lists with their effective dates."""

    code = models.CharField(_("版本"), max_length=16, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    source = models.CharField(_("依据"), max_length=300)
    effective_from = models.DateField(_("生效日期"))
    effective_to = models.DateField(_("失效日期"), null=True, blank=True)
    is_history_only = models.BooleanField(_("仅供历史数据导入"), default=False)
    step_count = models.PositiveSmallIntegerField(_("审议环节数"))
    ledger_count = models.PositiveSmallIntegerField(_("台账数"))
    community_year_cap_fen = models.BigIntegerField(_("每社区每年封顶（分）"))
    quorum_numerator = models.PositiveSmallIntegerField(_("法定人数分子"), default=2)
    quorum_denominator = models.PositiveSmallIntegerField(_("法定人数分母"), default=3)
    is_quorum_inclusive = models.BooleanField(_("恰好达到比例即有效"), default=False)
    announce_days = models.PositiveSmallIntegerField(_("会前公告天数"), default=3)
    notice_days = models.PositiveSmallIntegerField(_("决议公示天数"), default=5)
    notice_mode = models.CharField(
        _("公示计日"), max_length=10, choices=WindowMode, default=WindowMode.CALENDAR
    )
    service_questionnaires = models.PositiveSmallIntegerField(_("服务类问需份数下限"), default=50)
    max_returns = models.PositiveSmallIntegerField(_("补正次数上限"), default=3)
    objection_answer_days = models.PositiveSmallIntegerField(_("异议答复工作日"), default=5)
    organisation_months = models.PositiveSmallIntegerField(_("申报组织须登记满（月）"), default=12)
    clean_years = models.PositiveSmallIntegerField(_("须无失信记录（年）"), default=2)
    district_level_from = models.DateField(_("区层面机制启用日期"), null=True, blank=True)
    reconstructed = models.CharField(
        _("推定的数字"),
        max_length=300,
        blank=True,
        help_text=_("逗号分隔的字段名：来源中没有明文、按推定设置的数字"),
    )
    note = models.TextField(_("说明"), blank=True)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        db_table = "proj_ruleset"
        verbose_name = _("规则版本")
        verbose_name_plural = _("规则版本")
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="ruleset_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(community_year_cap_fen__gt=0), name="ruleset_cap_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(quorum_numerator__gt=0)
                & Q(quorum_denominator__gte=F("quorum_numerator")),
                name="ruleset_quorum_is_a_share",
            ),
            models.CheckConstraint(condition=Q(notice_days__gt=0), name="ruleset_notice_has_days"),
        ]

    def __str__(self):
        return self.name

    @property
    def reconstructed_fields(self):
        """Names of the fields whose numbers are reconstructions, for marking them on pages."""
        return frozenset(part for part in self.reconstructed.split(",") if part)


class RuleSetDocument(models.Model):
    """A document a rule set rests on (工作方案, 操作指引): shown where the rule applies."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(_("文件名称"), max_length=120)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    issued_by = models.CharField(_("发文机关"), max_length=60)
    issued_on = models.DateField(_("发文日期"), null=True, blank=True)
    body = models.TextField(_("要点"), blank=True)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        db_table = "proj_ruleset_doc"
        verbose_name = _("规则文件")
        verbose_name_plural = _("规则文件")

    def __str__(self):
        return self.title


class TypeCap(models.Model):
    """The most one proposal of a type may cost at a level; no row = the type is not allowed."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="type_caps")
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    type = models.CharField(_("类型"), max_length=10, choices=ProposalType)
    cap_fen = models.BigIntegerField(_("限额（分）"))
    applicant_kinds = models.CharField(
        _("可申报主体"),
        max_length=80,
        help_text=_("逗号分隔：resident,committee,workstation,organisation"),
    )

    class Meta:
        db_table = "proj_type_cap"
        verbose_name = _("类型限额")
        verbose_name_plural = _("类型限额")
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "level", "type"], name="type_cap_is_one"),
            models.CheckConstraint(condition=Q(cap_fen__gt=0), name="type_cap_is_positive"),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="type_cap_level_known"
            ),
            models.CheckConstraint(
                condition=Q(type__in=ProposalType.values), name="type_cap_type_known"
            ),
        ]

    def __str__(self):
        return f"{self.rule_set_id} {self.get_level_display()} {self.get_type_display()}"

    @property
    def applicants(self):
        """The applicant kinds that may declare this type, as a set of stored values."""
        return frozenset(part.strip() for part in self.applicant_kinds.split(",") if part.strip())


class RuleStep(models.Model):
    """The words for one step (审议环节): labels staff may edit; the keys are stored values."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField(_("序号"))
    key = models.CharField(_("环节键"), max_length=16)
    label = models.CharField(_("环节名称"), max_length=40)

    class Meta:
        db_table = "proj_rule_step"
        verbose_name = _("审议环节")
        verbose_name_plural = _("审议环节")
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "number"], name="rule_step_number_once"),
        ]

    def __str__(self):
        return f"{self.number} {self.label}"


class PositiveItem(models.Model):
    """One entry of the positive list (正面清单): what the money may be spent on."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="positive_items")
    code = models.CharField(_("编号"), max_length=16)
    type = models.CharField(_("类型"), max_length=10, choices=ProposalType)
    title = models.CharField(_("条目"), max_length=80)
    detail = models.CharField(_("范围说明"), max_length=300, blank=True)
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        db_table = "proj_positive_item"
        verbose_name = _("正面清单条目")
        verbose_name_plural = _("正面清单")
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "code"], name="positive_item_code_once"),
            models.CheckConstraint(
                condition=Q(type__in=ProposalType.values), name="positive_item_type_known"
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"


class Exclusion(models.Model):
    """What stays excluded under a positive list; the applicant declares against each."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="exclusions")
    code = models.CharField(_("编号"), max_length=16)
    text = models.CharField(_("排除事项"), max_length=200)
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        db_table = "proj_exclusion"
        verbose_name = _("排除事项")
        verbose_name_plural = _("排除事项")
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "code"], name="exclusion_code_once"),
        ]

    def __str__(self):
        return self.text
