"""Organisations and the faults on their record in Django admin."""

from django.contrib import admin

from communities import permissions
from communities.admin_base import HouseAdmin
from communities.models import Organisation, OrganisationFault
from communities.services import organisation_faults, organisations


@admin.register(Organisation)
class OrganisationAdmin(HouseAdmin):
    list_display = ["name", "kind", "credit_code", "filing_no", "community", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["community"]
    search_fields = ["name", "credit_code", "filing_no"]
    autocomplete_fields = ["community"]
    fields = ["kind", "name", "credit_code", "filing_no", "community", "registered_on", "is_active"]

    def may_write(self, user, on):
        return permissions.may_manage_organisations(user, on, None) is None

    def get_readonly_fields(self, request, obj=None):
        return () if obj else ("is_active",)

    def change_by_service(self, obj, form, context):
        fields = {name: form.cleaned_data[name] for name in organisations.FIELDS}
        fields |= {name: fields[name] or "" for name in ("credit_code", "filing_no")}
        organisations.update_organisation(organisation_id=obj.pk, **fields, **context)
        if "is_active" in form.changed_data:
            organisations.set_organisation_active(
                organisation_id=obj.pk,
                is_active=form.cleaned_data["is_active"],
                reason="管理后台维护",
                **context,
            )

    def add_by_service(self, obj, form, context):
        fields = {name: form.cleaned_data[name] for name in organisations.FIELDS}
        return organisations.register_organisation(**fields, **context)


@admin.register(OrganisationFault)
class OrganisationFaultAdmin(HouseAdmin):
    """Recorded here, and lifted by writing a reason; never changed or deleted."""

    list_display = ["organisation", "kind", "found_on", "source", "recorded_at", "lifted_at"]
    list_filter = ["kind"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "source"]
    autocomplete_fields = ["organisation"]
    fields = ["organisation", "kind", "found_on", "source", "note", "lift_reason"]

    def may_write(self, user, on):
        return permissions.may_record_faults(user, on) is None

    def get_readonly_fields(self, request, obj=None):
        return self.fields[:-1] if obj else ("lift_reason",)

    def change_by_service(self, obj, form, context):
        organisation_faults.lift_fault(
            fault_id=obj.pk, reason=form.cleaned_data["lift_reason"], **context
        )

    def add_by_service(self, obj, form, context):
        fields = {name: form.cleaned_data[name] for name in ("kind", "found_on", "source", "note")}
        return organisation_faults.record_fault(
            organisation_id=form.cleaned_data["organisation"].pk, **fields, **context
        )
