"""The second factor: a code of six digits from a phone, ten recovery codes on paper."""

import base64
import re
import secrets

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.permissions import against_administering
from accounts.rules import RECOVERY_CODES
from accounts.services.users import end_sessions_of
from accounts.trail import write_event
from core.refusals import BadInput, Conflict, NotAllowed, Reason, refuse_if

SIX_DIGITS = re.compile(r"[0-9]{6}\Z")
# without 0, 1, l, o: copied from paper by hand
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"

VERIFY_FIRST = Reason(
    "verify_first",
    _("请先用现有的验证器完成两步验证。"),
    rule=_("更换验证器须先通过原有验证"),
    remedy=_("手机遗失时用恢复码，或请管理员重置。"),
)
WRONG_CODE = Reason(
    "wrong_code",
    _("验证码不正确，或已经用过。"),
    rule=_("每个验证码只能使用一次"),
    remedy=_("请等验证器显示下一个六位数字再试；也可以输入一个未用过的恢复码。"),
    field="code",
)


def recovery_digest(user, code):
    """Recovery codes are kept as keyed digests: reading the database gives nobody a code."""
    plain = re.sub(r"[^a-z0-9]", "", str(code).lower())
    mac = salted_hmac("accounts.recovery", f"{user.pk}:{plain}", algorithm="sha256").digest()
    return base64.b32encode(mac).decode()[:16].lower()


def _lock(user):
    # the row of the user serialises everything done to his devices
    return User.objects.select_for_update().get(pk=user.pk)


@transaction.atomic
def start_set_up(*, user, verified, actor, now):
    """A new, not yet confirmed authenticator; what was begun before is dropped."""
    _lock(user)
    if TOTPDevice.objects.filter(user=user, confirmed=True).exists() and not verified:
        raise NotAllowed(VERIFY_FIRST)
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    device = TOTPDevice.objects.create(user=user, name="totp", confirmed=False)
    write_event("user.second_factor_begun", target=user, actor=actor, at=now)
    return device


# not atomic as a whole: the failure count of the device must outlive the refusal
def confirm_set_up(*, user, code, verified, actor, now):
    """Returns (device, ten recovery codes). The codes are shown once and not kept."""
    reason = None
    with transaction.atomic():
        _lock(user)
        old = TOTPDevice.objects.filter(user=user, confirmed=True)
        if old.exists() and not verified:
            raise NotAllowed(VERIFY_FIRST)
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None:
            raise Conflict(
                Reason("not_begun", _("没有待确认的验证器。"), remedy=_("请重新开始设置。"))
            )
        reason = _check(device, code, SIX_DIGITS.match(code or ""))
        if reason is None:
            old.delete()
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            codes = _new_codes(user)
            write_event("user.second_factor_confirmed", target=user, actor=actor, at=now)
    if reason is not None:
        raise BadInput(reason)
    return device, codes


# not atomic as a whole: see above
def verify_second_factor(*, user, code, actor, now):
    """The device that accepts this code. Six digits are from the phone, else it is from paper."""
    reason = None
    with transaction.atomic():
        _lock(user)
        by_phone = SIX_DIGITS.match(code or "")
        model = TOTPDevice if by_phone else StaticDevice
        device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
        if device is None:
            reason = WRONG_CODE
        else:
            sent = code if by_phone else recovery_digest(user, code)
            reason = _check(device, sent, True)
        if reason is None:
            write_event(
                "user.second_factor_passed",
                target=user,
                actor=actor,
                at=now,
                data={"by": "authenticator" if by_phone else "recovery_code"},
            )
    if reason is not None:
        raise BadInput(reason)
    return device


def _check(device, code, well_formed):
    """None when the device accepts the code. Counts failures; the wait grows 1, 2, 4 … seconds."""
    allowed, why = device.verify_is_allowed()
    if not allowed:
        return Reason(
            "too_many_codes",
            _("连续输错 %(n)d 次，请稍等片刻再试。") % {"n": why["failure_count"]},
            rule=_("每错一次，等待时间加倍"),
            remedy=_("等待后输入验证器上最新的数字。"),
            field="code",
        )
    if not well_formed:
        return WRONG_CODE
    return None if device.verify_token(code) else WRONG_CODE


@transaction.atomic
def renew_recovery_codes(*, user, verified, actor, now):
    """Ten new codes; the old ones stop working."""
    _lock(user)
    if not verified:
        raise NotAllowed(VERIFY_FIRST)
    codes = _new_codes(user)
    write_event("user.recovery_codes_renewed", target=user, actor=actor, at=now)
    return codes


def _new_codes(user):
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    codes = []
    for _n in range(RECOVERY_CODES):
        code = "".join(secrets.choice(ALPHABET) for _c in range(12))
        device.token_set.create(token=recovery_digest(user, code))
        codes.append("-".join((code[:4], code[4:8], code[8:])))
    return codes


@transaction.atomic
def reset_second_factor(*, user, reason, actor, now):
    """The phone and the paper are lost: begin anew. An administrator has seen the person."""
    locked = _lock(user)
    refuse_if(against_administering(actor, locked), NotAllowed)
    if not reason.strip():
        raise BadInput(Reason("reason_missing", _("请写明原因及核实身份的方式。"), field="reason"))
    TOTPDevice.objects.filter(user=locked).delete()
    StaticDevice.objects.filter(user=locked).delete()
    end_sessions_of(locked)
    tokens, _rows = locked.auth_token_set.all().delete()
    write_event(
        "user.second_factor_reset",
        target=locked,
        actor=actor,
        at=now,
        reason=reason,
        data={"tokens_revoked": tokens},
    )
    return locked
