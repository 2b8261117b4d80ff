"""What people type into the account pages. Services judge it; forms only give it a shape."""

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from accounts.names import normalise_username
from accounts.rules import TOKEN_LONGEST_DAYS


def show_reasons(form, refused):
    """Put the reasons of a refusal where the reader looks: at the field, else above the form."""
    for reason in refused.reasons:
        words = " ".join(str(part) for part in (reason.text, reason.remedy) if part)
        form.add_error(reason.field if reason.field in form.fields else None, words)


def _password(autocomplete):
    return forms.PasswordInput(attrs={"autocomplete": autocomplete})


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("登录名"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("密码"), max_length=256, strip=False, widget=_password("current-password")
    )

    def clean_username(self):
        return normalise_username(self.cleaned_data["username"])[:64]


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        help_text=_("验证器上的六位数字；手机不在身边时，输入一个恢复码。"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )

    def clean_code(self):
        # people copy "123 456" with the gap that their phone shows
        return self.cleaned_data["code"].replace(" ", "")


class SixDigitsForm(CodeForm):
    code = forms.CharField(
        label=_("验证器上的六位数字"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class NewPasswordForm(forms.Form):
    new_password = forms.CharField(
        label=_("新密码"), max_length=256, strip=False, widget=_password("new-password")
    )
    again = forms.CharField(
        label=_("再输一次新密码"), max_length=256, strip=False, widget=_password("new-password")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password"].help_text = " ".join(password_validators_help_texts())

    def clean(self):
        data = super().clean()
        if data.get("new_password") and data.get("again") and data["new_password"] != data["again"]:
            self.add_error("again", _("两次输入的密码不一致。"))
        return data


class ChangePasswordForm(NewPasswordForm):
    old_password = forms.CharField(
        label=_("原密码"), max_length=256, strip=False, widget=_password("current-password")
    )
    field_order = ["old_password", "new_password", "again"]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("用途"), max_length=60, help_text=_("写明给哪个程序使用，例如“街道数据交换”。")
    )
    days = forms.IntegerField(
        label=_("有效天数"),
        min_value=1,
        max_value=TOKEN_LONGEST_DAYS,
        initial=90,
        help_text=_("最长 365 天。"),
    )
    may_write = forms.BooleanField(
        label=_("允许写入"), required=False, help_text=_("不勾选则只能读取。")
    )


class AccountForm(forms.Form):
    """A new account with its person, as an administrator fills it in."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)
    username = forms.CharField(label=_("登录名"), max_length=64)
    is_office_user = forms.BooleanField(
        label=_("工作人员账户"), required=False, help_text=_("须使用两步验证。")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
