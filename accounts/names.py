"""Login names: one spelling per account."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# ASCII only, spelled out: \w would let in look-alike letters of other scripts.
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}\Z")


def normalise_username(value):
    """Fold width and case, so that one account has one spelling and one lock-out bucket."""
    return unicodedata.normalize("NFKC", str(value or "")).strip().lower()


def validate_username(value):
    if not USERNAME.match(value):
        raise ValidationError(
            _(
                "登录名为 2 至 64 位，只用小写英文字母、数字、点、下划线和连字符，以字母或数字开头。"
            ),
            code="username",
        )


def clean_person_name(value):
    """A name without what the eye cannot see: zero-width letters and direction marks mislead."""
    text = unicodedata.normalize("NFC", str(value or ""))
    shown = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))
    return " ".join(shown.split())
