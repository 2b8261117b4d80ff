"""The secret ballot of one item: who may still vote, the ballots, and the counts of paper.

Who voted and what was voted are two tables that nothing links (ADR 26). A ballot has no time, no
voter, and a random key that is also its place in SQLite's table; a right has no time either, and
all rights of a box are written anew with each use, so that no row of them is the youngest.
"""

import secrets

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnly
from deliberation.choices import BoxState, Choice, RightUse
from deliberation.models.meetings import AgendaItem, MeetingMember

COUNTS = ("yes", "no", "abstain", "spoiled", "missing")


def random_key():
    """A key that tells no order. Below 2**62, so that SQLite's counter never runs out."""
    return secrets.randbelow(2**62 - 1) + 1


class BallotBox(models.Model):
    """The secret ballot on one item. `open_key` is the meeting's key while ballots are cast."""

    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="box")
    open_key = models.BigIntegerField(null=True, unique=True)
    state = models.CharField(_("状态"), max_length=8, choices=BoxState, default=BoxState.OPEN)
    entitled = models.PositiveSmallIntegerField(_("有表决权的到会人数"))
    opened_at = models.DateTimeField(_("开始投票"))
    ends_at = models.DateTimeField(_("宣布的截止时间"))
    closed_at = models.DateTimeField(_("截止投票"), null=True)
    is_cut_off = models.BooleanField(_("主持人宣布截止"), default=False)
    attempt = models.PositiveSmallIntegerField(_("第几次清点纸质票"), default=1)
    agreed = models.PositiveSmallIntegerField(_("两人一致的清点"), null=True)
    digest = models.CharField(_("选票摘要"), max_length=64, blank=True)

    class Meta:
        db_table = "delib_ballot_box"
        verbose_name = _("无记名投票")
        verbose_name_plural = _("无记名投票")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=BoxState.values), name="box_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=BoxState.OPEN, open_key__isnull=False, closed_at__isnull=True)
                | Q(open_key__isnull=True, closed_at__isnull=False) & ~Q(state=BoxState.OPEN),
                name="box_open_or_over",
            ),
            models.CheckConstraint(
                condition=~Q(state=BoxState.CLOSED) | ~Q(digest=""), name="box_closed_has_digest"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at")), name="box_ends_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True) | Q(agreed=F("attempt")),
                name="box_agrees_on_last_count",
            ),
            models.CheckConstraint(condition=Q(entitled__gt=0), name="box_has_voters"),
        ]

    def __str__(self):
        return f"{self.item}"


class VotingRight(models.Model):
    """One vote of one member entitled to it; made when the box opens, used once, by one way."""

    box = models.ForeignKey(BallotBox, on_delete=models.PROTECT, related_name="rights")
    member = models.ForeignKey(MeetingMember, on_delete=models.PROTECT, related_name="+")
    used = models.CharField(
        _("投票方式"), max_length=8, choices=RightUse, default=RightUse.UNUSED, blank=True
    )

    class Meta:
        db_table = "delib_voting_right"
        verbose_name = _("表决权")
        verbose_name_plural = _("表决权")
        constraints = [
            models.UniqueConstraint(fields=["box", "member"], name="right_once_a_member"),
            models.CheckConstraint(condition=Q(used__in=RightUse.values), name="right_use_known"),
        ]

    def __str__(self):
        return f"{self.box_id} {self.member_id}"


class Ballot(AppendOnly, models.Model):
    """One vote cast on a phone. `slot` is a random one of the box's `seats` places.

    The key is a BigAutoField that we fill ourselves: only then is it SQLite's rowid, and rows lie
    in no order of time.
    """

    id = models.BigAutoField(primary_key=True, default=random_key)
    box = models.ForeignKey(BallotBox, on_delete=models.PROTECT, related_name="ballots")
    slot = models.PositiveSmallIntegerField(_("票位"))
    seats = models.PositiveSmallIntegerField(_("票数上限"))
    choice = models.CharField(_("意见"), max_length=8, choices=Choice)

    class Meta:
        db_table = "delib_ballot"
        verbose_name = _("选票")
        verbose_name_plural = _("选票")
        constraints = [
            models.UniqueConstraint(fields=["box", "slot"], name="ballot_slot_once"),
            models.CheckConstraint(
                condition=Q(slot__gte=1, slot__lte=F("seats")), name="ballot_slot_within_seats"
            ),
            models.CheckConstraint(
                condition=Q(choice__in=Choice.values), name="ballot_choice_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.box_id} #{self.slot}"


class PaperCount(AppendOnly, models.Model):
    """What one person counted of the ballots on paper; two people count apart from each other."""

    box = models.ForeignKey(BallotBox, on_delete=models.PROTECT, related_name="counts")
    attempt = models.PositiveSmallIntegerField(_("第几次清点"))
    place = models.PositiveSmallIntegerField(_("第几位录入"))
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("录入时间"))
    yes = models.PositiveSmallIntegerField(_("赞成"))
    no = models.PositiveSmallIntegerField(_("反对"))
    abstain = models.PositiveSmallIntegerField(_("弃权"))
    spoiled = models.PositiveSmallIntegerField(_("废票"))
    missing = models.PositiveSmallIntegerField(_("未交回"))
    scan = models.ForeignKey(
        "core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        db_table = "delib_paper_count"
        verbose_name = _("纸质票清点")
        verbose_name_plural = _("纸质票清点")
        constraints = [
            models.UniqueConstraint(
                fields=["box", "attempt", "place"], name="paper_count_place_once"
            ),
            models.UniqueConstraint(
                fields=["box", "attempt", "person"], name="paper_count_two_people"
            ),
            models.CheckConstraint(condition=Q(place__in=[1, 2]), name="paper_count_by_two"),
        ]

    def __str__(self):
        return f"{self.box_id} {self.attempt}.{self.place}"

    @property
    def numbers(self):
        """The five counts as a tuple, in the order of COUNTS."""
        return tuple(getattr(self, name) for name in COUNTS)
