"""Named questions about core's own tables; read only."""

from django.utils.translation import gettext_lazy as _

from core import files
from core.models import AuditEvent, LedgerRow, StoredFile
from core.refusals import NotFound, Reason

NO_FILE = Reason("file_not_found", _("没有这个文件，或您不能查看它。"))


def file_for(user, pk):
    """The stored file, or NotFound: whether it exists is not told to those who may not read it."""
    stored = StoredFile.objects.filter(pk=pk).first()
    if stored is None or not files.may_read(user, stored):
        raise NotFound(NO_FILE)
    return stored


def events_of(target):
    """What happened to an object, in order."""
    return AuditEvent.objects.filter(
        target_type=target._meta.label_lower, target_id=str(target.pk)
    ).order_by("at", "pk")


def ledger_rows_of(subject):
    """The ledger rows an object left, in order."""
    return LedgerRow.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    ).order_by("at", "pk")
