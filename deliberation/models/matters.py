"""A matter: where a proposal stands, and the book of everything that happened to it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnly
from deliberation.choices import State, Step
from deliberation.machine import MatterMachine


class MatterQuerySet(models.QuerySet):
    def with_places(self):
        """Load what every list and page shows, so that rows do not cost queries."""
        return self.select_related(
            "proposal__community__street__district",
            "proposal__organisation",
            "proposal__office",
            "proposal__applicant",
            "proposal__positive_item",
            "proposal__rule_set",
            "proposal__partner",
            "proposal__estate",
        )

    def public(self):
        """What everybody may see: all that ever entered the procedure."""
        return self.filter(entered_at__isnull=False)


class Matter(MatterMachine):
    """One proposal on its way through the six steps. Only deliberation.services writes it."""

    proposal = models.OneToOneField(
        "projects.Proposal", on_delete=models.PROTECT, related_name="matter"
    )
    round = models.PositiveSmallIntegerField(_("审核轮次"), default=1)
    return_count = models.PositiveSmallIntegerField(_("补正次数"), default=0)
    event_count = models.PositiveIntegerField(_("办理记录数"), default=0)
    rejected_step = models.CharField(_("不通过的环节"), max_length=12, blank=True, choices=Step)
    entered_at = models.DateTimeField(_("进入审议程序"), null=True)
    solicited_at = models.DateTimeField(_("问需完成"), null=True)
    declared_at = models.DateTimeField(_("申报"), null=True)
    reviewed_at = models.DateTimeField(_("“两委”审核通过"), null=True)
    resolved_at = models.DateTimeField(_("议事会审议通过"), null=True)
    publicised_at = models.DateTimeField(_("公示期满"), null=True)
    established_at = models.DateTimeField(_("立项"), null=True)
    closed_at = models.DateTimeField(_("办结"), null=True)
    is_imported = models.BooleanField(_("历史导入"), default=False)

    objects = MatterQuerySet.as_manager()

    class Meta:
        db_table = "delib_matter"
        verbose_name = _("审议事项")
        verbose_name_plural = _("审议事项")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="matter_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.REJECTED, rejected_step__in=Step.values)
                | (~Q(state=State.REJECTED) & Q(rejected_step="")),
                name="matter_rejected_names_step",
            ),
            models.CheckConstraint(
                condition=Q(is_imported=True)
                | ~Q(state__in=[State.REVIEWED, State.DEFERRED])
                | Q(reviewed_at__isnull=False),
                name="matter_reviewed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(is_imported=True)
                | ~Q(state__in=[State.RESOLVED, State.OBJECTED, State.PUBLICISED])
                | Q(reviewed_at__isnull=False, resolved_at__isnull=False),
                name="matter_resolved_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(is_imported=True)
                | ~Q(state=State.ESTABLISHED)
                | Q(
                    entered_at__isnull=False,
                    solicited_at__isnull=False,
                    reviewed_at__isnull=False,
                    resolved_at__isnull=False,
                    publicised_at__isnull=False,
                    established_at__isnull=False,
                ),
                name="matter_established_has_all",
            ),
        ]
        indexes = [models.Index(fields=["state", "entered_at"], name="matter_state_idx")]

    def __str__(self):
        return self.proposal.label

    @property
    def community(self):
        return self.proposal.community

    @property
    def is_works(self):
        return self.proposal.type == "works"


class MatterEvent(AppendOnly, models.Model):
    """One act on a matter: from which state to which, by whom, with its ledger row."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField(_("序号"))
    act = models.CharField(_("事项"), max_length=32)
    move = models.CharField(_("转移"), max_length=32)
    from_state = models.CharField(_("之前"), max_length=12, blank=True)
    to_state = models.CharField(_("之后"), max_length=12, choices=State)
    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(_("说明"), max_length=500, blank=True)
    ledger_row = models.OneToOneField(
        "core.LedgerRow", on_delete=models.PROTECT, null=True, related_name="matter_event"
    )

    class Meta:
        db_table = "delib_event"
        verbose_name = _("办理记录")
        verbose_name_plural = _("办理记录")
        constraints = [
            models.UniqueConstraint(fields=["matter", "seq"], name="event_seq_once"),
            models.CheckConstraint(
                condition=Q(to_state__in=State.values), name="event_state_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.matter_id} {self.seq} {self.act}"


class Solicitation(models.Model):
    """The evidence of step 1: what the pool and the questionnaires say."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="solicitation")
    questionnaire_count = models.PositiveIntegerField(_("问需表份数"), default=0)
    people_count = models.PositiveIntegerField(_("涉及人数"), default=0)
    summary = models.TextField(_("问需情况"))
    no_need_reason = models.CharField(_("无匹配需求的理由"), max_length=300, blank=True)
    filed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    filed_at = models.DateTimeField(_("归档时间"))

    class Meta:
        db_table = "delib_solicitation"
        verbose_name = _("问需证据")
        verbose_name_plural = _("问需证据")

    def __str__(self):
        return f"{self.matter_id}"


class CitedRound(models.Model):
    """A line of a round's summary that bears the proposal, with its figures when it was cited.

    A later correction of the round does not change what the evidence said.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="cited_rounds")
    round = models.ForeignKey(
        "communities.SolicitationRound",
        on_delete=models.PROTECT,
        related_name="citations",
        verbose_name=_("问需轮次"),
    )
    # The record of the round that fixed the figures copied here.
    as_of = models.ForeignKey("communities.RoundChange", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("选项"), max_length=60)
    count = models.PositiveIntegerField(_("份数"))
    valid = models.PositiveIntegerField(_("有效份数"))

    class Meta:
        db_table = "delib_cited_round"
        verbose_name = _("引用的问需轮次")
        verbose_name_plural = _("引用的问需轮次")
        constraints = [
            models.UniqueConstraint(fields=["matter", "round"], name="cited_round_once"),
            models.CheckConstraint(
                condition=Q(count__gt=0, count__lte=F("valid")), name="cited_round_count_in_valid"
            ),
        ]

    def __str__(self):
        return f"{self.matter_id} {self.round_id}"

    @property
    def percent(self):
        return self.count * 100 // self.valid
