"""A forgotten password, without e-mail: an administrator hands over a one-time link."""

import hashlib
import secrets

from axes.utils import reset as axes_reset
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ResetLink, User
from accounts.permissions import against_administering
from accounts.rules import RESET_LINK_LIFE
from accounts.services.users import store_password, void_reset_links
from accounts.trail import write_event
from core.refusals import Conflict, NotAllowed, NotFound, Reason, refuse_if


def digest_of(words):
    return hashlib.sha256(str(words).encode()).hexdigest()


@transaction.atomic
def issue_reset_link(*, user, actor, now, reason=""):
    """Returns (row, the words of the link). Older links of this account die."""
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse_if(against_administering(actor, user), NotAllowed)
    if not user.is_active:
        raise Conflict(
            Reason("account_disabled", _("账户已停用。"), remedy=_("请先重新启用账户。"))
        )
    void_reset_links(user, now=now)
    words = secrets.token_urlsafe(32)
    link = ResetLink.objects.create(
        user=user,
        digest=digest_of(words),
        issued_by=actor,
        issued_at=now,
        expires_at=now + RESET_LINK_LIFE,
    )
    write_event(
        "user.reset_link_issued",
        target=user,
        actor=actor,
        at=now,
        reason=reason,
        data={"link": link.pk},
    )
    return link, words


def find_reset_link(*, words, now, lock=False):
    """The open link of these words; NotFound says the same for used, old, void and invented."""
    links = ResetLink.objects.select_for_update() if lock else ResetLink.objects
    link = links.filter(
        digest=digest_of(words), used_at=None, voided_at=None, expires_at__gt=now
    ).first()
    if link is None or not link.user.is_active:
        raise NotFound(
            Reason(
                "link_dead",
                _("链接无效、已使用或已过期。"),
                rule=_("链接 24 小时内有效，只能使用一次，改过密码即作废"),
                remedy=_("请联系系统管理员重新签发。"),
            )
        )
    return link


@transaction.atomic
def set_password_by_link(*, words, password, now):
    """The new password. Does not sign in: the second factor still stands before the door."""
    link = find_reset_link(words=words, now=now, lock=True)
    user = User.objects.select_for_update().get(pk=link.user_id)
    link.used_at = now
    link.save(update_fields=["used_at"])
    store_password(user, password, now=now)
    write_event("user.password_reset", target=user, actor=user, at=now, data={"link": link.pk})
    return user


@transaction.atomic
def lift_lockout(*, user, actor, now):
    """Forget the failed tries of this account."""
    refuse_if(against_administering(actor, user, own_allowed=True), NotAllowed)
    count = axes_reset(username=user.username)
    write_event("user.lockout_lifted", target=user, actor=actor, at=now, data={"count": count})
    return count
