"""May this person administer that account? Accounts know no roles, only Django's own marks.

`actor=None` is the operator at the console: no page or API leads here without a user.
"""

from django.utils.translation import gettext_lazy as _

from core.refusals import Reason

PRIVILEGE = Reason(
    "superuser_only",
    _("该账户可进入管理后台，只有系统超级管理员可以办理。"),
    rule=_("权限不得由低向高授予"),
    remedy=_("请联系系统超级管理员。"),
)
NOT_ADMINISTRATOR = Reason(
    "not_administrator",
    _("您没有管理账户的权限。"),
    remedy=_("请联系系统管理员。"),
)
OWN_ACCOUNT = Reason(
    "own_account",
    _("不能对自己的账户办理此事。"),
    rule=_("经办与本人分离"),
    remedy=_("请由另一位管理员办理。"),
)


def against_administering(actor, user=None, *, own_allowed=False):
    """Reasons why `actor` may not administer accounts, or this one in particular."""
    if actor is None:
        return []
    if not actor.is_active or not (
        actor.is_superuser or (actor.is_staff and actor.has_perm("accounts.change_user"))
    ):
        return [NOT_ADMINISTRATOR]
    if user is None:
        return []
    reasons = []
    if (user.is_superuser or user.is_staff) and not actor.is_superuser:
        reasons.append(PRIVILEGE)
    if actor.pk == user.pk and not own_allowed:
        reasons.append(OWN_ACCOUNT)
    return reasons


def against_granting(actor, *, is_staff, is_superuser):
    """Nobody hands out more than he holds."""
    if actor is not None and (is_staff or is_superuser) and not actor.is_superuser:
        return [PRIVILEGE]
    return []
