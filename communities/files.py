"""Who may open the scans of paper forms: they carry names and phones, like a contact."""

from django.utils import timezone

from communities import permissions
from communities.models import Need
from core.files import register_file_rule

NEED_FORM = "need-form"


def may_open_form(user, stored_file):
    need = Need.objects.with_places().filter(form_scan=stored_file).first()
    if need is None:
        return False
    return permissions.may_see_contact(user, timezone.localdate(), need.community) is None


register_file_rule(NEED_FORM, may_open_form)
