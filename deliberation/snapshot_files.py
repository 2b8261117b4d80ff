"""Who may open the files of a snapshot: the staff whose places it is about."""

from django.utils import timezone

from core.files import register_file_rule
from deliberation.models import SnapshotFile
from deliberation.services.snapshots import PURPOSE
from deliberation.snapshots import snapshots_for


def may_open_snapshot_file(user, stored_file):
    if user is None or not user.is_authenticated:
        return False
    frozen = SnapshotFile.objects.filter(file=stored_file).values("snapshot_id")
    return snapshots_for(user, timezone.localdate()).filter(pk__in=frozen).exists()


register_file_rule(PURPOSE, may_open_snapshot_file)
