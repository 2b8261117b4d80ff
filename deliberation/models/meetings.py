"""Step 4: meetings of a residents' council, their frozen roster and agenda, and the votes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnly
from deliberation.choices import Choice, ItemResult, MeetingState, Purpose, VoteMethod
from deliberation.models.matters import Matter


class Meeting(models.Model):
    """One session of a community's council (居民议事会)."""

    community = models.ForeignKey(
        "communities.Community", on_delete=models.PROTECT, related_name="meetings"
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    session = models.PositiveSmallIntegerField(_("本年第几次"))
    state = models.CharField(_("状态"), max_length=10, choices=MeetingState)
    place = models.CharField(_("地点"), max_length=120)
    starts_at = models.DateTimeField(_("开会时间"))
    announced_at = models.DateTimeField(_("公告时间"), null=True)
    announced_places = models.CharField(_("公告位置"), max_length=200, blank=True)
    agenda_digest = models.CharField(_("议程摘要"), max_length=64, blank=True)
    convened_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    chair = models.ForeignKey(
        "accounts.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("主持人"),
    )
    recorder = models.ForeignKey(
        "accounts.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("记录人"),
    )
    member_count = models.PositiveSmallIntegerField(_("成员总数"), default=0)
    quorum = models.PositiveSmallIntegerField(_("法定人数"), default=0)
    present_count = models.PositiveSmallIntegerField(_("实到人数"), default=0)
    resident_count = models.PositiveSmallIntegerField(_("列席居民"), default=0)
    deputy_count = models.PositiveSmallIntegerField(_("列席人大代表"), default=0)
    opened_at = models.DateTimeField(_("开会核验时间"), null=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    minutes = models.TextField(_("会议纪要"), blank=True)
    is_imported = models.BooleanField(_("历史导入"), default=False)
    import_key = models.CharField(_("导入键"), max_length=80, unique=True, null=True, blank=True)

    class Meta:
        db_table = "delib_meeting"
        verbose_name = _("议事会会议")
        verbose_name_plural = _("议事会会议")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "year", "session"], name="meeting_session_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=MeetingState.values), name="meeting_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(is_imported=True) | Q(present_count__lte=F("member_count")),
                name="meeting_present_in_roster",
            ),
            models.CheckConstraint(
                condition=Q(is_imported=True)
                | ~Q(state__in=[MeetingState.OPEN, MeetingState.CLOSED])
                | Q(present_count__gte=F("quorum"), quorum__gt=0),
                name="meeting_open_has_quorum",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="meeting_starts_idx")]

    def __str__(self):
        return self.number

    @property
    def number(self):
        """会议编号: 社区-年-第n次."""
        return f"{self.community.name}-{self.year}-第{self.session}次"


class MeetingMember(models.Model):
    """A council member on the roster that was frozen when the meeting was announced."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    seat = models.CharField(_("席位"), max_length=12)
    is_present = models.BooleanField(_("到会"), default=False)

    class Meta:
        db_table = "delib_member"
        verbose_name = _("应到成员")
        verbose_name_plural = _("应到成员")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="member_once_a_meeting"),
        ]

    def __str__(self):
        return f"{self.person}"


class AgendaItem(models.Model):
    """One matter on a meeting's agenda, with its vote. `open_key` keeps it on one open agenda."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="agenda_items")
    open_key = models.BigIntegerField(null=True, unique=True)
    purpose = models.CharField(_("议题"), max_length=10, choices=Purpose)
    position = models.PositiveSmallIntegerField(_("序号"))
    amount_fen = models.BigIntegerField(_("金额（分）"))
    content_digest = models.CharField(_("内容摘要"), max_length=64)
    presenter = models.CharField(_("介绍人"), max_length=40, blank=True)
    discussion = models.TextField(_("主要发言摘要"), blank=True)
    method = models.CharField(_("表决方式"), max_length=8, choices=VoteMethod, blank=True)
    tellers = models.CharField(_("计票人、监票人"), max_length=80, blank=True)
    entitled = models.PositiveSmallIntegerField(_("有表决权的到会人数"), default=0)
    yes = models.PositiveSmallIntegerField(_("赞成"), default=0)
    no = models.PositiveSmallIntegerField(_("反对"), default=0)
    abstain = models.PositiveSmallIntegerField(_("弃权"), default=0)
    result = models.CharField(_("结果"), max_length=8, choices=ItemResult, default=ItemResult.OPEN)
    voted_at = models.DateTimeField(_("表决时间"), null=True)

    class Meta:
        db_table = "delib_agenda_item"
        verbose_name = _("议题")
        verbose_name_plural = _("议题")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "matter"], name="item_matter_once"),
            models.UniqueConstraint(fields=["meeting", "position"], name="item_position_once"),
            models.CheckConstraint(
                condition=~Q(result__in=[ItemResult.CARRIED, ItemResult.LOST])
                | Q(entitled=F("yes") + F("no") + F("abstain"), entitled__gt=0),
                name="item_tally_adds_up",
            ),
            models.CheckConstraint(
                condition=~Q(result=ItemResult.CARRIED) | Q(yes__gt=F("entitled") - F("yes")),
                name="item_carried_by_majority",
            ),
            models.CheckConstraint(
                condition=Q(result__in=ItemResult.values), name="item_result_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.meeting_id} #{self.position}"


class Recusal(models.Model):
    """A member who may not take part in one item."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="recusals")
    member = models.ForeignKey(MeetingMember, on_delete=models.PROTECT, related_name="recusals")
    reason = models.CharField(_("回避原因"), max_length=200)

    class Meta:
        db_table = "delib_recusal"
        verbose_name = _("回避")
        verbose_name_plural = _("回避")
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="recusal_once_an_item"),
        ]

    def __str__(self):
        return f"{self.item_id} {self.member_id}"


class MemberVote(AppendOnly, models.Model):
    """A named vote by show of hands. Secret ballots leave a tally only."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes")
    member = models.ForeignKey(MeetingMember, on_delete=models.PROTECT, related_name="votes")
    choice = models.CharField(_("意见"), max_length=8, choices=Choice)

    class Meta:
        db_table = "delib_vote"
        verbose_name = _("逐人表决")
        verbose_name_plural = _("逐人表决")
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="vote_once_an_item"),
            models.CheckConstraint(
                condition=Q(choice__in=Choice.values), name="vote_choice_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.item_id} {self.member_id}"
