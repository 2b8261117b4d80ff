"""What is typed on the desk: filters of its lists, urging, supervision, channels."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.acts import ACTS
from portal.choices import EmailMode
from portal.rules import EMAIL_MAX, REASON_MAX, TEXT_MAX

ALL = ("", _("全部"))


def _day(label):
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class TodoFilter(forms.Form):
    queue = forms.CharField(widget=forms.HiddenInput, required=False)
    q = forms.CharField(label=_("项目名称或编号"), max_length=60, required=False)
    act = forms.ChoiceField(label=_("下一步"), required=False)

    def __init__(self, *args, acts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [
            ALL, *((key, f"{label}（{n}）") for key, label, n in acts)
        ]  # fmt: skip


class DoneFilter(forms.Form):
    act = forms.ChoiceField(
        label=_("办理事项"),
        choices=[ALL, *((act.key, act.label) for act in ACTS.values())],
        required=False,
    )
    since = _day(_("从"))
    until = _day(_("到"))


class CopiesFilter(forms.Form):
    unread = forms.BooleanField(label=_("只看未读"), required=False)


class ReadForm(forms.Form):
    """Which messages were read: those named by key, or all; only those without an act."""

    ids = forms.TypedMultipleChoiceField(coerce=int, required=False)
    copies = forms.BooleanField(required=False)

    def __init__(self, data):
        super().__init__(data)
        # any whole number: the service looks among one's own only
        known = [key for key in data.getlist("ids")[:200] if key.isascii() and key.isdigit()]
        self.fields["ids"].choices = [(key, key) for key in known]


class UrgeForm(forms.Form):
    text = forms.CharField(
        label=_("催办内容"), max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一两句话，说明为什么着急。轮到办理的人和本项目的工作人员看得到。"),
    )  # fmt: skip


class SuperviseForm(forms.Form):
    due_on = forms.DateField(
        label=_("办结期限"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("督办理由"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )


class LiftForm(forms.Form):
    result = forms.CharField(
        label=_("督办结果"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明办到了什么程度。"),
    )  # fmt: skip


class ChannelForm(forms.Form):
    email = forms.EmailField(
        label=_("邮箱"), max_length=EMAIL_MAX, required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("留空表示不用邮件。新邮箱要点开确认邮件里的链接后才会使用。"),
    )  # fmt: skip
    email_mode = forms.ChoiceField(
        label=_("邮件通知"), choices=EmailMode.choices, widget=forms.RadioSelect
    )
    sms_overdue = forms.BooleanField(
        label=_("轮到我的事超期时，发短信到登记的手机号"), required=False
    )
