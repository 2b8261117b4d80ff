"""What can be done with a round of questionnaires: one table for buttons, API and services."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from communities import permissions
from core.refusals import Conflict, NotAllowed, Reason, refuse_if


@dataclass(frozen=True)
class RoundAct:
    """move: the method of RoundMachine that must be open. page: the name of its address."""

    key: str
    label: str
    move: str
    page: str
    against: Callable = lambda _one: None
    is_danger: bool = False


def _rests_on_it(one):
    """Nobody takes away what evidence or needs rest on."""
    if one.citation_count:
        return Reason(
            "round_is_cited",
            format_lazy(_("已有{n}个申报项目引用这一轮，不能取消。"), n=one.citation_count),
            rule=_("问需证据归档后不得抽走依据。"),
            remedy=_("数据有误时请办理“更正数据”，写明理由。"),
        )
    if one.pk and (count := one.needs.count()):
        return Reason(
            "round_has_needs",
            format_lazy(_("已有{n}条需求从这一轮的问需表录入，不能取消。"), n=count),
            rule=_("代为登记的需求要能查到纸质来源。"),
            remedy=_("请如实汇总这一轮；数据有误时办理“更正数据”。"),
        )
    return None


ACTS = {
    act.key: act
    for act in (
        RoundAct("tally", _("录入汇总数据"), "tally", "round_tally"),
        RoundAct("close", _("结束收表，固定数据"), "close", "round_close"),
        RoundAct("correct", _("更正数据"), "correct", "round_correct"),
        RoundAct("cancel", _("取消这一轮"), "cancel", "round_cancel", _rests_on_it, True),
    )
}


def reasons_against(act, one):
    """Why the act cannot be done now, whoever asks; empty when it can."""
    if not can_proceed(getattr(one, act.move)):
        return [
            Reason(
                "round_state",
                format_lazy(_("这一轮问需现在的状态是“{state}”，不能办理“{act}”。"),
                            state=one.get_state_display(), act=act.label),
                rule=_("收表中的可以录入，汇总后数据固定，只能写明理由更正。"),
                remedy=_("刷新页面，看看现在可以办理什么。"),
            )
        ]  # fmt: skip
    return [reason for reason in [act.against(one)] if reason is not None]


def check(key, one, actor, on):
    """Refuse unless this person may do it (403) and the round allows it now (409)."""
    refuse_if([permissions.may_keep_rounds(actor, on, one.community)], NotAllowed)
    refuse_if(reasons_against(ACTS[key], one), Conflict)


@dataclass(frozen=True)
class OpenRoundAct:
    key: str
    label: str
    allowed: bool
    reasons: tuple
    href: str


def acts_open_to(user, one, on):
    """For those who keep the rounds of the place: what can be done, and why the rest cannot.

    What the state rules out is not shown: nobody looks for it.
    """
    if permissions.may_keep_rounds(user, on, one.community) is not None:
        return []
    rows = []
    for act in ACTS.values():
        if can_proceed(getattr(one, act.move)):
            reasons = tuple(reasons_against(act, one))
            href = reverse(f"communities:{act.page}", args=[one.number])
            rows.append(OpenRoundAct(act.key, act.label, not reasons, reasons, href))
    return rows
