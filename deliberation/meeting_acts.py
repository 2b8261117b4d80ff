"""The acts on a meeting: one table for its page, its API and their reasons.

The reasons come from the checks that the services themselves make, so that a closed button and a
refused service say the same. Acts on a matter (vote, defer) are in acts.py; on an agenda they are
answered here without a query per item.
"""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.refusals import Reason, Refused
from deliberation.acts import ACTS
from deliberation.choices import BoxState, ItemResult, MeetingState
from deliberation.services import meetings as services
from deliberation.services.base import machine_reasons


@dataclass(frozen=True)
class MeetingAct:
    """One thing the convener does with a meeting. `key` is also the name of its page."""

    key: str
    label: str
    states: tuple
    help: str = ""
    is_on_the_day: bool = False
    is_grave: bool = False


MEETING_ACTS = {
    act.key: act
    for act in (
        MeetingAct(
            "open_meeting", gettext_lazy("核验到会并开会"), (MeetingState.ANNOUNCED,),
            gettext_lazy("会议当天核对到会成员；达到法定人数，会议才开始。"), is_on_the_day=True,
        ),
        MeetingAct(
            "adjourn_meeting", gettext_lazy("登记流会"), (MeetingState.ANNOUNCED,),
            gettext_lazy("到会不足法定人数的，登记流会；议程中的项目待另行召集。"),
            is_on_the_day=True, is_grave=True,
        ),
        MeetingAct(
            "cancel_meeting", gettext_lazy("取消会议"), (MeetingState.ANNOUNCED,),
            gettext_lazy("会前取消，议程中的项目可列入下一次会议；改期也先取消再公告。"),
            is_grave=True,
        ),
        MeetingAct(
            "change_chair", gettext_lazy("改主持人"), (MeetingState.OPEN,),
            gettext_lazy("主持人须回避某一议题时，由其他到会成员主持。"),
        ),
        MeetingAct(
            "close_meeting", gettext_lazy("结束会议"), (MeetingState.OPEN,),
            gettext_lazy("每个议题都有结果后，核对纪要，结束会议。"), is_grave=True,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class OpenMeetingAct:
    """An act seen by one person now: open, or closed with the reasons."""

    act: MeetingAct
    reasons: tuple

    @property
    def allowed(self):
        return not self.reasons


def who_reasons(user, meeting, now):
    """Why the user may not run this meeting; empty when the user may."""
    return services.convener_reasons(user, meeting.community, timezone.localdate(now))


def can_reasons(act, meeting, now):
    """Why the act is closed now, whoever asks."""
    reasons = _said_by(services.in_state, meeting, *act.states)
    if not reasons and act.is_on_the_day:
        reasons = _said_by(services._check_day, meeting, now)
    if not reasons and act.key == "close_meeting":
        reasons = _open_items(meeting)
    return reasons


def acts_open_to(user, meeting, now):
    """Every act with its reasons for this person now; those of other states are left out."""
    who = who_reasons(user, meeting, now)
    return [
        OpenMeetingAct(act, (*who, *can_reasons(act, meeting, now)))
        for act in MEETING_ACTS.values()
        if meeting.state in act.states
    ]


def item_reasons(key, item, meeting, who, now):
    """Why `vote` or `defer` is closed for one agenda item, read with its matter and meeting."""
    reasons = [*who, *_said_by(services.in_state, meeting, MeetingState.OPEN)]
    if not reasons and item.result != ItemResult.OPEN:
        reasons.append(
            Reason(
                "item_decided",
                _("该议题已有结果：%(result)s。") % {"result": item.get_result_display()},
                _("每个议题表决一次，结果不得更改。"), _("有误时须另行召集会议。"),
            )
        )  # fmt: skip
    box = getattr(item, "box", None)
    if not reasons and key == "vote" and box is not None and box.state == BoxState.OPEN:
        reasons.append(
            Reason(
                "ballot_open", _("本议题正在无记名投票。"), _("每个议题表决一次。"),
                _("请先截止投票；投票不能进行的，可将本议题缓议。"),
            )
        )  # fmt: skip
    return reasons or machine_reasons(ACTS[key], item.matter)


def _open_items(meeting):
    waiting = sum(item.result == ItemResult.OPEN for item in meeting.items.all())
    if not waiting:
        return []
    return [
        Reason(
            "items_open", _("还有%(n)s个议题没有结果。") % {"n": waiting},
            _("会议结束前，每个议题须表决或缓议。"), _("请先表决或缓议。"),
        )
    ]  # fmt: skip


def _said_by(check, *args):
    """The reasons of a service's own check, as a list instead of an exception."""
    try:
        check(*args)
    except Refused as refused:
        return list(refused.reasons)
    return []
