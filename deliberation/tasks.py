"""What the outbox works for this app: one call each."""

from core.outbox import handler
from deliberation.services import snapshots


@handler(snapshots.PRINT)
def print_snapshot(payload, *, key, now):
    snapshots.print_files(snapshot_id=payload["snapshot"], now=now)
