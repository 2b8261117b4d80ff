"""Admin: messages, urging, supervision and letters are to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from portal.models import Escalation, Letter, Notification, Supervision, Urge


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("at", "person", "text", "read_at")
    search_fields = ("text",)
    list_select_related = ("person",)
    ordering = ("-at", "-pk")


@admin.register(Urge)
class UrgeAdmin(ReadOnlyAdmin):
    list_display = ("at", "matter", "turn", "side", "told_count")
    list_select_related = ("matter__proposal",)
    ordering = ("-at", "-pk")


@admin.register(Supervision)
class SupervisionAdmin(ReadOnlyAdmin):
    list_display = ("opened_on", "matter", "level", "due_on", "lifted_at")
    list_select_related = ("matter__proposal",)
    ordering = ("-opened_at", "-pk")


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    list_display = ("at", "matter", "turn", "level", "due_on", "told_count")
    list_select_related = ("matter__proposal",)
    ordering = ("-at", "-pk")


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Where letters stand; an unknown outcome is for somebody to look into."""

    list_display = ("created_at", "carrier", "kind", "state", "tries", "sent_at", "error")
    list_filter = ("state", "carrier")
    ordering = ("-created_at", "-pk")
