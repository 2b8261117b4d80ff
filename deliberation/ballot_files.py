"""Who may open the sheets of counted paper ballots: the staff of the place, once the ballot is over."""

from django.utils import timezone

from core.files import register_file_rule
from deliberation import permissions
from deliberation.choices import BoxState
from deliberation.models import PaperCount


def may_open_tally(user, stored_file):
    """A sheet tells numbers, and nobody reads numbers while others still vote."""
    entry = (
        PaperCount.objects.select_related("box__item__matter__proposal__community")
        .filter(scan=stored_file)
        .first()
    )
    if entry is None or entry.box.state == BoxState.OPEN:
        return False
    return permissions.sees_inside(user, entry.box.item.matter, timezone.localdate())


register_file_rule("tally", may_open_tally)
