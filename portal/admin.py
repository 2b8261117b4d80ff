"""Admin: messages are to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from portal.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("at", "person", "text", "read_at")
    search_fields = ("text",)
    list_select_related = ("person",)
    ordering = ("-at", "-pk")
