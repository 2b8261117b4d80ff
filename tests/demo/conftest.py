"""What the tests of the demo share."""

from django.db import transaction
from django.test import TestCase


class Undone:
    """A transaction that is always rolled back: a large world for a while."""

    def __enter__(self):
        self.outer = transaction.atomic()
        self.outer.__enter__()

    def __exit__(self, *failure):
        transaction.set_rollback(True)
        self.outer.__exit__(*failure)


def working():
    """What is promised for after the commit is done at the end of the block."""
    return TestCase.captureOnCommitCallbacks(execute=True)
