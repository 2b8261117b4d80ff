"""What is kept of visitors without an account: counts, and the photo of a form not yet sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FloodCounter(models.Model):
    """An exact count of public acts per client and period; the key is a keyed hash."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "comm_flood_counter"
        verbose_name = verbose_name_plural = _("防刷计数")
        indexes = [models.Index(fields=["expires_at"], name="flood_counter_expiry_idx")]

    def __str__(self):
        return self.key


class DraftPhoto(models.Model):
    """A photo between the screens, already without its metadata. It is sent or it expires.

    In the database and not among the stored files: nothing of it is on record, so it may vanish.
    """

    # a keyed hash of the form's token: a copy of the table opens nobody's draft
    key = models.CharField(max_length=64, unique=True)
    data = models.BinaryField()
    extension = models.CharField(max_length=8)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "comm_draft_photo"
        verbose_name = verbose_name_plural = _("未提交的照片")
        indexes = [models.Index(fields=["expires_at"], name="draft_photo_expiry_idx")]

    def __str__(self):
        return self.key[:12]
