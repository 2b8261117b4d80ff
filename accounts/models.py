"""Who signs in: people, users, their sessions, tokens and reset links."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from accounts.managers import UserManager
from accounts.names import normalise_username, validate_username


class Person(models.Model):
    """A human being. May have no user: a council member known on paper only."""

    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("登记时间"), default=timezone.now, editable=False)

    class Meta:
        db_table = "acc_person"
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class User(AbstractBaseUser, PermissionsMixin):
    """An account a person signs in with. Roles hang on the person, not here."""

    username = models.CharField(
        _("登录名"),
        max_length=64,
        unique=True,
        validators=[validate_username],
        error_messages={"unique": _("这个登录名已被使用，请换一个。")},
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="users", verbose_name=_("人员")
    )
    is_active = models.BooleanField(_("可登录"), default=True)
    is_staff = models.BooleanField(_("可进入管理后台"), default=False)
    is_office_user = models.BooleanField(
        _("工作人员账户"), default=False, help_text=_("须使用两步验证，闲置 30 分钟自动退出。")
    )
    is_demo = models.BooleanField(_("演示账户"), default=False)
    created_at = models.DateTimeField(_("开通时间"), default=timezone.now, editable=False)
    password_changed_at = models.DateTimeField(_("密码更改时间"), null=True, editable=False)
    last_seen_at = models.DateTimeField(_("最近使用"), null=True, editable=False)
    disabled_at = models.DateTimeField(_("停用时间"), null=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    class Meta:
        db_table = "acc_user"
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        ordering = ["username"]

    def __str__(self):
        return self.person.name

    @classmethod
    def normalize_username(cls, username):
        return normalise_username(username)

    def get_full_name(self):
        return self.person.name

    get_short_name = get_full_name

    @property
    def works_for_office(self):
        """Is this someone who acts for an authority, and not for himself?"""
        return self.is_office_user or self.is_staff or self.is_superuser

    @property
    def needs_second_factor(self):
        """Demonstration accounts do without, but only where the whole site is a demonstration."""
        if self.is_demo and settings.DEMO:
            return False
        return self.works_for_office


class UserSession(models.Model):
    """One signed-in browser, so that its owner can see it and end it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField(_("登录时间"))
    last_seen_at = models.DateTimeField(_("最近使用"))
    ip_address = models.GenericIPAddressField(_("地址"), null=True)
    browser = models.CharField(_("浏览器"), max_length=200, blank=True)

    class Meta:
        db_table = "acc_session"
        verbose_name = _("登录会话")
        verbose_name_plural = _("登录会话")
        ordering = ["-last_seen_at", "-pk"]

    def __str__(self):
        return f"{self.user_id} · {self.started_at:%Y-%m-%d %H:%M}"


class ApiToken(AbstractAuthToken):
    """A program's key. Only its digest is stored; it may only read unless told otherwise."""

    name = models.CharField(_("用途"), max_length=60)
    may_write = models.BooleanField(_("可写入"), default=False)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, editable=False)

    class Meta:
        db_table = "acc_api_token"
        verbose_name = _("接口令牌")
        verbose_name_plural = _("接口令牌")
        ordering = ["-created", "pk"]

    def __str__(self):
        return self.name


class ResetLink(models.Model):
    """A one-time way to set a new password, handed over by an administrator."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reset_links")
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="issued_reset_links"
    )
    issued_at = models.DateTimeField(_("签发时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    used_at = models.DateTimeField(_("使用时间"), null=True)
    voided_at = models.DateTimeField(_("作废时间"), null=True)

    class Meta:
        db_table = "acc_reset_link"
        verbose_name = _("重设密码链接")
        verbose_name_plural = _("重设密码链接")
        ordering = ["-issued_at", "-pk"]

    def __str__(self):
        return f"{self.user_id} · {self.issued_at:%Y-%m-%d %H:%M}"
