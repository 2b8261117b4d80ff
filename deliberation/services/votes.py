"""Step 4 on the day: votes, deferrals, minutes."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from deliberation import rules
from deliberation.choices import (
    BoxState,
    Choice,
    ItemResult,
    MeetingState,
    Purpose,
    VoteMethod,
)
from deliberation.models import AgendaItem, MemberVote
from deliberation.services.base import bad, blocked, finish, lock_matter, require_text
from deliberation.services.items import (
    box_of,
    decide,
    item_and_matter,
    may_vote_on,
    refuse_while_balloting,
)
from deliberation.services.meetings import (
    _set_attendance,
    check_convener,
    in_state,
    lock_meeting,
    meeting_columns,
    presenter_words,
)


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
    """Record the council's vote by hands on one item; the result follows from the numbers alone.

    votes: dicts member_id, choice — for the named show of hands only. recusals: dicts member_id,
    reason; those of the applicant's people are added by the system.
    """
    item, matter, _meeting = item_and_matter(item_id, "vote", actor=actor, now=now)
    if method not in VoteMethod.values:
        raise bad("method_unknown", _("请选择表决方式。"), field="method")
    if method == VoteMethod.SECRET:
        raise bad(
            "secret_by_ballot", _("无记名投票的票数不能由一个人直接登记。"),
            _("手机投票由系统计票；纸质票由两人分别清点、分别录入。"),
            _("请开启无记名投票，不用手机的成员领取纸质票。"), "method",
        )  # fmt: skip
    require_text(presenter=(presenter or item.presenter, _("介绍人")))
    if method != VoteMethod.HANDS_NAMED:
        require_text(tellers=(tellers, _("计票人、监票人")))
        if votes:
            raise bad("votes_not_named", _("计数表决不逐人记录。"), field="votes")
    refuse_while_balloting(item)
    present = may_vote_on(item, recusals, now)
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
    decide(item, yes, no, abstain, len(present), actor=actor, now=now)
    return item


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


def _void_box(item, now):
    """A ballot that goes on when its item is put off is void; nobody counts it."""
    box = box_of(item)
    if box is not None and box.state == BoxState.OPEN:
        box.state, box.open_key, box.closed_at = BoxState.VOID, None, now
        box.save(update_fields=["state", "open_key", "closed_at"])


@transaction.atomic
def defer_item(*, item_id, reason, actor, now):
    """Put one item off to another meeting (缓议), with the reason."""
    item, matter, _meeting = item_and_matter(item_id, "defer", actor=actor, now=now)
    require_text(reason=(reason, _("缓议理由")))
    _void_box(item, now)
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
