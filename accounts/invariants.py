"""What accounts promise: who is out is out, and no key outlives its day."""

from datetime import timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import ApiToken, ResetLink, User, UserSession
from accounts.rules import RESET_LINK_LIFE, TOKEN_LONGEST_DAYS
from core.verify import Checked, Finding, invariant


@invariant("U1")
def disabled_accounts_hold_no_key(now):
    gone = User.objects.filter(is_active=False)
    yield Checked(gone.count())
    for model, words in [
        (UserSession, _("账户已停用，但仍有登录会话")),
        (ApiToken, _("账户已停用，但仍有接口令牌")),
    ]:
        for row in model.objects.filter(user__in=gone).select_related("user"):
            yield Finding("U1", f"accounts.User {row.user.username}", words)


@invariant("U2")
def no_key_outlives_its_day(now):
    yield Checked(ApiToken.objects.count() + ResetLink.objects.count())
    # a minute of grace: knox stamps `created` after the service read its clock
    longest = timedelta(days=TOKEN_LONGEST_DAYS, minutes=1)
    for token in ApiToken.objects.exclude(expiry__lte=F("created") + longest):
        yield Finding("U2", f"accounts.ApiToken {token.token_key}", _("令牌有效期超过 365 天"))
    for link in ResetLink.objects.filter(expires_at__gt=F("issued_at") + RESET_LINK_LIFE):
        yield Finding("U2", f"accounts.ResetLink {link.pk}", _("重设链接有效期超过 24 小时"))


@invariant("U3")
def one_person_behind_each_office_account_has_a_name(now):
    users = User.objects.filter(is_active=True).select_related("person")
    yield Checked(users.count())
    for user in users:
        if not user.person.name.strip():
            yield Finding("U3", f"accounts.User {user.username}", _("账户没有姓名，无法追责到人"))
