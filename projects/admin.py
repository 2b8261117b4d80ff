"""Admin: rule sets are complete until somebody rests on them; proposals and money are read-only."""

from django.contrib import admin, messages
from django.utils import timezone

from core.admin import ReadOnlyAdmin, ReadOnlyInline
from core.refusals import Refused
from projects.models import (
    CitedNeed,
    Envelope,
    EnvelopeEntry,
    Exclusion,
    LineItem,
    PositiveItem,
    Proposal,
    ProposalAttachment,
    ProposalRevision,
    RuleSet,
    RuleSetDocument,
    RuleStep,
    TypeCap,
)
from projects.services import rulesets


class RulePartInline(admin.TabularInline):
    """Parts of a rule set: editable until a proposal rests on the set."""

    extra = 0

    def has_change_permission(self, request, obj=None):
        return not (obj and rulesets.is_in_use(obj)) and super().has_change_permission(request, obj)

    def has_add_permission(self, request, obj=None):
        return not (obj and rulesets.is_in_use(obj)) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False


class TypeCapInline(RulePartInline):
    model = TypeCap


class PositiveItemInline(RulePartInline):
    model = PositiveItem


class ExclusionInline(RulePartInline):
    model = Exclusion


class RuleStepInline(RulePartInline):
    """Labels of steps may change at any time: the names are reconstructions."""

    model = RuleStep
    readonly_fields = ("number", "key")

    def has_change_permission(self, request, obj=None):
        return admin.TabularInline.has_change_permission(self, request, obj)

    def has_add_permission(self, request, obj=None):
        return False


class RuleSetDocumentInline(RulePartInline):
    model = RuleSetDocument
    raw_id_fields = ("file",)


@admin.register(RuleSet)
class RuleSetAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "effective_from", "effective_to", "is_history_only", "in_use")
    list_filter = ("is_history_only",)
    search_fields = ("code", "name", "source")
    ordering = ("-effective_from", "-pk")
    inlines = (
        RuleStepInline,
        TypeCapInline,
        PositiveItemInline,
        ExclusionInline,
        RuleSetDocumentInline,
    )

    @admin.display(description="已有项目适用", boolean=True)
    def in_use(self, obj):
        return rulesets.is_in_use(obj)

    def get_readonly_fields(self, request, obj=None):
        if obj is not None and rulesets.is_in_use(obj):
            return [field.name for field in RuleSet._meta.fields if field.name != "id"]
        return ()

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if form.has_changed() or not change:
            rulesets.save_part(obj, actor=request.user, now=timezone.now())

    def save_formset(self, request, form, formset, change):
        """Every part goes through the service; a refusal is told and nothing of it is kept."""
        for line in formset.forms:
            part = line.instance
            if not line.has_changed():
                continue
            setattr(part, formset.fk.name, formset.instance)
            try:
                if isinstance(part, RuleStep):
                    rulesets.relabel_step(
                        step_id=part.pk, label=part.label, actor=request.user, now=timezone.now()
                    )
                else:
                    rulesets.save_part(part, actor=request.user, now=timezone.now())
            except Refused as refusal:
                for reason in refusal.reasons:
                    messages.error(request, reason.text)


class EntryInline(ReadOnlyInline):
    model = EnvelopeEntry
    fields = ("at", "kind", "amount_fen", "proposal", "cause")


@admin.register(Envelope)
class EnvelopeAdmin(ReadOnlyAdmin):
    list_display = ("community", "year", "cap_fen", "reserved_fen", "paid_fen")
    list_filter = ("year", "community__street")
    search_fields = ("community__name", "community__code")
    list_select_related = ("community",)
    ordering = ("-year", "community__code")
    inlines = (EntryInline,)


class LineItemInline(ReadOnlyInline):
    model = LineItem


class CitedNeedInline(ReadOnlyInline):
    model = CitedNeed


class AttachmentInline(ReadOnlyInline):
    model = ProposalAttachment


class RevisionInline(ReadOnlyInline):
    model = ProposalRevision
    fields = ("number", "digest", "at", "by")


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    list_display = ("number", "title", "type", "community", "year", "amount_fen", "is_imported")
    list_filter = ("type", "year", "is_imported", "community__street")
    search_fields = ("number", "title")
    list_select_related = ("community",)
    ordering = ("-pk",)
    inlines = (LineItemInline, CitedNeedInline, AttachmentInline, RevisionInline)
