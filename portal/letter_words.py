"""The words of letters: no names and numbers of people, and the way back to the desk."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.masking import mask_free_text
from portal.choices import LetterKind


def address(name, *args):
    """A full address of the site, for a letter."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def confirm_words(token):
    """(subject, text) of the letter that asks an address to confirm itself."""
    text = _(
        "有人在民生微实事的“通知方式”里填写了这个邮箱。\n\n"
        "是您本人的，请在 48 小时内登录后打开下面的链接确认：\n%(link)s\n\n"
        "不是您填写的，请不用理会，系统不会再发通知到这里。"
    ) % {"link": address("portal:channel_confirm", token)}
    return _("请确认您的邮箱"), text


def mail_words(kind, notifications):
    """(subject, text) of an e-mail with these notifications, those that ask for an act first."""
    asked = [one for one in notifications if one.asks_act]
    copies = [one for one in notifications if not one.asks_act]
    subject = _("轮到您办 %(a)d 件，进展 %(b)d 条") % {"a": len(asked), "b": len(copies)}
    if kind == LetterKind.DIGEST:
        subject = _("每日汇总：%(words)s") % {"words": subject}
    parts = []
    for title, rows in ((_("轮到您办"), asked), (_("进展"), copies)):
        if rows:
            parts.append(f"【{title}】\n" + "\n".join(map(_line, rows)))
    parts.append(_("我的工作台：%(link)s") % {"link": address("portal:desk")})
    parts.append(_("不想收到邮件，请改“通知方式”：%(link)s") % {"link": address("portal:channels")})
    return subject, "\n\n".join(parts)


def _line(one):
    at = timezone.localtime(one.at)
    link = address("deliberation:proposal", one.matter_id)
    return f"· {at:%m-%d %H:%M} {mask_free_text(one.text)}\n  {link}"


def sms_words(notification):
    """At most seventy characters where that is possible: one message."""
    text = mask_free_text(notification.text)
    return _("【民生微实事】%(text)s") % {"text": text if len(text) <= 60 else f"{text[:59]}…"}
