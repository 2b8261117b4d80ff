"""Errors of the database and the state machine that mean: somebody else was there first."""

from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from core.refusals import Conflict, Reason

# lock_not_available, deadlock_detected, serialization_failure
_PG_BUSY = {"55P03", "40P01", "40001"}


def as_refusal(error):
    """A Conflict for an error that repeating or reloading can cure; None for any other."""
    if isinstance(error, TransitionNotAllowed):
        return _conflict("wrong_state", _("事项的当前状态不允许这一步。"))
    if isinstance(error, ConcurrentTransition):
        return _conflict("changed_meanwhile", _("事项刚刚被其他人办理过。"))
    if isinstance(error, (ProtectedError, RestrictedError)):
        return _conflict(
            "still_in_use", _("仍有记录引用它，不能删除。"), _("请先处理引用它的记录。")
        )
    if isinstance(error, IntegrityError):
        return _conflict("clashes", _("与已有的记录冲突，没有保存。"))
    if isinstance(error, OperationalError) and _is_busy(error):
        return _conflict("busy", _("同一记录正在被其他人办理。"), _("请稍候几秒再试一次。"))
    return None


def _conflict(code, text, remedy=_("请刷新页面，看看最新情况后再办理。")):
    return Conflict(Reason(code=code, text=text, remedy=remedy))


def _is_busy(error):
    cause = error.__cause__
    if getattr(cause, "pgcode", None) in _PG_BUSY:
        return True
    return "database is locked" in str(error) or "database table is locked" in str(error)
