"""Named questions about core's own tables; read only."""

from django.utils.translation import gettext_lazy as _

from core import files
from core.models import StoredFile
from core.refusals import NotFound, Reason

NO_FILE = Reason("file_not_found", _("没有这个文件，或您不能查看它。"))


def file_for(user, pk):
    """The stored file, or NotFound: whether it exists is not told to those who may not read it."""
    stored = StoredFile.objects.filter(pk=pk).first()
    if stored is None or not files.may_read(user, stored):
        raise NotFound(NO_FILE)
    return stored
