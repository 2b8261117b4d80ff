"""Admin: everything of core is read-only, except the calendar, which goes through its service."""

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext as _

from core import calendar
from core.models import (
    AuditEvent,
    CalendarOverride,
    ChainHead,
    LedgerRow,
    NumberSeries,
    OutboxMessage,
    StoredFile,
)


class ReadOnlyAdmin(admin.ModelAdmin):
    """For anything with a state, a ledger or money: to look at, never to write."""

    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows of a parent, to look at."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "target_label", "actor_name", "chain", "seq")
    list_filter = ("kind",)
    search_fields = ("target_label", "target_id", "actor_name", "chain")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    show_full_result_count = False


@admin.register(LedgerRow)
class LedgerRowAdmin(ReadOnlyAdmin):
    list_display = ("at", "ledger", "subject_no", "event", "community_code", "actor_name", "seq")
    list_filter = ("ledger", "level", "is_public")
    search_fields = ("subject_no", "chain", "actor_name")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    show_full_result_count = False


@admin.register(ChainHead)
class ChainHeadAdmin(ReadOnlyAdmin):
    list_display = ("name", "seq", "digest", "algorithm")
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("key", "topic", "state", "attempts", "available_at", "done_at")
    list_filter = ("state", "topic")
    search_fields = ("key",)
    # The payload may hold what only the handler needs to know.
    exclude = ("payload",)
    ordering = ("-pk",)


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    list_display = ("name", "last")
    ordering = ("name",)


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "purpose", "size", "digest")
    list_filter = ("kind", "purpose")
    search_fields = ("digest",)
    exclude = ("name", "path")
    ordering = ("-pk",)


@admin.register(CalendarOverride)
class CalendarOverrideAdmin(admin.ModelAdmin):
    list_display = ("day", "is_working", "note")
    list_filter = ("is_working",)
    ordering = ("-day",)
    actions = None

    def get_readonly_fields(self, request, obj=None):
        # Another day is another row: otherwise saving would silently move the exception.
        return ("day",) if obj else ()

    def save_model(self, request, obj, form, change):
        saved = calendar.set_override(
            day=obj.day,
            is_working=obj.is_working,
            note=obj.note,
            actor=request.user,
            now=timezone.now(),
        )
        obj.pk = saved.pk

    def delete_model(self, request, obj):
        calendar.remove_override(
            day=obj.day, reason=_("在后台删除"), actor=request.user, now=timezone.now()
        )
        messages.info(request, _("该日恢复按国家公布的节假日安排。"))
