"""Numbers, codes and keys: pure functions without any query."""

import re
import secrets
import unicodedata
from datetime import timedelta

# Crockford's letters: none that look alike on paper. 12 of 32 letters are 60 bits.
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})

CORRECTION_TIME = timedelta(minutes=10)
# Paper forms one clerk may key in on a day before it stands in the audit record as unusual.
ENTRIES_ON_BEHALF_FLAG = 100
CONTENT_MIN, CONTENT_MAX = 5, 1000

# [0-9] on purpose: \d takes full-width digits, $ takes a trailing newline.
PHONE = re.compile(r"[0-9]{7,12}\Z")
SPACERS = re.compile(r"[\s\-()·.\u200b-\u200f\u2060\ufeff]+")


def need_number(community, year, seq):
    return f"XQ-{community.street.abbr}-{community.abbr}-{year}-{seq:05d}"


def new_query_code():
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))


def read_query_code(text):
    """A code as typed by hand: width, case, spaces, dashes and look-alike letters do not matter."""
    text = unicodedata.normalize("NFKC", text or "").upper()
    return SPACERS.sub("", text).translate(LOOK_ALIKE)


def read_number(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "")).upper()


def spaced_code(code):
    """ABCD-EFGH-JKMN: easier to copy from paper."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_phone(text):
    """The digits of a phone number, without +86; empty for empty; ValueError for anything else."""
    digits = SPACERS.sub("", unicodedata.normalize("NFKC", text or ""))
    for prefix in ("+86", "0086"):
        digits = digits.removeprefix(prefix)
    if digits and not PHONE.match(digits):
        raise ValueError("phone")
    return digits


def may_still_correct(created_at, now):
    return now - created_at <= CORRECTION_TIME
