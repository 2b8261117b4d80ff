"""What can be done with a need: one table for the buttons, the API and the services."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from communities import permissions
from communities.models import Need, NeedStatus
from core.refusals import Conflict, NotAllowed, Reason, refuse_if


def _anybody(_user, _on, _community):
    return None


def _status_reason(need):
    return Reason(
        "need_status",
        format_lazy(_("这条需求现在的状态是“{status}”。"), status=need.get_status_display()),
        remedy=_("刷新页面，看看现在可以办理什么。"),
    )


def _when(method):
    def check(need):
        return None if can_proceed(getattr(need, method)) else _status_reason(need)

    return check


def _in(*states):
    def check(need):
        return None if need.status in states else _status_reason(need)

    return check


@dataclass(frozen=True)
class Act:
    key: str
    label: str
    permission: Callable
    possible: Callable
    page: str
    public: bool = False


_LIVE = (NeedStatus.OPEN, NeedStatus.TAKEN_UP)
_ANSWERABLE = (*_LIVE, NeedStatus.SOLVED, NeedStatus.DECLINED)

ACTS = {
    act.key: act
    for act in (
        Act("support", _("我也需要"), _anybody, _in(*_LIVE), "support", public=True),
        Act("answer", _("答复"), permissions.may_answer_needs, _in(*_ANSWERABLE), "answer"),
        Act("solve", _("办结为已解决"), permissions.may_answer_needs, _when("solve"), "close"),
        Act("decline", _("不纳入"), permissions.may_answer_needs, _when("decline"), "close"),
        Act("reopen", _("重新开放"), permissions.may_answer_needs, _when("reopen"), "reopen"),
    )
}


def check(key, need: Need, actor, on):
    """Refuse unless this person may do it (403) and the need allows it now (409)."""
    act = ACTS[key]
    refuse_if([act.permission(actor, on, need.community)], NotAllowed)
    refuse_if([act.possible(need)], Conflict)


@dataclass(frozen=True)
class OpenAct:
    key: str
    label: str
    allowed: bool
    reasons: tuple
    is_staff: bool
    href: str


def acts_open_to(user, need, on):
    """Every act with the reasons against it; staff acts only for those who may do them at all."""
    rows = []
    for act in ACTS.values():
        refusal = act.permission(user, on, need.community)
        if refusal is not None:
            continue
        reasons = tuple(reason for reason in [act.possible(need)] if reason is not None)
        href = reverse(f"communities:{act.page}", args=[need.number])
        rows.append(OpenAct(act.key, act.label, not reasons, reasons, not act.public, href))
    return rows
