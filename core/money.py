"""Money is whole fen. Yuan exist only as text at the doors; rounding lives only here."""

import re

import cn2an
from django.utils.translation import gettext as _

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
# One thousand billion yuan: far above any real amount, far below what a BigInteger holds.
MAX_FEN = 10**14

# [0-9] and \Z on purpose: \d also takes full-width digits and $ also matches before a newline.
_YUAN = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?\Z")


def parse_yuan(text):
    """Turn "5,000.00" into 500000 fen; a ValueError says in Chinese what is wrong."""
    if not isinstance(text, str):
        raise ValueError(_("金额请以文字形式填写，例如 500000.00。"))
    text = text.strip(" ")
    match = _YUAN.match(text)
    if match is None:
        raise ValueError(_what_is_wrong(text))
    whole, cents = match.groups()
    whole = whole.replace(",", "").lstrip("0")
    if len(whole) > 12:
        raise ValueError(_("金额过大，请核对单位是否为元。"))
    return int(whole or "0") * FEN_PER_YUAN + int((cents or "").ljust(2, "0"))


def _what_is_wrong(text):
    if not text:
        return _("请填写金额。")
    if text.startswith(("-", "－", "−")):
        return _("金额不能为负数。")
    if any(char.isdigit() and not char.isascii() for char in text) or "．" in text or "，" in text:
        return _("请使用半角数字填写金额，例如 500000.00。")
    if re.match(r"[0-9,]+\.[0-9]{3,}\Z", text):
        return _("金额最多两位小数（精确到分）。")
    return _("金额只能包含数字、千分位逗号和两位小数，例如 500000.00。")


def _checked(fen):
    if isinstance(fen, bool) or not isinstance(fen, int):
        raise TypeError(f"fen must be a whole number, not {type(fen).__name__}")
    return fen


def format_yuan(fen):
    """50000000 -> "500000.00"."""
    sign = "-" if _checked(fen) < 0 else ""
    yuan, cents = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{yuan}.{cents:02d}"


def format_yuan_grouped(fen):
    """50000000 -> "500,000.00"."""
    sign = "-" if _checked(fen) < 0 else ""
    yuan, cents = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{cents:02d}"


def format_wan(fen):
    """50000000 -> "50", 32500000 -> "32.5"; exact, without trailing zeros."""
    sign = "-" if _checked(fen) < 0 else ""
    wan, rest = divmod(abs(fen), FEN_PER_WAN)
    return f"{sign}{wan}.{rest:06d}".rstrip("0").rstrip(".")


def split_by_shares(total, shares):
    """Split `total` fen in proportion to `shares`; no fen is lost or made.

    Each part gets its share rounded down; the fen left over go one each to the largest shares,
    the earlier one first where shares are equal.
    """
    _checked(total)
    shares = [_checked(share) for share in shares]
    if total < 0 or not shares or min(shares) < 0 or sum(shares) == 0:
        raise ValueError("a split needs a total >= 0 and shares >= 0 that are not all zero")
    whole = sum(shares)
    parts = [total * share // whole for share in shares]
    by_size = sorted(range(len(shares)), key=lambda index: (-shares[index], index))
    for index in by_size[: total - sum(parts)]:
        parts[index] += 1
    return parts


def in_capitals(fen):
    """50000000 -> "伍拾万元整", the form used on agreements and payment slips."""
    if _checked(fen) < 0 or fen > MAX_FEN:
        raise ValueError("capitals are written for amounts from 0 to one thousand billion yuan")
    if fen == 0:
        return "零元整"
    return cn2an.an2cn(format_yuan(fen).removesuffix(".00"), "rmb")
