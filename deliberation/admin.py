"""Admin: everything that has a state or a vote is to look at, never to write."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin, ReadOnlyInline
from deliberation.models import (
    AgendaItem,
    DepartmentOpinion,
    GatekeepingSummary,
    JointReview,
    Matter,
    MatterEvent,
    Meeting,
    MeetingMember,
    Notice,
    Objection,
    StreetDecision,
    Survey,
)


class EventInline(ReadOnlyInline):
    model = MatterEvent
    fields = ("seq", "at", "act", "from_state", "to_state", "actor", "note")


class OpinionInline(ReadOnlyInline):
    model = DepartmentOpinion


class SurveyInline(ReadOnlyInline):
    model = Survey
    fields = ("surveyed_on", "people", "conclusion", "recorded_at")


class SummaryInline(ReadOnlyInline):
    model = GatekeepingSummary


class ReviewInline(ReadOnlyInline):
    model = JointReview


class DecisionInline(ReadOnlyInline):
    model = StreetDecision


@admin.register(Matter)
class MatterAdmin(ReadOnlyAdmin):
    list_display = ("proposal", "state", "round", "return_count", "entered_at", "established_at")
    list_filter = ("state", "is_imported", "proposal__type", "proposal__community__street")
    search_fields = ("proposal__number", "proposal__title")
    list_select_related = ("proposal",)
    ordering = ("-pk",)
    inlines = (
        EventInline,
        OpinionInline,
        SurveyInline,
        SummaryInline,
        ReviewInline,
        DecisionInline,
    )


class MemberInline(ReadOnlyInline):
    model = MeetingMember


class ItemInline(ReadOnlyInline):
    model = AgendaItem


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    list_display = ("number", "community", "state", "starts_at", "member_count", "present_count")
    list_filter = ("state", "year", "community__street")
    search_fields = ("community__name", "place")
    list_select_related = ("community",)
    ordering = ("-starts_at", "-pk")
    inlines = (MemberInline, ItemInline)


class ObjectionInline(ReadOnlyInline):
    model = Objection
    fields = ("number", "channel", "filed_at", "state", "answer_due_on", "decided_at")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("number", "state", "posted_at", "ends_at", "concluded_at")
    list_filter = ("state",)
    search_fields = ("number", "content")
    ordering = ("-posted_at", "-pk")
    inlines = (ObjectionInline,)
