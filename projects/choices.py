"""Stored values and their words that several files of this app share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """How many places a proposal concerns; decides who receives, deliberates and establishes."""

    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DISTRICT = "district", _("区")


class ProposalType(models.TextChoices):
    """What kind of thing the money buys (工程 / 服务 / 货物)."""

    WORKS = "works", _("工程类")
    SERVICE = "service", _("服务类")
    GOODS = "goods", _("货物类")


class ApplicantKind(models.TextChoices):
    """Who may declare a proposal (申报主体)."""

    RESIDENT = "resident", _("居民提案人")
    RESIDENTS_COMMITTEE = "committee", _("社区居委会")
    WORKSTATION = "workstation", _("社区工作站")
    ORGANISATION = "organisation", _("社会组织 / 社区组织")


class WindowMode(models.TextChoices):
    """How the days of a notice are counted."""

    CALENDAR = "calendar", _("自然日")
    WORKING = "working", _("工作日")


class EntryKind(models.TextChoices):
    """What a line of the envelope's journal does to the money."""

    RESERVE = "reserve", _("立项占用")
    RELEASE = "release", _("释放")
    PAY = "pay", _("支付")


class AttachmentKind(models.TextChoices):
    """What an attachment of a proposal proves."""

    APPLICATION = "application", _("申报书")
    BUDGET = "budget", _("预算明细")
    QUESTIONNAIRES = "questionnaires", _("问需表 / 问需汇总表")
    PHOTO = "photo", _("现场照片")
    QUALIFICATION = "qualification", _("组织资质")
    OTHER = "other", _("其他材料")
