"""Who may open the files of step 5: photos of posted notices, scans of written objections."""

from django.utils import timezone

from core.files import register_file_rule
from deliberation import permissions
from deliberation.models import Notice, Objection


def may_open_notice_photo(user, stored_file):
    """A notice hangs in public, and so does its photo."""
    return Notice.objects.filter(photo=stored_file).exists()


def may_open_objection_scan(user, stored_file):
    """A slip of paper carries a name: for the staff of the place."""
    objection = (
        Objection.objects.select_related("notice__matter__proposal__community")
        .filter(scan=stored_file)
        .first()
    )
    if objection is None:
        return False
    return permissions.sees_inside(user, objection.notice.matter, timezone.localdate())


register_file_rule("notice", may_open_notice_photo)
register_file_rule("objection", may_open_objection_scan)
