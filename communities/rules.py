"""Numbers, codes and keys: pure functions without any query."""

import re
import secrets
import unicodedata
from datetime import timedelta

from django.conf import settings

# Crockford's letters: none that look alike on paper. 12 of 32 letters are 60 bits.
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
# 256 is a multiple of 32: every letter is as likely as any other.
_LETTER_OF_BYTE = bytes(ord(CODE_LETTERS[byte % 32]) for byte in range(256))
LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})

CORRECTION_TIME = timedelta(minutes=10)
# Paper forms one clerk may key in on a day before it stands in the audit record as unusual.
ENTRIES_ON_BEHALF_FLAG = 100
# Reconstructed, no source names them: settings NEED_REPLY_DAYS (working days until an answer) and
# NEED_STALE_DAYS (days without any change) override.
REPLY_DAYS = 10
STALE_DAYS = 180
# Valid forms that a round of questionnaires should bring. The guide for services asks for "at least
# 50–100" before an activity; that each round counts by itself is reconstructed. Setting
# ROUND_MIN_VALID overrides. Fewer is told, not refused.
ROUND_MIN_VALID = 50
# Reconstructed: days after its end on which forms of a round may still be keyed in as needs.
ROUND_KEY_IN_DAYS = 60
CONTENT_MIN, CONTENT_MAX = 5, 1000
MOST_QUESTIONNAIRES = 100_000
PLACE_MAX, ESTATE_MAX = 120, 60
# A photo of a form that was not sent is kept so long.
DRAFT_PHOTO_LIFE = timedelta(hours=6)

# The audit chain of the lexicon; its head is the version of the lexicon.
LEXICON_CHAIN = "lexicon"

# [0-9] on purpose: \d takes full-width digits, $ takes a trailing newline.
PHONE = re.compile(r"[0-9]{7,12}\Z")
SPACERS = re.compile(r"[\s\-()·.\u200b-\u200f\u2060\ufeff]+")


def need_number(community, year, seq):
    return f"XQ-{community.street.abbr}-{community.abbr}-{year}-{seq:05d}"


def round_number(community, year, seq):
    return f"WX-{community.street.abbr}-{community.abbr}-{year}-{seq:03d}"


def new_query_code():
    return secrets.token_bytes(CODE_LENGTH).translate(_LETTER_OF_BYTE).decode()


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


# Share of common letter pairs from which two needs are shown to the clerk as perhaps the same.
# Reconstructed; setting NEED_TWIN_LIKENESS overrides. It decides nothing.
TWIN_LIKENESS = 0.45


# From which score of the ranking on a need is shown to somebody about to file a similar one.
# Reconstructed; setting NEED_SIMILAR_SCORE overrides.
SIMILAR_SCORE = 0.75


def similar_score():
    return getattr(settings, "NEED_SIMILAR_SCORE", SIMILAR_SCORE)


def twin_likeness():
    return getattr(settings, "NEED_TWIN_LIKENESS", TWIN_LIKENESS)


def likeness(first, second, weigh=lambda pair: 1.0):
    """Dice coefficient of the letter pairs of two texts, 0 to 1; blanks and marks do not count.

    weigh: how much a pair says; what everybody writes ("希望社区能…") should say little.
    """
    one, other = letter_pairs(first), letter_pairs(second)
    total = sum(map(weigh, one)) + sum(map(weigh, other))
    return 2 * sum(map(weigh, one & other)) / total if total else 0.0


def letter_pairs(text):
    letters = "".join(
        letter for letter in unicodedata.normalize("NFKC", text).lower() if letter.isalnum()
    )
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def spelling_of_place(text):
    """The name of an estate as it is compared: width, case and blanks do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "")).casefold()


def reply_days():
    return getattr(settings, "NEED_REPLY_DAYS", REPLY_DAYS)


def round_min_valid():
    return getattr(settings, "ROUND_MIN_VALID", ROUND_MIN_VALID)


def round_key_in_days():
    return getattr(settings, "ROUND_KEY_IN_DAYS", ROUND_KEY_IN_DAYS)


def stale_days():
    return getattr(settings, "NEED_STALE_DAYS", STALE_DAYS)


def may_still_correct(created_at, now):
    return now - created_at <= CORRECTION_TIME
