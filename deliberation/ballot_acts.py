"""The acts around a secret ballot: their words, and why they are closed now.

As meeting_acts.py for meetings: pages, API and services say the same. The services check again.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.refusals import Reason
from deliberation import meeting_acts
from deliberation.choices import BoxState


@dataclass(frozen=True)
class BallotAct:
    """One thing done with the ballot of an item. `key` is also the name of its page."""

    key: str
    label: str
    help: str = ""
    is_grave: bool = False


BALLOT_ACTS = {
    act.key: act
    for act in (
        BallotAct(
            "open_ballot", gettext_lazy("开启无记名投票"),
            gettext_lazy("登记回避后固定表决名单；成员用自己的手机投票，截止前任何人都看不到票数。"),
            is_grave=True,
        ),
        BallotAct("cast_ballot", gettext_lazy("投票")),
        BallotAct(
            "mark_paper", gettext_lazy("登记领取纸质票"),
            gettext_lazy("不用手机的成员领取纸质票；一人一票，两种方式只能用一种。"),
        ),
        BallotAct(
            "enter_tally", gettext_lazy("录入纸质票清点"),
            gettext_lazy("两个人分别清点、分别登录录入；一致才计票，不一致的重新清点。"),
        ),
        BallotAct(
            "close_ballot", gettext_lazy("截止投票"),
            gettext_lazy("截止后公布结果并记入台账，不能补投、重投。"), is_grave=True,
        ),
    )
}  # fmt: skip


def box_of(item):
    """The item's box as it was read with it, or None."""
    return getattr(item, "box", None)


def reasons(key, item, meeting, who, now):
    """Why an act on the item's ballot is closed now; `who`: why this person may not at all."""
    if key == "open_ballot":
        found = meeting_acts.item_reasons("vote", item, meeting, who, now)
        if found or box_of(item) is None:
            return found
        return [
            Reason(
                "ballot_once", _("本议题已经开启过无记名投票。"), _("每个议题表决一次，不得重投。"),
                _("请在会议页面查看这次投票。"),
            )
        ]  # fmt: skip
    if who:
        return who
    box = box_of(item)
    if box is not None and box.state == BoxState.OPEN:
        return []
    return [
        Reason(
            "ballot_over" if box else "no_ballot",
            _("本议题现在没有进行中的无记名投票。"),
            _("投票截止后不得补投、重投，也不得重新开启。"), _("请查看会议页面。"),
        )
    ]  # fmt: skip
