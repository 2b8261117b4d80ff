"""How a person is told outside the house: the e-mail address, its confirmation, what is wanted."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.refusals import BadInput, Conflict, NotAllowed, Reason, refuse_if
from portal import rules
from portal.choices import Carrier, EmailMode, LetterKind
from portal.models import Channel, Letter

_signer = Signer(salt="portal.channel")
CHAIN = "accounts"


def locked_channel(person_id):
    """The person's row under its lock; made when there is none."""
    Channel.objects.get_or_create(person_id=person_id)
    return Channel.objects.select_for_update().get(person_id=person_id)


def token_of(channel):
    """The words of the confirmation link: derived from the row, so nothing secret is stored."""
    return _signer.sign(f"{channel.pk}:{channel.nonce}")


def _checked(email, email_mode):
    """The address, or every fault of what was typed."""
    email, reasons = (email or "").strip(), []
    if email_mode not in EmailMode.values:
        reasons.append(Reason("mode_unknown", _("请选择一种邮件通知方式。"), field="email_mode"))
    try:
        if email:
            validate_email(email)
        if len(email) > rules.EMAIL_MAX:
            raise ValidationError("long")
    except ValidationError:
        reasons.append(
            Reason("email_malformed", _("邮箱地址不完整。"), "",
                   _("请核对，例如 name@example.com。"), "email")
        )  # fmt: skip
    if email_mode != EmailMode.NONE and not email:
        reasons.append(
            Reason("email_missing", _("要用邮件通知，请填写邮箱。"), "",
                   _("不用邮件的，请选“不发邮件”。"), "email")
        )  # fmt: skip
    refuse_if(reasons, BadInput)
    if email_mode != EmailMode.NONE and settings.MAIL == "none":
        raise Conflict(
            Reason(
                "mail_is_off", _("本系统没有开通邮件。"), "",
                _("请选“不发邮件”；通知都在工作台的消息里。"), "email_mode",
            )
        )  # fmt: skip
    return email


@transaction.atomic
def set_channels(*, email, email_mode, sms_overdue, actor, now):
    """The person's ways are these. A new address is asked to confirm itself before it is used.

    Returns the Channel. Raises BadInput; Conflict when mail is off or too much was asked today.
    """
    email = _checked(email, email_mode)
    one = locked_channel(actor.person_id)
    is_new = email != one.email
    wakes = one.email_mode == EmailMode.NONE and email_mode != EmailMode.NONE
    if is_new:
        one.email, one.confirmed_at, one.mail_from, one.nonce = email, None, None, ""
    elif wakes and one.is_confirmed:
        one.mail_from = now
    one.email_mode, one.sms_overdue = email_mode, sms_overdue
    one.save()
    if email and not one.is_confirmed and (is_new or wakes):
        _ask(one, now)
    _record("channel.changed", one, actor, now, email_changed=is_new)
    return one


@transaction.atomic
def ask_again(*, actor, now):
    """Another confirmation letter leaves; links of earlier ones are void."""
    one = locked_channel(actor.person_id)
    if not one.email or one.is_confirmed:
        raise Conflict(
            Reason("nothing_to_confirm", _("没有等待确认的邮箱。"), "", _("请先填写并保存邮箱。"))
        )
    _ask(one, now)
    return one


def _ask(one, now):
    if settings.MAIL == "none":
        return
    on = timezone.localdate(now)
    asked = Letter.objects.filter(person_id=one.person_id, kind=LetterKind.CONFIRM, on=on)
    if asked.count() >= rules.CONFIRM_A_DAY:
        raise Conflict(
            Reason(
                "asked_too_often",
                _("今天已经发过 %(n)d 封确认邮件。") % {"n": rules.CONFIRM_A_DAY},
                _("确认邮件每天有上限，免得打扰填错的人。"),
                _("请核对邮箱，明天再试。"),
                "email",
            )
        )
    one.nonce, one.asked_at = secrets.token_hex(16), now
    one.save(update_fields=["nonce", "asked_at"])
    Letter.objects.create(
        key=f"confirm:{one.nonce}", person_id=one.person_id, carrier=Carrier.EMAIL,
        kind=LetterKind.CONFIRM, on=on, created_at=now, available_at=now,
    )  # fmt: skip


@transaction.atomic
def confirm_email(*, token, actor, now):
    """The address is the person's own: letters may go there. Twice does nothing.

    Raises NotAllowed for a link of somebody else, a void or an old one.
    """
    one = locked_channel(actor.person_id)
    try:
        told = _signer.unsign(token)
    except BadSignature:
        told = ""
    is_ours = bool(one.nonce) and told == f"{one.pk}:{one.nonce}"
    if is_ours and one.is_confirmed:
        return one
    if not is_ours or now > one.asked_at + rules.CONFIRM_LIFE:
        raise NotAllowed(
            Reason(
                "link_is_void",
                _("这个确认链接不对，或者已经过期。"),
                _("链接 48 小时内有效，只对收信的账户、最近一次填写的邮箱有效。"),
                _("请在“通知方式”重新发送确认邮件。"),
            )
        )
    one.confirmed_at = one.mail_from = now
    one.save(update_fields=["confirmed_at", "mail_from"])
    _record("channel.confirmed", one, actor, now)
    return one


def _record(kind, one, actor, now, **data):
    """That it changed, never the address: a chain cannot forget."""
    audit.record(
        kind, target=one, actor=actor, at=now, chain=CHAIN,
        data={"email_mode": one.email_mode, "sms_overdue": one.sms_overdue, **data},
    )  # fmt: skip
