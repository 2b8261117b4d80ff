"""What every way of voting on an agenda item shares: its locks, recusals, quorum and result."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from core.money import format_yuan
from core.refusals import NotFound, Reason
from deliberation import permissions, rules
from deliberation.choices import BoxState, ItemResult, MeetingState, NoticeState, Purpose
from deliberation.models import AgendaItem, BallotBox, Recusal
from deliberation.services.base import bad, begin, blocked, finish
from deliberation.services.declaring import free_needs
from deliberation.services.meetings import in_state, lock_meeting, meeting_columns
from projects import selectors as projects_selectors


def item_and_matter(item_id, act_key, *, actor, now):
    """Lock matter, then meeting, then read the item."""
    matter_id = AgendaItem.objects.filter(pk=item_id).values_list("matter_id", flat=True).first()
    if matter_id is None:
        raise NotFound(Reason("not_found", _("没有找到这个议题。")))
    matter = begin(act_key, matter_id=matter_id, actor=actor, now=now)
    meeting_id = AgendaItem.objects.values_list("meeting_id", flat=True).get(pk=item_id)
    meeting = lock_meeting(meeting_id)
    item = AgendaItem.objects.select_for_update().get(pk=item_id)
    item.meeting, item.matter = meeting, matter
    in_state(meeting, MeetingState.OPEN)
    if item.result != ItemResult.OPEN:
        raise blocked(
            "item_decided", _("该议题已有结果：%(result)s。")
            % {"result": item.get_result_display()},
            _("每个议题表决一次，结果不得更改。"), _("有误时须另行召集会议。"),
        )  # fmt: skip
    return item, matter, meeting


def interested_members(item, on):
    """Members on the roster who must be recused: applicant, or agent of an applying organisation."""
    people = permissions.interested_people(item.matter.proposal, on)
    return {member.pk for member in item.meeting.members.all() if member.person_id in people}


def recuse(item, recusals, on):
    """Write the recusals, declared and computed; returns the ids of recused members."""
    members = {member.pk: member for member in item.meeting.members.all()}
    reasons = {entry["member_id"]: (entry.get("reason") or "").strip() for entry in recusals}
    if not set(reasons) <= set(members):
        raise bad("not_on_roster", _("回避人员不在应到名单中。"), field="recusals")
    for pk in interested_members(item, on):
        reasons.setdefault(pk, _("本项目申报人或申报组织经办人"))
    if any(not reason for reason in reasons.values()):
        raise bad("recusal_without_reason", _("请写明回避原因。"), field="recusals")
    Recusal.objects.bulk_create(
        Recusal(item=item, member_id=pk, reason=reason) for pk, reason in sorted(reasons.items())
    )
    if item.meeting.chair_id in {members[pk].person_id for pk in reasons}:
        raise blocked(
            "chair_recused", _("主持人须回避本议题。"), _("回避人员不参加也不主持该议题。"),
            _("请先改由其他到会成员主持。"), "chair",
        )  # fmt: skip
    return set(reasons)


def check_item_quorum(item, present, recused):
    """A recused member counts neither as present nor in the number the quorum is taken of."""
    meeting = item.meeting
    rule_set = item.matter.proposal.rule_set
    needed = rules.item_quorum(
        meeting.member_count, len(recused), rule_set.quorum_numerator,
        rule_set.quorum_denominator, rule_set.is_quorum_inclusive,
    )  # fmt: skip
    if len(present) < needed:
        raise blocked(
            "item_no_quorum",
            _("除去回避人员，到会%(present)s人，本议题法定人数%(needed)s人，不得表决。")
            % {"present": len(present), "needed": needed},
            _("回避成员不计入到会，也不参加表决。"), _("请将本议题缓议，另行召集会议。"),
        )  # fmt: skip


def may_vote_on(item, recusals, now):
    """Write the recusals and ask whether the item can be voted on; the members entitled, by key."""
    check_unchanged(item, item.matter)
    if item.purpose == Purpose.WITHDRAW and not can_proceed(item.matter.withdraw_by_resolution):
        raise blocked(
            "objection_open", _("还有异议未处理，不能表决撤回。"), _("异议须全部答复。"),
            _("请先答复异议，或将本议题缓议。"),
        )  # fmt: skip
    recused = recuse(item, recusals, timezone.localdate(now))
    present = item.meeting.members.filter(is_present=True).values_list("pk", flat=True)
    entitled = set(present) - recused
    check_item_quorum(item, entitled, recused)
    return entitled


def check_unchanged(item, matter):
    """The council decides on what was announced, to the letter."""
    if item.content_digest != projects_selectors.content_digest(matter.proposal):
        raise blocked(
            "content_changed", _("项目内容与公告时不一致，不能表决。"),
            _("表决的是公告的内容。"), _("请重新公告。"),
        )  # fmt: skip


RESULT_MOVES = {
    (Purpose.ESTABLISH, True): "resolve",
    (Purpose.ESTABLISH, False): "reject_at_council",
    (Purpose.WITHDRAW, True): "withdraw_by_resolution",
    (Purpose.WITHDRAW, False): "keep_after_vote",
}


def decide(item, yes, no, abstain, entitled, *, actor, now):
    """The result follows from the numbers alone, and with it the matter's next state."""
    item.yes, item.no, item.abstain, item.entitled = yes, no, abstain, entitled
    carried = rules.is_carried(yes, entitled)
    item.result = ItemResult.CARRIED if carried else ItemResult.LOST
    item.voted_at, item.open_key = now, None
    item.save()
    _take_result(item, item.matter, carried, actor=actor, now=now)


def _take_result(item, matter, carried, *, actor, now):
    move = RESULT_MOVES[item.purpose, carried]
    dated = {} if move == "keep_after_vote" else {"at": now}
    if move in ("reject_at_council", "withdraw_by_resolution"):
        matter.notices.filter(open_key__isnull=False).update(open_key=None, state=NoticeState.VOID)
        free_needs(matter, actor=actor, now=now)
    recused = item.recusals.select_related("member__person").order_by("pk")
    finish(
        matter, "vote", move, actor=actor, now=now, note=item.meeting.number, **dated,
        columns={
            **meeting_columns(item.meeting),
            "is_valid": _("有效"),
            "purpose": item.get_purpose_display(),
            "amount": format_yuan(item.amount_fen),
            "presenter": item.presenter,
            "discussion": item.discussion,
            "recused": "、".join(r.member.person.name for r in recused),
            "method": item.get_method_display(),
            "yes": str(item.yes), "no": str(item.no), "abstain": str(item.abstain),
            "threshold": _("超过%(n)s的半数") % {"n": item.entitled},
            "result": item.get_result_display(),
        },
        data={"item": item.pk, "yes": item.yes, "no": item.no, "abstain": item.abstain,
              "entitled": item.entitled, "result": item.result},
    )  # fmt: skip


def box_of(item):
    """The item's secret ballot under its lock, or None. It is locked after the item."""
    return BallotBox.objects.select_for_update().filter(item=item).first()


def refuse_while_balloting(item):
    """One way of voting at a time: no numbers are typed in beside an open ballot."""
    if BallotBox.objects.filter(item=item, state=BoxState.OPEN).exists():
        raise blocked(
            "ballot_open", _("本议题正在无记名投票。"), _("每个议题表决一次。"),
            _("请先截止投票；投票不能进行的，可将本议题缓议。"),
        )  # fmt: skip
