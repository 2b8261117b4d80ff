"""Step 4 on the day: votes, deferrals, minutes."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from communities.permissions import holds
from communities.roles import Role
from core import audit
from core.money import format_yuan
from core.refusals import NotFound, Reason
from deliberation import permissions, rules
from deliberation.choices import (
    Choice,
    ItemResult,
    MeetingState,
    NoticeState,
    Purpose,
    VoteMethod,
)
from deliberation.models import AgendaItem, MemberVote, Recusal
from deliberation.services.base import bad, begin, blocked, finish, lock_matter, require_text
from deliberation.services.declaring import free_needs
from deliberation.services.meetings import (
    _set_attendance,
    check_convener,
    in_state,
    lock_meeting,
    meeting_columns,
    presenter_words,
)
from projects import selectors as projects_selectors


def _item_and_matter(item_id, act_key, *, actor, now):
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


def _recuse(item, recusals, on):
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


def _check_item_quorum(item, present, recused):
    """A recused member counts neither as present nor in the number the quorum is taken of."""
    meeting = item.meeting
    rule_set = item.matter.proposal.rule_set
    needed = rules.quorum_needed(
        meeting.member_count - len(recused), rule_set.quorum_numerator,
        rule_set.quorum_denominator, rule_set.is_quorum_inclusive,
    )  # fmt: skip
    if len(present) < needed:
        raise blocked(
            "item_no_quorum",
            _("除去回避人员，到会%(present)s人，本议题法定人数%(needed)s人，不得表决。")
            % {"present": len(present), "needed": needed},
            _("回避成员不计入到会，也不参加表决。"), _("请将本议题缓议，另行召集会议。"),
        )  # fmt: skip


def _count(votes, present):
    """Tally of named votes; each present and entitled member once."""
    choices = {entry["member_id"]: entry["choice"] for entry in votes}
    if len(choices) != len(votes) or set(choices) != present:
        raise bad(
            "votes_do_not_match", _("逐人记录须恰好包括每一位有表决权的到会成员。"),
            _("赞成、反对、弃权之和等于有表决权的到会人数。"), _("请核对名单。"), "votes",
        )  # fmt: skip
    if not set(choices.values()) <= set(Choice.values):
        raise bad("choice_unknown", _("请选择赞成、反对或弃权。"), field="votes")
    values = list(choices.values())
    return choices, *(values.count(choice) for choice in Choice)


@transaction.atomic
def vote(
    *, item_id, method, yes=0, no=0, abstain=0, votes=(), recusals=(), presenter="",
    discussion="", tellers="", actor, now,
):  # fmt: skip
    """Record the council's vote on one item; the result follows from the numbers alone.

    votes: dicts member_id, choice — for the named show of hands only. recusals: dicts member_id,
    reason; those of the applicant's people are added by the system.
    """
    item, matter, meeting = _item_and_matter(item_id, "vote", actor=actor, now=now)
    if method not in VoteMethod.values:
        raise bad("method_unknown", _("请选择表决方式。"), field="method")
    require_text(presenter=(presenter or item.presenter, _("介绍人")))
    if method != VoteMethod.HANDS_NAMED:
        require_text(tellers=(tellers, _("计票人、监票人")))
        if votes:
            raise bad("votes_not_named", _("计数或无记名表决不逐人记录。"), field="votes")
    _check_unchanged(item, matter)
    if item.purpose == Purpose.WITHDRAW and not can_proceed(matter.withdraw_by_resolution):
        raise blocked(
            "objection_open", _("还有异议未处理，不能表决撤回。"), _("异议须全部答复。"),
            _("请先答复异议，或将本议题缓议。"),
        )  # fmt: skip
    recused = _recuse(item, recusals, timezone.localdate(now))
    present = set(meeting.members.filter(is_present=True).values_list("pk", flat=True)) - recused
    _check_item_quorum(item, present, recused)
    if method == VoteMethod.HANDS_NAMED:
        choices, yes, no, abstain = _count(votes, present)
        MemberVote.objects.bulk_create(
            MemberVote(item=item, member_id=pk, choice=choice)
            for pk, choice in sorted(choices.items())
        )
    if not rules.tally_adds_up(yes, no, abstain, len(present)):
        raise bad(
            "tally_wrong",
            _("赞成%(yes)s、反对%(no)s、弃权%(abstain)s合计不等于有表决权的到会人数%(all)s。")
            % {"yes": yes, "no": no, "abstain": abstain, "all": len(present)},
            _("赞成、反对、弃权之和等于有表决权的到会人数。"), _("请重新计票。"), "yes",
        )  # fmt: skip
    item.method, item.tellers, item.discussion = method, tellers, discussion
    item.presenter = presenter_words(matter.proposal, presenter) or item.presenter
    item.yes, item.no, item.abstain, item.entitled = yes, no, abstain, len(present)
    carried = rules.is_carried(yes, len(present))
    item.result = ItemResult.CARRIED if carried else ItemResult.LOST
    item.voted_at, item.open_key = now, None
    item.save()
    _take_result(item, matter, carried, actor=actor, now=now)
    return item


def _check_unchanged(item, matter):
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


def _put_off(item, matter, reason, *, actor, now):
    """One item is not voted on: the matter waits for a new meeting."""
    item.result, item.open_key = ItemResult.VOID, None
    item.save(update_fields=["result", "open_key"])
    finish(
        matter, "defer", "defer" if item.purpose == Purpose.ESTABLISH else "keep_after_vote",
        actor=actor, now=now, note=reason,
        columns={
            **meeting_columns(item.meeting), "is_valid": _("无效"), "result": _("流会"),
            "purpose": item.get_purpose_display(),
        },
        data={"item": item.pk},
    )  # fmt: skip


@transaction.atomic
def defer_item(*, item_id, reason, actor, now):
    """Put one item off to another meeting (缓议), with the reason."""
    item, matter, _meeting = _item_and_matter(item_id, "defer", actor=actor, now=now)
    require_text(reason=(reason, _("缓议理由")))
    _put_off(item, matter, reason, actor=actor, now=now)
    return item


def _lock_whole(meeting_id, actor, now):
    """Lock all matters of the open items in pk order, then the meeting."""
    pairs = AgendaItem.objects.filter(meeting_id=meeting_id, open_key__isnull=False)
    matters = {pk: lock_matter(pk) for pk in sorted(pairs.values_list("matter_id", flat=True))}
    meeting = lock_meeting(meeting_id)
    check_convener(actor, meeting.community, now)
    return meeting, matters


def _put_all_off(meeting, matters, reason, *, actor, now):
    for item in meeting.items.filter(open_key__isnull=False).order_by("position"):
        item.meeting = meeting
        _put_off(item, matters[item.matter_id], reason, actor=actor, now=now)


@transaction.atomic
def adjourn(*, meeting_id, present_ids, resident_count=0, deputy_count=0, actor, now):
    """Record a meeting that failed for want of a quorum (流会); its matters are deferred."""
    meeting, matters = _lock_whole(meeting_id, actor, now)
    in_state(meeting, MeetingState.ANNOUNCED)
    if timezone.localdate(now) < timezone.localdate(meeting.starts_at):
        raise blocked(
            "meeting_not_yet", _("会议当天才能登记流会。"), _("会议按公告的时间召开。"),
            _("提前知道开不成的，请取消会议。"),
        )  # fmt: skip
    _set_attendance(meeting, present_ids, resident_count, deputy_count)
    if meeting.present_count >= meeting.quorum:
        raise blocked(
            "has_quorum", _("到会%(present)s人，已达法定人数%(quorum)s人，不能登记流会。")
            % {"present": meeting.present_count, "quorum": meeting.quorum},
            _("达到法定人数的会议有效。"), _("请开会；个别议题可以缓议。"),
        )  # fmt: skip
    meeting.state, meeting.closed_at = MeetingState.ADJOURNED, now
    meeting.save()
    reason = _("实到%(present)s人，不足法定人数%(quorum)s人") % {
        "present": meeting.present_count, "quorum": meeting.quorum,
    }  # fmt: skip
    _put_all_off(meeting, matters, reason, actor=actor, now=now)
    audit.record(
        "meeting.adjourned", target=meeting, actor=actor, at=now, chain=meeting.community.code,
        data={"present": meeting.present_count, "quorum": meeting.quorum}, reason=reason,
    )  # fmt: skip
    return meeting


@transaction.atomic
def cancel(*, meeting_id, reason, actor, now):
    """Call an announced meeting off before it is held; its matters are deferred."""
    meeting, matters = _lock_whole(meeting_id, actor, now)
    in_state(meeting, MeetingState.ANNOUNCED)
    require_text(reason=(reason, _("取消理由")))
    meeting.state, meeting.closed_at = MeetingState.CANCELLED, now
    meeting.save()
    _put_all_off(meeting, matters, reason, actor=actor, now=now)
    audit.record(
        "meeting.cancelled", target=meeting, actor=actor, at=now, chain=meeting.community.code,
        reason=reason,
    )  # fmt: skip
    return meeting


@transaction.atomic
def close(*, meeting_id, minutes, actor, now):
    """End the meeting once every item is voted on or put off; the minutes are on record."""
    meeting = lock_meeting(meeting_id)
    check_convener(actor, meeting.community, now)
    in_state(meeting, MeetingState.OPEN)
    require_text(minutes=(minutes, _("会议纪要")))
    waiting = meeting.items.filter(result=ItemResult.OPEN).count()
    if waiting:
        raise blocked(
            "items_open", _("还有%(n)s个议题没有结果。") % {"n": waiting},
            _("会议结束前，每个议题须表决或缓议。"), _("请先表决或缓议。"),
        )  # fmt: skip
    meeting.state, meeting.closed_at, meeting.minutes = MeetingState.CLOSED, now, minutes
    meeting.save()
    audit.record(
        "meeting.closed", target=meeting, actor=actor, at=now, chain=meeting.community.code,
        data={"items": meeting.items.count()},
    )  # fmt: skip
    return meeting


def may_convene(actor, community, on):
    """Does the user convene and record meetings of this community?"""
    return holds(actor, Role.COMMITTEE_CLERK, community=community, on=on)
