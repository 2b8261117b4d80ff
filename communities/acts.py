"""What can be done with a need: one table for the buttons, the API and the services."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from communities import permissions
from communities.machine import LIVE
from communities.models import Need, NeedStatus
from core.refusals import Conflict, NotAllowed, Reason, refuse_if


def _anybody(_user, _on, _need):
    return None


def _of_place(permission):
    """A permission that is about the community of the need."""

    def check(user, on, need):
        return permission(user, on, need.community)

    return check


_owner = _of_place(permissions.may_answer_needs)
_sorter = _of_place(permissions.may_sort_needs)


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
    # Shown only while it can be done: nobody looks for the reason why it cannot.
    quiet: bool = False


_ANSWERABLE = (*LIVE, NeedStatus.SOLVED, NeedStatus.DECLINED)


def _is_suspected(need):
    if need.alike_to_id and need.status == NeedStatus.OPEN:
        return None
    return Reason("not_suspected", _("系统没有提示这条需求与别的重复。"))


def _photo(*, is_public):
    def check(need):
        if need.photo_id and need.photo_is_public == is_public:
            return None
        return Reason(
            "photo_not_there", _("没有照片，或照片已经是这个状态。"), remedy=_("请刷新页面再看。")
        )

    return check


ACTS = {
    act.key: act
    for act in (
        Act("support", _("我也需要"), _anybody, _in(*LIVE), "support", public=True),
        Act("answer", _("答复"), permissions.may_reply, _in(*_ANSWERABLE), "answer"),
        Act("solve", _("办结为已解决"), _owner, _when("solve"), "close"),
        Act("decline", _("不纳入"), _owner, _when("decline"), "close"),
        Act("reopen", _("重新开放"), _owner, _when("reopen"), "reopen", quiet=True),
        Act("assign", _("转交答复"), _sorter, _in(*LIVE), "assign"),
        Act("recategorise", _("调整类别"), _sorter, _in(*LIVE), "recategorise"),
        Act("confirm", _("核实仍然需要"), _sorter, _in(*LIVE), "confirm"),
        Act(
            "publish_photo", _("公开照片"), _sorter, _photo(is_public=False), "publish_photo",
            quiet=True,
        ),
        Act(
            "hide_photo", _("不再公开照片"), _sorter, _photo(is_public=True), "hide_photo",
            quiet=True,
        ),
        Act("merge", _("合并到同类需求"), _owner, _when("merge"), "merge"),
        Act("keep_apart", _("不是重复"), _owner, _is_suspected, "keep_apart", quiet=True),
        Act("unmerge", _("取消合并"), _owner, _when("unmerge"), "unmerge", quiet=True),
    )
}  # fmt: skip


def check(key, need: Need, actor, on):
    """Refuse unless this person may do it (403) and the need allows it now (409)."""
    act = ACTS[key]
    refuse_if([act.permission(actor, on, need)], NotAllowed)
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
        refusal = act.permission(user, on, need)
        if refusal is not None:
            continue
        reasons = tuple(reason for reason in [act.possible(need)] if reason is not None)
        if reasons and act.quiet:
            continue
        href = reverse(f"communities:{act.page}", args=[need.number])
        rows.append(OpenAct(act.key, act.label, not reasons, reasons, not act.public, href))
    return rows
