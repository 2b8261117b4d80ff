"""Keys for programs. Shown once, kept as a digest."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from accounts.models import ApiToken, User
from accounts.rules import TOKEN_LONGEST_DAYS, TOKEN_PREFIX, TOKENS_PER_USER
from accounts.trail import write_event
from core.refusals import BadInput, Conflict, NotAllowed, NotFound, Reason


@transaction.atomic
def issue_token(*, user, name, days, may_write=False, verified, actor, now):
    """Returns (token row, the words to send). `verified`: the session passed the second factor."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active or not verified:
        raise NotAllowed(
            Reason(
                "second_factor_needed",
                _("签发接口令牌前须通过两步验证。"),
                rule=_("令牌不得绕过两步验证"),
                remedy=_("请先在“两步验证”页设置验证器并完成验证。"),
            )
        )
    name = str(name or "").strip()
    if not name or len(name) > 60:
        raise BadInput(Reason("name_missing", _("请写明令牌的用途，不超过 60 字。"), field="name"))
    if not 1 <= days <= TOKEN_LONGEST_DAYS:
        raise BadInput(Reason("too_long_lived", _("有效期须为 1 至 365 天。"), field="days"))
    if user.auth_token_set.filter(expiry__gt=now).count() >= TOKENS_PER_USER:
        raise Conflict(
            Reason(
                "too_many_tokens",
                _("每个账户最多 %(n)d 个有效令牌。") % {"n": TOKENS_PER_USER},
                remedy=_("请先撤销不再使用的令牌。"),
            )
        )
    digest, words = get_digest_token(TOKEN_PREFIX)
    token = ApiToken(
        digest=digest,
        token_key=words[: CONSTANTS.TOKEN_KEY_LENGTH],
        user=user,
        name=name,
        may_write=may_write,
        expiry=now + timedelta(days=days),
    )
    token.save(force_insert=True)
    write_event(
        "token.issued",
        target=user,
        actor=actor,
        at=now,
        data={"key": token.token_key, "days": days, "may_write": may_write},
    )
    return token, words


@transaction.atomic
def revoke_token(*, user, token_key, actor, now):
    """Only one's own, and at once."""
    token = ApiToken.objects.filter(user=user, token_key=token_key).first()
    if token is None:
        raise NotFound(Reason("no_such_token", _("没有这个令牌，可能已经撤销。")))
    token.delete()
    write_event("token.revoked", target=user, actor=actor, at=now, data={"key": token_key})


def mark_token_used(*, token, now):
    """Not audited: what the program does is. At most once an hour, so that reading stays cheap."""
    if token.last_used_at is None or now - token.last_used_at > timedelta(hours=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
