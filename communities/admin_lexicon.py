"""The lexicon in Django admin: every save is one service call."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities import permissions
from communities.admin_base import HouseAdmin
from communities.models import LexiconConcept
from communities.services import lexicon


@admin.register(LexiconConcept)
class LexiconConceptAdmin(HouseAdmin):
    """The words needs are found by. What is saved here counts from the next search on."""

    list_display = ["label", "key", "kind", "category", "term_count", "is_active"]
    list_filter = ["kind", "category", "is_active"]
    # all three, so that a clerk finds where a word stands before adding it twice
    search_fields = ["label", "everyday", "official", "hints"]
    ordering = ["category", "key"]
    fields = ["key", "label", "kind", "category", "everyday", "official", "hints", "is_active"]

    def may_write(self, user, on):
        return permissions.may_edit_lexicon(user, on) is None

    def get_readonly_fields(self, request, obj=None):
        return ("key",) if obj else ()

    def get_fields(self, request, obj=None):
        # a new concept is in use; only one that exists can be put to rest
        return self.fields if obj else self.fields[:-1]

    @admin.display(description=_("词数"))
    def term_count(self, obj):
        return obj.term_count

    def change_by_service(self, obj, form, context):
        lexicon.change_concept(concept_id=obj.pk, **form.cleaned_data, **context)

    def add_by_service(self, obj, form, context):
        return lexicon.add_concept(**form.cleaned_data, **context)
