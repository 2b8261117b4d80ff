"""Personal data as the public and other offices may see it."""

import re

# Same length on both sides, so that places found in the plain text hold in the original.
_TO_ASCII = str.maketrans("０１２３４５６７８９Ｘｘ－＋（）　", "0123456789Xx-+() ")
_GAP = r"[ \-.·]?"
_NOT_INSIDE_NUMBER = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_ID_NUMBER = _GAP.join([r"[1-9]"] + [r"[0-9]"] * 16 + [r"[0-9Xx]"])
_OLD_ID_NUMBER = r"[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}"
_MOBILE = r"(?:\+?86[ \-]?)?" + _GAP.join([r"1", r"[3-9]"] + [r"[0-9]"] * 9)
_LANDLINE = r"\(?0[1-9][0-9]{1,2}\)?[ \-]?[2-9][0-9]{6,7}"
_PERSONAL = re.compile(
    "|".join(
        f"{_NOT_INSIDE_NUMBER}(?:{pattern}){_END}"
        for pattern in (_ID_NUMBER, _OLD_ID_NUMBER, _MOBILE, _LANDLINE)
    )
)


def mask_phone(phone):
    """13812345678 -> 138****5678; shorter numbers keep the last two digits only."""
    phone = str(phone or "").strip()
    if not phone:
        return ""
    digits = re.sub(r"[^0-9]", "", phone.translate(_TO_ASCII))
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) > 4 else "****"


def mask_name(name):
    """张三丰 -> 张**; the length of the name is not told."""
    name = str(name or "").strip()
    return f"{name[0]}**" if name else ""


def mask_free_text(text):
    """Hide telephone and identity numbers that people write into free text."""
    text = str(text or "")
    masked, at = [], 0
    for match in _PERSONAL.finditer(text.translate(_TO_ASCII)):
        masked += [text[at : match.start()], _hidden(match.group())]
        at = match.end()
    return "".join([*masked, text[at:]])


def _hidden(number):
    digits = re.sub(r"[^0-9Xx]", "", number)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) <= 13 else f"{digits[:3]}****"
