"""Running numbers without gaps."""

from core.locks import require_transaction
from core.models import NumberSeries


def take_next(series):
    """The next number of a series, from 1. Holds the series until commit, so none is lost."""
    return take_block(series, 1)


def take_block(series, count):
    """The first of the next `count` numbers, all of them the caller's; as `take_next`."""
    if count < 1:
        raise ValueError("a block has at least one number")
    require_transaction()
    rows = NumberSeries.objects.select_for_update()
    row = rows.filter(name=series).first()
    if row is None:
        NumberSeries.objects.get_or_create(name=series)
        row = rows.get(name=series)
    row.last += count
    row.save(update_fields=["last"])
    return row.last - count + 1
