"""Places, offices, organisations, councils and appointments in Django admin; needs to read only.

Every save calls one service. Who may do it is asked of appointments, not of Django's own tables.
"""

from django import forms
from django.contrib import admin
from django.db import transaction
from django.utils import timezone

from communities import permissions, selectors
from communities.admin_base import HouseAdmin
from communities.admin_lexicon import LexiconConceptAdmin  # noqa: F401  registers itself
from communities.admin_organisations import OrganisationAdmin  # noqa: F401  registers itself
from communities.admin_rounds import SolicitationRoundAdmin  # noqa: F401  registers itself
from communities.models import (
    Appointment,
    Community,
    CouncilTerm,
    District,
    Estate,
    GatekeepingDepartment,
    Need,
    NeedPool,
    Office,
    Street,
)
from communities.roles import Role
from communities.services import (
    appointments,
    councils,
    estates,
    gatekeeping,
    places,
)


class ReadOnlyAdmin(HouseAdmin):
    pass


class PlaceAdmin(HouseAdmin):
    search_fields = ["name", "code"]
    ordering = ["code"]
    once = ()

    def may_write(self, user, on):
        return permissions.may_manage_places(user, on) is None

    def get_readonly_fields(self, request, obj=None):
        # numbers of proposals and needs were printed with codes and abbreviations
        return self.once if obj else ()

    def change_by_service(self, obj, form, context):
        places.rename_place(place=obj, name=form.cleaned_data["name"], **context)

    def add_by_service(self, obj, form, context):
        return self.opens(**form.cleaned_data, **context)


@admin.register(District)
class DistrictAdmin(PlaceAdmin):
    list_display = ["name", "code"]
    fields = ["code", "name"]
    once = ("code",)
    opens = staticmethod(places.open_district)


@admin.register(Street)
class StreetAdmin(PlaceAdmin):
    list_display = ["name", "code", "abbr", "district"]
    list_select_related = ["district"]
    fields = ["district", "code", "name", "abbr"]
    once = ("district", "code", "abbr")
    opens = staticmethod(places.open_street)


@admin.register(Community)
class CommunityAdmin(PlaceAdmin):
    list_display = ["name", "code", "abbr", "street"]
    list_filter = ["street"]
    list_select_related = ["street"]
    fields = ["street", "code", "name", "abbr"]
    once = ("street", "code", "abbr")
    opens = staticmethod(places.open_community)


@admin.register(Estate)
class EstateAdmin(HouseAdmin):
    """Estates are added, renamed, marked as old and closed; never deleted."""

    list_display = ["name", "community", "is_old", "old_reason", "is_active"]
    list_filter = ["is_old", "is_active", "community__street"]
    list_select_related = ["community"]
    search_fields = ["name", "community__name"]
    autocomplete_fields = ["community"]
    ordering = ["community__code", "name"]
    fields = ["community", "name", "is_old", "old_reason", "is_active"]

    def may_write(self, user, on):
        return permissions.may_manage_estates(user, on, None) is None

    def get_readonly_fields(self, request, obj=None):
        return ("community",) if obj else ("is_active",)

    def change_by_service(self, obj, form, context):
        fields = form.cleaned_data
        mark = {name: fields[name] for name in ("is_old", "old_reason")}
        with transaction.atomic():
            estates.rename_estate(estate_id=obj.pk, name=fields["name"], **context)
            estates.mark_estate(estate_id=obj.pk, **mark, **context)
            estates.set_estate_active(estate_id=obj.pk, is_active=fields["is_active"], **context)

    def add_by_service(self, obj, form, context):
        fields = dict(form.cleaned_data)
        return estates.add_estate(community_id=fields.pop("community").pk, **fields, **context)


@admin.register(Office)
class OfficeAdmin(HouseAdmin):
    """Offices come with their places; here they can be called by their full name."""

    list_display = ["name", "kind", "place"]
    list_filter = ["kind"]
    list_select_related = ["community", "street", "district"]
    search_fields = ["name"]
    fields = ["kind", "name", "community", "street", "district"]
    readonly_fields = ["kind", "community", "street", "district"]

    def may_write(self, user, on):
        return permissions.may_manage_places(user, on) is None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return self.may_write(request.user, timezone.localdate())

    def change_by_service(self, obj, form, context):
        places.rename_office(office=obj, name=form.cleaned_data["name"], **context)


