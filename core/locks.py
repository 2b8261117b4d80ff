"""Where a lock is needed, being outside a transaction is a mistake in the code, not in the data."""

from django.db import connection


def require_transaction():
    """Raise when no transaction is open: a row lock taken now would be released at once."""
    if not connection.in_atomic_block:
        raise RuntimeError("this must run inside transaction.atomic(): it takes row locks")


def require_no_transaction():
    """Raise inside a transaction: work that may call the network must not hold locks."""
    blocks = connection.atomic_blocks
    # Test cases wrap everything in one block of their own; Django's durable=True exempts it too.
    if blocks and not blocks[-1]._from_testcase:
        raise RuntimeError("this must run outside any transaction")
