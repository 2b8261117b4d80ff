"""The annual money of a community: one row that is locked, and the journal that explains it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnly
from projects.choices import EntryKind


class Envelope(models.Model):
    """A community's money of one year (每社区每年封顶). Amounts in fen."""

    community = models.ForeignKey(
        "communities.Community", on_delete=models.PROTECT, related_name="envelopes"
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    cap_fen = models.BigIntegerField(_("封顶（分）"))
    reserved_fen = models.BigIntegerField(_("已立项占用（分）"), default=0)
    paid_fen = models.BigIntegerField(_("已支付（分）"), default=0)

    class Meta:
        db_table = "proj_envelope"
        verbose_name = _("社区年度额度")
        verbose_name_plural = _("社区年度额度")
        constraints = [
            models.UniqueConstraint(fields=["community", "year"], name="envelope_once_a_year"),
            models.CheckConstraint(
                condition=Q(reserved_fen__gte=0) & Q(paid_fen__gte=0),
                name="envelope_never_negative",
            ),
            models.CheckConstraint(
                condition=Q(cap_fen__gte=F("reserved_fen") + F("paid_fen")),
                name="envelope_within_cap",
            ),
        ]

    def __str__(self):
        return f"{self.community} {self.year}"

    @property
    def free_fen(self):
        """What may still be reserved this year, in fen."""
        return self.cap_fen - self.reserved_fen - self.paid_fen


class EnvelopeEntry(AppendOnly, models.Model):
    """One line of the journal: append-only; `cause` is the natural key that stops a replay."""

    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("种类"), max_length=10, choices=EntryKind)
    amount_fen = models.BigIntegerField(_("金额（分）"))
    proposal = models.ForeignKey(
        "projects.Proposal", on_delete=models.PROTECT, related_name="envelope_entries"
    )
    cause = models.CharField(_("事由键"), max_length=80, unique=True)
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        db_table = "proj_envelope_entry"
        verbose_name = _("额度流水")
        verbose_name_plural = _("额度流水")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="entry_amount_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values), name="entry_kind_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount_fen}"