@admin.register(GatekeepingDepartment)
class GatekeepingAdmin(HouseAdmin):
    """One department more, or one less, from a day on; the service keeps the street's list."""

    list_display = ["street", "office", "since", "until"]
    list_filter = ["street"]
    list_select_related = ["street", "office"]
    fields = ["street", "office", "since", "until"]
    autocomplete_fields = ["street", "office"]

    def may_write(self, user, on):
        return permissions.may_manage_places(user, on) is None

    def get_readonly_fields(self, request, obj=None):
        return ("street", "office", "since") if obj else ("until",)

    def change_by_service(self, obj, form, context):
        gatekeeping.end_gatekeeping(
            department_id=obj.pk, until=form.cleaned_data["until"], **context
        )

    def add_by_service(self, obj, form, context):
        return gatekeeping.add_gatekeeping(**form.cleaned_data, **context)


class AppointingAdmin(HouseAdmin):
    def may_write(self, user, on):
        return permissions.may_appoint(user, on, None) is None


@admin.register(CouncilTerm)
class CouncilTermAdmin(AppointingAdmin):
    list_display = ["community", "number", "starts_on", "ends_on"]
    list_filter = ["community__street"]
    list_select_related = ["community"]
    search_fields = ["community__name"]
    autocomplete_fields = ["community"]
    fields = ["community", "number", "starts_on", "ends_on"]

    def has_change_permission(self, request, obj=None):
        return False

    def add_by_service(self, obj, form, context):
        return councils.open_term(**form.cleaned_data, **context)


class AppointmentForm(forms.ModelForm):
    def clean(self):
        data = super().clean()
        if data.get("term"):
            # a seat hangs on the community of its term; nobody types it twice
            data["community"] = data["term"].community
        return data


@admin.register(Appointment)
class AppointmentAdmin(AppointingAdmin):
    """Appointed here; afterwards only the last day can be set."""

    form = AppointmentForm

    list_display = ["person", "role", "holder", "seat", "starts_on", "ends_on"]
    list_filter = ["role"]
    search_fields = ["person__name", "office__name", "community__name"]
    autocomplete_fields = ["person", "office", "organisation", "community", "term"]
    fields = [
        "person",
        "role",
        "office",
        "organisation",
        "community",
        "term",
        "seat",
        "starts_on",
        "ends_on",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_places()

    def get_readonly_fields(self, request, obj=None):
        return self.fields[:-1] if obj else ()

    def change_by_service(self, obj, form, context):
        if form.cleaned_data["ends_on"]:
            appointments.end_appointment(
                appointment_id=obj.pk, ends_on=form.cleaned_data["ends_on"], **context
            )

    def add_by_service(self, obj, form, context):
        fields = dict(form.cleaned_data)
        term, seat = fields.pop("term"), fields.pop("seat")
        if fields["role"] == Role.COUNCIL_MEMBER and term:
            days = {name: fields[name] for name in ("starts_on", "ends_on")}
            return councils.seat_member(
                term=term, person=fields["person"], seat=seat, **days, **context
            )
        return appointments.appoint(**fields, **context)


@admin.register(NeedPool)
class NeedPoolAdmin(ReadOnlyAdmin):
    list_display = ["community", "created_at"]
    list_select_related = ["community"]
    search_fields = ["community__name"]


@admin.register(Need)
class NeedAdmin(ReadOnlyAdmin):
    """The needs of one's own places. The query code is its author's, and contacts are not here."""

    list_display = ["number", "community", "category", "status", "supporter_count", "created_at"]
    list_filter = ["status", "category", "channel"]
    search_fields = ["number", "content"]
    fields = readonly_fields = [
        "number",
        "pool",
        "channel",
        "category",
        "content",
        "estate",
        "place_text",
        "photo_is_public",
        "beneficiaries",
        "urgency",
        "status",
        "reason",
        "answer",
        "answered_at",
        "merged_into",
        "supporter_count",
        "questionnaire_count",
        "is_ranked",
        "on_behalf",
        "filed_by",
        "collector",
        "collected_on",
        "scan_missing_reason",
        "created_at",
        "updated_at",
    ]

    def get_queryset(self, request):
        return selectors.needs_for(request.user, timezone.localdate()).order_by("-pk")
