"""What an administrator may do to an account: one table, used by the page and its buttons."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import services


@dataclass(frozen=True)
class Act:
    key: str
    label: str
    text: str
    for_active: bool = True
    for_disabled: bool = False
    own_allowed: bool = False
    shows_link: bool = False


ACTS = {
    act.key: act
    for act in [
        Act(
            "reset-link",
            _("签发重设密码链接"),
            _("链接 24 小时内有效，只能使用一次；此前签发的链接作废。请当面或经可靠渠道交给本人。"),
            shows_link=True,
        ),
        Act(
            "second-factor",
            _("重置两步验证"),
            _("请先当面核实身份。重置后，本人下次登录须重新设置验证器；现有登录和令牌全部失效。"),
        ),
        Act(
            "lift-lockout",
            _("解除登录等待"),
            _("清除该账户的失败次数，可立即再次登录。"),
            own_allowed=True,
        ),
        Act(
            "disable",
            _("停用账户"),
            _("登录、令牌和未使用的重设链接即刻失效。办理过的记录保留。"),
        ),
        Act(
            "enable",
            _("重新启用账户"),
            _("本人可用原密码和原验证器登录；令牌须重新签发。"),
            for_active=False,
            for_disabled=True,
        ),
    ]
}


def carry_out(act, user, request, *, reason):
    """Call the one service of this act; returns the words to show."""
    base = {"user": user, "actor": request.user, "now": timezone.now()}
    if act.key == "reset-link":
        _link, words = services.issue_reset_link(**base, reason=reason)
        return request.build_absolute_uri(reverse("accounts:reset", args=[words]))
    if act.key == "second-factor":
        services.reset_second_factor(**base, reason=reason)
    elif act.key == "lift-lockout":
        services.lift_lockout(**base)
    elif act.key == "disable":
        services.disable_user(**base, reason=reason)
    elif act.key == "enable":
        services.enable_user(**base, reason=reason)
    return _("已办理：%(act)s") % {"act": act.label}
