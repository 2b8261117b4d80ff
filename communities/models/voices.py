"""Who stands behind a need: the neighbours who want it too, the proposals that took it up."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.models.needs import Need


class NeedSupport(models.Model):
    """One voice of “I need this too”: one per browser, and one per phone when given."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="supports")
    supporter_key = models.CharField(max_length=64)
    phone_key = models.CharField(max_length=64, null=True, blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        db_table = "comm_need_support"
        verbose_name = verbose_name_plural = _("需求附议")
        constraints = [
            models.UniqueConstraint(fields=["need", "supporter_key"], name="need_support_by_key"),
            models.UniqueConstraint(fields=["need", "phone_key"], name="need_support_by_phone"),
        ]

    def __str__(self):
        return f"{self.need}"


class NeedUptake(models.Model):
    """A proposal that took the need up; the need is open again when the last one lets go."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="uptakes")
    by_no = models.CharField(_("项目编号"), max_length=60)
    at = models.DateTimeField(_("时间"))
    released_at = models.DateTimeField(_("释放时间"), null=True, blank=True)

    class Meta:
        db_table = "comm_need_uptake"
        verbose_name = verbose_name_plural = _("需求立项情况")
        constraints = [
            models.UniqueConstraint(fields=["need", "by_no"], name="need_uptake_once_per_no"),
        ]

    def __str__(self):
        return f"{self.need} {self.by_no}"
