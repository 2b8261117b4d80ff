"""Steps 4–6: can it happen now? Reasons that hold before anybody has typed anything; nothing is written.

Each policy takes (matter, actor, now) and returns the reasons against the act. The same answer
shows on the page, in `next_acts` of the API and in the refusal of the service.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Reason
from deliberation import rules
from deliberation.choices import (
    BoxState,
    Decision,
    ItemResult,
    MeetingState,
    NoticeState,
    ObjectionState,
    Purpose,
)
from deliberation.models import Objection


def agenda_reasons(matter, actor, now):
    """A matter stands on one open agenda at a time, and not while the street decides."""
    if pending_decision(matter) is not None:
        return [
            Reason(
                "already_submitted",
                _("已送街道审定，不能再列入议程。"),
                _("一次送审一次审定。"),
                _("请等待街道审定。"),
            )
        ]
    if not on_open_agenda(matter):
        return []
    return [
        Reason(
            "already_on_agenda",
            _("已列入一次尚未结束的会议议程。"),
            _("议程自公告起固定。"),
            _("请在该次会议上审议，或先取消该会议。"),
        )
    ]


def on_open_agenda(matter):
    """Is the matter on the agenda of a meeting that is not over?"""
    return matter.agenda_items.filter(open_key__isnull=False).exists()


def vote_reasons(matter, actor, now):
    """The council votes only in an open, quorate meeting that has it on its agenda."""
    item = open_item(matter)
    if item is not None and item.meeting.state == MeetingState.OPEN:
        return []
    return [
        Reason(
            "no_open_meeting", _("没有正在进行、且列入本项目的有效会议。"),
            _("议事会须先公告、核验到会人数，达到法定人数方可表决。"),
            _("请先公告会议并在会上核验到会。"),
        )
    ]  # fmt: skip


def withdraw_reasons(matter, actor, now):
    """Nobody takes a proposal back while the council is voting on it."""
    item = matter.agenda_items.filter(box__state=BoxState.OPEN)
    if not item.exists():
        return []
    return [
        Reason(
            "ballot_open", _("议事会正在对本项目投票，不能撤回。"),
            _("表决前可自行撤回；表决后须由议事会同意。"), _("请等投票结束。"),
        )
    ]  # fmt: skip


def open_item(matter):
    """The agenda item on a meeting that is not over, or None."""
    return (
        matter.agenda_items.filter(open_key__isnull=False)
        .select_related("meeting__community")
        .first()
    )


def carried_item(matter):
    """The vote that carried the matter last, or None."""
    return (
        matter.agenda_items.filter(result=ItemResult.CARRIED, purpose=Purpose.ESTABLISH)
        .select_related("meeting__community")
        .order_by("-voted_at", "-pk")
        .first()
    )


def open_notice(matter):
    """The notice that hangs out now, or None."""
    return matter.notices.filter(state=NoticeState.OPEN).first()


def notice_reasons(matter, actor, now):
    """A resolution is posted once its meeting is closed, one notice at a time."""
    item = carried_item(matter)
    if item is None or item.meeting.state != MeetingState.CLOSED:
        return [
            Reason(
                "meeting_not_closed", _("会议尚未结束，纪要还没有完成。"),
                _("决议公示在会议结束之后。"), _("请先填写会议纪要并结束会议。"),
            )
        ]  # fmt: skip
    if open_notice(matter) is not None or concluded_after_vote(matter):
        return [
            Reason("notice_open", _("已在公示。"), _("一次决议一次公示。"), _("请等待公示期满。"))
        ]
    return []


def concluded_after_vote(matter):
    """Was the present resolution already posted to its end?"""
    return matter.notices.filter(
        state=NoticeState.CONCLUDED, posted_at__gte=matter.resolved_at
    ).exists()


def objection_reasons(matter, actor, now):
    """Objections need a notice to object to."""
    if matter.notices.exclude(state=NoticeState.VOID).exists():
        return []
    return [
        Reason(
            "no_notice", _("本项目还没有公示。"), _("异议在决议公示期内书面提出。"),
            _("请在公示开始后提出；现在可向居委会反映意见。"),
        )
    ]  # fmt: skip


def decide_objection_reasons(matter, actor, now):
    """There must be an objection that waits for its answer."""
    if open_objections(matter).exists():
        return []
    return [
        Reason("no_open_objection", _("没有待处理的异议。"), _("异议逐件答复。"), _("无需办理。"))
    ]


def open_objections(matter):
    """Objections that still wait for an answer, oldest first."""
    return (
        Objection.objects.filter(notice__matter=matter, state=ObjectionState.OPEN)
        .select_related("notice")
        .order_by("filed_at", "pk")
    )


def conclude_reasons(matter, actor, now):
    """No early end, and no open objection."""
    notice = open_notice(matter)
    if notice is None:
        return [Reason("no_notice", _("还没有公示。"), _("决议须公示。"), _("请先发布公示。"))]
    reasons = []
    if now < notice.ends_at:
        reasons.append(
            Reason(
                "notice_running",
                _("公示到%(end)s届满，现在不能结束。")
                % {"end": timezone.localtime(notice.ends_at).strftime("%Y-%m-%d %H:%M")},
                _("公示须满%(days)s天，不得提前结束。") % {"days": notice.days},
                _("请在届满后再办理。"),
            )
        )
    elif now < (opens_at := notice.ends_at + rules.CLOSING_GRACE):
        reasons.append(
            Reason(
                "notice_just_ended",
                _("公示刚刚届满，最后一刻提出的异议可能还在提交。"),
                _("公示期内提出的异议都要受理。"),
                _("请在%(when)s以后办理。")
                % {"when": timezone.localtime(opens_at).strftime("%H:%M")},
            )
        )
    if open_objections(matter).exists():
        reasons.append(
            Reason(
                "objection_open", _("还有异议未处理。"), _("异议须全部答复。"), _("请先处理异议。")
            )
        )
    return reasons


def pending_decision(matter):
    """The submission that waits for the street's decision, or None."""
    return matter.decisions.filter(decision=Decision.PENDING).first()


def submit_reasons(matter, actor, now):
    """Submitted once, with one row at least in each of the ledgers ①–⑤."""
    reasons = []
    if pending_decision(matter) is not None:
        reasons.append(
            Reason("already_submitted", _("已送审。"), _("一次送审一次审定。"), _("请等待审定。"))
        )
    if on_open_agenda(matter):
        reasons.append(
            Reason(
                "withdrawal_pending", _("撤回申请已列入会议议程。"), _("先由议事会决定是否撤回。"),
                _("请等会议结束。"),
            )
        )  # fmt: skip
    return reasons


def decide_reasons(matter, actor, now):
    """The street decides on a submission made by somebody else."""
    decision = pending_decision(matter)
    if decision is None:
        return [
            Reason(
                "not_submitted", _("街道民生事务部尚未送审。"),
                _("审定前由民生事务部核验前五个台账。"), _("请先由民生事务部送审。"),
            )
        ]  # fmt: skip
    if actor is not None and getattr(actor, "person_id", None) == decision.submitter_id:
        return [
            Reason(
                "same_person", _("送审人与审定人不能是同一人。"), _("经办与审定分离。"),
                _("请由另一位审定人办理。"),
            )
        ]  # fmt: skip
    return []
