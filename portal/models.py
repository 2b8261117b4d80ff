"""Messages to people: who should know of an act. Made by the outbox, read on the desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Notification(models.Model):
    """One message for one person about one event of a matter."""

    person = models.ForeignKey(
        "accounts.Person", on_delete=models.CASCADE, related_name="notifications"
    )
    event = models.ForeignKey(
        "deliberation.MatterEvent", on_delete=models.PROTECT, related_name="notifications"
    )
    text = models.CharField(_("内容"), max_length=300)
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True)

    class Meta:
        db_table = "portal_notification"
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        constraints = [
            models.UniqueConstraint(fields=["person", "event"], name="notification_told_once"),
        ]
        indexes = [models.Index(fields=["person", "-at"], name="notification_inbox_idx")]

    def __str__(self):
        return self.text
