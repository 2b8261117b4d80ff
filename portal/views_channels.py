"""How the signed-in person is told outside the house: address, confirmation, what is wanted."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import show_reasons
from core.masking import mask_phone
from core.refusals import Refused
from portal.forms import ChannelForm
from portal.models import Channel
from portal.services import channels

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def show(request):
    one = Channel.objects.filter(person_id=request.user.person_id).first() or Channel()
    first = {
        "email": one.email,
        "email_mode": one.email_mode,
        "sms_overdue": one.sms_overdue,
    }
    form, status = ChannelForm(request.POST or None, initial=first), 200
    if request.method == "POST" and form.is_valid():
        try:
            one = channels.set_channels(**form.cleaned_data, actor=request.user, now=timezone.now())
        except Refused as refused:
            show_reasons(form, refused)
            status = refused.status
        else:
            messages.success(request, _words_of(one))
            return redirect("portal:channels")
    context = {
        "form": form,
        "one": one,
        "phone": mask_phone(request.user.person.phone),
        "mail_is_on": settings.MAIL != "none",
        "sms_is_on": bool(settings.SMS_BACKEND),
    }
    return render(request, "portal/channels.html", context, status=status)


def _words_of(one):
    if one.email and not one.is_confirmed and settings.MAIL != "none":
        return _("已保存。请到邮箱打开确认邮件里的链接，确认后开始发送。")
    return _("已保存。")


@require_POST
def ask_again(request):
    """Another confirmation letter."""
    try:
        channels.ask_again(actor=request.user, now=timezone.now())
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, f"{reason.text}{reason.remedy}")
    else:
        messages.success(request, _("确认邮件几分钟内发出，以前的链接作废。"))
    return redirect("portal:channels")


@get_or_post
def confirm(request, token):
    """Looking writes nothing: the link shows a button, the button confirms."""
    if request.method == "POST":
        channels.confirm_email(token=token, actor=request.user, now=timezone.now())
        messages.success(request, _("邮箱已确认，从现在起的通知会发到这里。"))
        return redirect("portal:channels")
    return render(request, "portal/channel_confirm.html", {})
