"""Running numbers without gaps."""

from core.locks import require_transaction
from core.models import NumberSeries


def take_next(series):
    """The next number of a series, from 1. Holds the series until commit, so none is lost."""
    require_transaction()
    rows = NumberSeries.objects.select_for_update()
    row = rows.filter(name=series).first()
    if row is None:
        NumberSeries.objects.get_or_create(name=series)
        row = rows.get(name=series)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last
