"""Accounts in Django admin. Every button calls one service; devices and keys are not shown here."""

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static import admin as static_admin
from django_otp.plugins.otp_totp import admin as totp_admin

from accounts import services
from accounts.admin_acts import ACTS, carry_out
from accounts.forms import AccountForm, ReasonForm, show_reasons
from accounts.models import Person, User
from accounts.permissions import against_administering
from accounts.views.sign_in import admin_door
from core.refusals import NotAllowed, Refused, refuse_if

# their pages show secrets and save without a service
admin.site.unregister(totp_admin.TOTPDevice)
admin.site.unregister(static_admin.StaticDevice)
# powers come from appointments, not from groups
admin.site.unregister(Group)
# one door for everybody, with the lock-out and the second factor behind it
admin.site.login = admin_door


class ServiceAdmin(admin.ModelAdmin):
    """Nothing is deleted; a refusal of the service becomes words above the form."""

    actions = None

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Person)
class PersonAdmin(ServiceAdmin):
    list_display = ["name", "note", "created_at"]
    search_fields = ["name", "phone"]
    fields = ["name", "phone", "note"]

    def save_model(self, request, obj, form, change):
        values = {name: form.cleaned_data[name] for name in self.fields}
        who, now = request.user, timezone.now()
        if change:
            services.update_person(person=obj, **values, actor=who, now=now)
        else:
            obj.pk = services.create_person(**values, actor=who, now=now).pk


@admin.register(User)
class UserAdmin(ServiceAdmin):
    list_display = [
        "username",
        "person",
        "is_active",
        "is_office_user",
        "is_staff",
        "is_superuser",
        "last_seen_at",
    ]
    list_filter = ["is_active", "is_office_user", "is_staff", "is_demo"]
    list_select_related = ["person"]
    search_fields = ["username", "person__name"]
    change_form_template = "accounts/admin/user.html"
    # the hash of the password is nowhere: a password is set by its owner only
    fields = [
        "username",
        "person",
        "is_active",
        "is_office_user",
        "is_staff",
        "is_superuser",
        "is_demo",
        "created_at",
        "password_changed_at",
        "last_seen_at",
        "disabled_at",
    ]
    readonly_fields = [name for name in fields if name not in ("is_office_user", "is_staff")]

    def get_readonly_fields(self, request, obj=None):
        if request.user.is_superuser and obj is not None and obj.pk != request.user.pk:
            return [name for name in self.readonly_fields if name != "is_superuser"]
        return [*self.readonly_fields, "is_office_user", "is_staff"]

    def save_model(self, request, obj, form, change):
        who, now = request.user, timezone.now()
        services.set_admin_marks(
            user=obj, is_staff=obj.is_staff, is_superuser=obj.is_superuser, actor=who, now=now
        )
        services.set_office_user(user=obj, is_office_user=obj.is_office_user, actor=who, now=now)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "account_acts": ACTS.values()}
        )

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/acts/<slug:key>/", wrap(self.act_view), name="accounts_user_act"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        """A person and his account at once; the password comes by one-time link."""
        refuse_if(against_administering(request.user), NotAllowed)
        form = AccountForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                user = services.open_account(
                    **form.cleaned_data, actor=request.user, now=timezone.now()
                )
            except Refused as refused:
                show_reasons(form, refused)
            else:
                messages.success(request, _("账户已开通。请签发一次性链接，由本人设置密码。"))
                return redirect("admin:accounts_user_change", user.pk)
        return self._page(request, title=_("开通账户"), form=form, label=_("开通"))

    def act_view(self, request, pk, key):
        """One act on one account: GET asks, POST does."""
        user = get_object_or_404(User.objects.select_related("person"), pk=pk)
        act = ACTS.get(key)
        if act is None:
            raise Http404
        refuse_if(
            against_administering(request.user, user, own_allowed=act.own_allowed), NotAllowed
        )
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                words = carry_out(act, user, request, reason=form.cleaned_data["reason"])
            except Refused as refused:
                show_reasons(form, refused)
            else:
                if act.shows_link:
                    # in this answer only: not in a message, not in the session
                    return self._page(request, title=act.label, user=user, link=words)
                messages.success(request, words)
                return redirect("admin:accounts_user_change", user.pk)
        return self._page(request, title=act.label, user=user, form=form, text=act.text)

    def _page(self, request, **context):
        user = context.pop("user", None)
        back = "admin:accounts_user_change" if user else "admin:accounts_user_changelist"
        return TemplateResponse(
            request,
            "accounts/admin/act.html",
            {
                **self.admin_site.each_context(request),
                **context,
                "opts": self.opts,
                "account": user,
                "back": reverse(back, args=[user.pk] if user else []),
            },
        )
