"""Rounds of questionnaires in Django admin: those of one's own places, to read only."""

from django.contrib import admin
from django.utils import timezone

from communities import round_selectors
from communities.admin_base import HouseAdmin
from communities.models import SolicitationRound


@admin.register(SolicitationRound)
class SolicitationRoundAdmin(HouseAdmin):
    """Nobody writes here: HouseAdmin.may_write says no to everybody."""

    list_display = ["number", "title", "community", "state", "handed_out", "returned", "valid"]
    list_filter = ["state", "method"]
    search_fields = ["number", "title"]
    fields = readonly_fields = [
        "number",
        "pool",
        "title",
        "method",
        "state",
        "opened_on",
        "closed_on",
        "handed_out_where",
        "handed_out",
        "returned",
        "valid",
        "citation_count",
        "cancel_reason",
        "opened_by",
        "created_at",
        "updated_at",
        "closed_at",
    ]

    def get_queryset(self, request):
        return round_selectors.rounds_for(request.user, timezone.localdate())
