"""Stored values of the portal and their words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a notification is about."""

    EVENT = "event", _("办理进展")
    URGE = "urge", _("催办")
    SUPERVISION = "supervision", _("督办")
    OVERDUE = "overdue", _("超期提醒")


class SupervisorLevel(models.TextChoices):
    """From where a matter is supervised; the level above may lift it too."""

    STREET = "street", _("街道")
    DISTRICT = "district", _("区")


class EmailMode(models.TextChoices):
    NONE = "none", _("不发邮件")
    AT_ONCE = "at_once", _("随时发送")
    DIGEST = "digest", _("每天一封汇总")


class Carrier(models.TextChoices):
    """By which way a letter leaves the house."""

    EMAIL = "email", _("邮件")
    SMS = "sms", _("短信")


class LetterKind(models.TextChoices):
    CONFIRM = "confirm", _("确认邮箱")
    AT_ONCE = "at_once", _("随时通知")
    DIGEST = "digest", _("每日汇总")
    OVERDUE = "overdue", _("超期短信")


class LetterState(models.TextChoices):
    """READY → CLAIMED → LEAVING → SENT. What broke off while LEAVING is UNKNOWN, never sent again."""

    READY = "ready", _("待发送")
    CLAIMED = "claimed", _("准备发送")
    LEAVING = "leaving", _("正在交出")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("未能发送")
    UNKNOWN = "unknown", _("不知是否送出")
