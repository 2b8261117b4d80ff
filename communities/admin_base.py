"""What the pages of this app in Django admin share: a service saves, appointments say who may."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils import timezone

from accounts.admin import ServiceAdmin
from core.refusals import Refused


class HouseAdmin(ServiceAdmin):
    """`may_write(user, on)` answers for adding and changing; staff may look."""

    def may_write(self, user, on):
        return False

    def has_module_permission(self, request):
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def has_add_permission(self, request):
        return self.has_view_permission(request) and self.may_write(
            request.user, timezone.localdate()
        )

    def has_change_permission(self, request, obj=None):
        return self.has_add_permission(request)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The reasons of a refusal stand above the form instead of on a page of their own."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            for reason in refused.reasons:
                words = (reason.text, reason.remedy)
                messages.error(request, " ".join(str(word) for word in words if word))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        context = {"actor": request.user, "now": timezone.now()}
        if change:
            self.change_by_service(obj, form, context)
        else:
            obj.pk = self.add_by_service(obj, form, context).pk
