"""Personal data as the public and other offices may see it."""

import re
import unicodedata

_CHINESE = "零〇一二三四五六七八九幺"
_CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨❶❷❸❹❺❻❼❽❾"


class _Plainer(dict):
    """For str.translate: each letter in its plain form, looked up once. One letter stays one, so
    that places found in the plain text hold in the original.
    """

    def __missing__(self, wide):
        letter = chr(wide)
        if letter in _CIRCLED or unicodedata.category(letter) == "Nd":
            plain = ord(str(unicodedata.digit(letter)))
        else:  # full-width forms, as in ＱＱ and （０７５５）
            plain = wide - 0xFEE0 if 0xFF01 <= wide <= 0xFF5E and letter not in "，；！？" else wide
        self[wide] = plain
        return plain


_TO_ASCII = _Plainer({ord("　"): ord(" "), **dict.fromkeys(map(ord, "–—−"), ord("-"))})

# \ufe0f\u20e3 make a key out of the digit before them: 1️⃣
_GAP = r"[ \-.·\ufe0f\u20e3]{0,2}"
_NOT_INSIDE_NUMBER = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_SAYS = r"(?:号码|号|码|是|为|[ :,，、])*"


def _spaced(*parts):
    return _GAP.join(parts)


# Name of the group → pattern. The order decides what is tried first at one place of a text.
_KINDS = {
    "id_number": _spaced(r"[1-9]", *[r"[0-9]"] * 16, r"[0-9Xx]"),
    "old_id_number": r"[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}",
    "card": _spaced(r"[3-6]", *[r"[0-9]"] * 15) + rf"(?:{_GAP}[0-9]){{0,3}}",
    "mobile": r"(?:(?:\+|00)?86[ \-]?)?" + _spaced(r"1", r"[3-9]", *[r"[0-9]"] * 9),
    "landline": r"(?:(?:\+|00)?86[ \-]?)?\(?0?[1-9][0-9]{1,2}\)[ \-]?[2-9][0-9]{2,3}[ \-]?[0-9]{4}"
    r"|(?:\+|00)86[ \-]?[1-9][0-9]{1,2}[ \-]?[2-9][0-9]{6,7}"
    r"|0[1-9][0-9]{1,2}[ \-]{0,3}[2-9][0-9]{2,3}[ \-]?[0-9]{4}",
}
_PATTERN = re.compile(
    "|".join(
        [
            *(
                f"{_NOT_INSIDE_NUMBER}(?P<{name}>{pattern}){_END}"
                for name, pattern in _KINDS.items()
            ),
            rf"(?P<spelt>[一幺][三四五六七八九][{_CHINESE}]{{9}})(?![{_CHINESE}十百千万])",
            rf"(?:电话|座机|固话|手机|致电|拨打){_SAYS}(?P<local>[2-9][0-9]{{2,3}}[ \-]?[0-9]{{4}}){_END}",
            r"(?P<email>[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+)",
            rf"(?<![A-Za-z])[Qq][Qq]{_SAYS}(?P<qq>[1-9][0-9]{{4,11}}){_END}",
            r"(?<![A-Za-z])(?P<wxid>wxid_[A-Za-z0-9]{4,20})",
            rf"(?:微信|薇信|v信|V信){_SAYS}(?!(?i:wechat|weixin)(?![A-Za-z0-9_\-]))"
            r"(?P<wechat>[A-Za-z][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9_\-])",
            r"(?<![A-Za-z])(?:[Ww][Xx]|[Vv][Xx]|(?i:weixin|wechat))[ :号是为]+"
            r"(?P<wx>[A-Za-z][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9_\-])",
        ]
    )
)
# Long numbers of papers are told as such; only what cannot be anything else is hidden after these.
_NUMBERED = re.compile(r"(?:编号|单号|流水号|发票号|合同号|信用代码|登记号|注册号)[码:是为 ]*\Z")
_DOUBTFUL = {"card", "old_id_number", "id_number"}
_BIRTHDAY = re.compile(r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def mask_phone(phone):
    """13812345678 -> 138****5678; shorter numbers keep the last two digits only."""
    phone = str(phone or "").strip()
    if not phone:
        return ""
    digits = re.sub(r"[^0-9]", "", _ascii(phone))
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
    """Hide what people write of themselves into free text; the result is never longer.

    Hidden are mobile and landline numbers, identity and bank card numbers, e-mail, QQ and WeChat
    names, in whatever digits. Numbers of papers and needs, dates, prices and doors stay.
    """
    text = str(text or "")
    plain = _ascii(text)
    masked, at = [], 0
    for match in _PATTERN.finditer(plain):
        kind = match.lastgroup
        if kind in _DOUBTFUL and _is_of_a_paper(kind, plain, match):
            continue
        start, end = match.span(kind)
        masked += [text[at:start], _hidden(kind, match[kind])]
        at = end
    return "".join([*masked, text[at:]])


def _ascii(text):
    """The text in plain digits, letter for letter."""
    return text if text.isascii() else text.translate(_TO_ASCII)


def _is_of_a_paper(kind, plain, match):
    if not _NUMBERED.search(plain, max(0, match.start() - 12), match.start()):
        return False
    digits = re.sub(r"[^0-9Xx]", "", match[kind])
    return not (len(digits) == 18 and _BIRTHDAY.match(digits, 6))


def _hidden(kind, number):
    if kind in ("email", "qq", "wxid", "wechat", "wx"):
        return "****"
    if kind == "spelt":
        return f"{number[:3]}****{number[-4:]}"
    digits = re.sub(r"[^0-9Xx]", "", number)
    if kind == "local":
        return f"****{digits[-2:]}"
    if len(digits) > 13:
        return f"{digits[:3]}****"
    # of ten digits one less is shown, so that the words do not grow
    return f"{digits[:3]}****{digits[-min(4, len(digits) - 7) :]}"
