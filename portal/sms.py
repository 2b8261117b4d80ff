"""Short messages leave through an adapter that a setting names; one for the console is here.

A provider's adapter is a class with `send`. Numbers never stand in clear in a log or an error.
"""

import sys
from importlib import import_module
from typing import Protocol

from django.conf import settings

from core.masking import mask_phone


class NotAccepted(Exception):
    """The provider certainly did not take the message. Its text must not quote the number."""

    is_final = False  # True: trying again is useless (a number that does not exist)


class Adapter(Protocol):
    def send(self, *, number: str, text: str, key: str) -> None:
        """Hand over one message. `key` is the same when it is tried again: providers that know
        idempotency keys are given it. Raises NotAccepted when the message was certainly not taken;
        after any other error nobody knows, and it is not sent again.
        """


class Console:
    """Prints, with the number masked."""

    def send(self, *, number, text, key):
        sys.stdout.write(f"[sms] {mask_phone(number)} {text}\n")


def adapter() -> Adapter | None:
    """The adapter of the setting; None when short messages are off."""
    if not settings.SMS_BACKEND:
        return None
    module, _colon, name = settings.SMS_BACKEND.partition(":")
    return getattr(import_module(module), name)()
