"""Who may open scans of paper forms, imported tables and photos: they carry names and faces."""

from django.db.models import Q
from django.utils import timezone

from communities import permissions, selectors
from communities.models import Need, NeedImport, SolicitationRound
from core.files import register_file_rule

NEED_FORM = "need-form"
NEED_IMPORT = "need-import"
NEED_PHOTO = "need-photo"
ROUND_SHEET = "round-sheet"


def may_open_form(user, stored_file):
    need = Need.objects.with_places().filter(form_scan=stored_file).first()
    if need is None:
        return False
    return permissions.may_see_contact(user, timezone.localdate(), need.community) is None


def may_open_table(user, stored_file):
    """Who brought the table, and still works for a place it may be about."""
    if not user.is_authenticated:
        return False
    runs = NeedImport.objects.filter(Q(file=stored_file) | Q(report=stored_file))
    if not runs.filter(uploaded_by=user).exists():
        return False
    return bool(selectors.communities_to_import(user, timezone.localdate()))


def may_open_photo(user, stored_file):
    """Everybody once it is public, else those who answer. The author has a page of their own."""
    need = Need.objects.with_places().filter(photo=stored_file).first()
    if need is None:
        return False
    on = timezone.localdate()
    return (
        need.photo_is_public
        or permissions.may_sort_needs(user, on, need.community) is None
        or permissions.may_reply(user, on, need) is None
    )


def may_open_sheet(user, stored_file):
    """Summary sheets may name residents: for those who keep the rounds of the place."""
    one = SolicitationRound.objects.with_places().filter(summary_sheet=stored_file).first()
    if one is None:
        return False
    return permissions.may_keep_rounds(user, timezone.localdate(), one.community) is None


register_file_rule(ROUND_SHEET, may_open_sheet)
register_file_rule(NEED_FORM, may_open_form)
register_file_rule(NEED_IMPORT, may_open_table)
register_file_rule(NEED_PHOTO, may_open_photo)
