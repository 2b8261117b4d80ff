"""Who a public visitor is, as far as counting needs to know: keyed hashes, never addresses."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

# act → (who is counted, seconds of the period, how many); settings.FLOOD_LIMITS overrides.
LIMITS = {
    "need": (("address", 86_400, 30), ("browser", 600, 5)),
    "support": (("address", 86_400, 60), ("browser", 600, 20)),
    "objection": (("address", 86_400, 20), ("browser", 600, 5)),
    "photo": (("address", 86_400, 40), ("browser", 600, 10)),
    "follow_up": (("address", 600, 20),),
}


@dataclass(frozen=True)
class Client:
    """One visitor. The hashes change with SECRET_KEY and cannot be turned back."""

    address: str = ""
    browser: str = ""


def client(*, address="", session_key=""):
    return Client(
        address=digest("address", address) if address else "",
        browser=digest("browser", session_key) if session_key else "",
    )


def digest(kind, text):
    return salted_hmac(f"communities.flood.{kind}", text, algorithm="sha256").hexdigest()


def limits_of(act):
    return (getattr(settings, "FLOOD_LIMITS", None) or LIMITS)[act]
