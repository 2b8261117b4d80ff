"""Which characters the font of our documents can draw: read from the font itself.

A character without a glyph would be an empty box on paper, and the reader would never learn whose
name it was. So it is written as its code point instead, which can be looked up.
"""

import re
import struct
import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

FAMILY = "Noto Sans CJK SC"
_FONT_PACKAGE = "manimgx_fonts_cjk"
# variation selectors: they choose a shape of the sign before them and are none themselves
_ZERO_WIDTH = "\u200b"
_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))


def font_folder():
    """The folder of the font, as its package laid it down."""
    return Path(find_spec(_FONT_PACKAGE).origin).parent


def font_file():
    (found,) = font_folder().glob("*.ttc")
    return found


def printable(text):
    """The text as our font can draw it: no control or direction marks, no empty boxes."""
    drawn = drawable()
    return "".join(_drawn(sign, drawn) for sign in str(text).replace("\r\n", "\n"))


def _drawn(sign, drawn):
    if sign == "\n" or ord(sign) in drawn:
        return sign if unicodedata.category(sign) != "Cf" else ""
    if sign == "\t":
        return " "
    if unicodedata.category(sign) in ("Cc", "Cf", "Cs") or ord(sign) in _SELECTORS:
        return ""
    return f"〔U+{ord(sign):04X}〕"


def breakable(text, longest):
    """Long runs without a blank (account names, digests) may be broken, or they leave their cell."""
    run = re.compile(rf"[!-~]{{{longest + 1},}}")
    return run.sub(lambda found: _ZERO_WIDTH.join(_pieces(found[0], longest)), text)


def _pieces(run, size):
    return [run[start : start + size] for start in range(0, len(run), size)]


@cache
def drawable():
    """The code points that have a glyph, from the font's own table."""
    data = font_file().read_bytes()
    tag, _version, _count, first = struct.unpack_from(">4sIII", data)
    if tag != b"ttcf":
        raise ValueError(f"{font_file().name} is no collection of fonts")
    # The faces of this collection share one character table.
    tables = struct.unpack_from(">H", data, first + 4)[0]
    for n in range(tables):
        name, _sum, start, _size = struct.unpack_from(">4sIII", data, first + 12 + 16 * n)
        if name == b"cmap":
            return frozenset(_characters(data, start))
    raise ValueError(f"{font_file().name} has no character table")


def _characters(data, start):
    """Every code point of the subtable in format 12 (all planes of Unicode)."""
    for n in range(struct.unpack_from(">H", data, start + 2)[0]):
        offset = start + struct.unpack_from(">HHI", data, start + 4 + 8 * n)[2]
        if struct.unpack_from(">H", data, offset)[0] == 12:
            for group in range(struct.unpack_from(">I", data, offset + 12)[0]):
                low, high, glyph = struct.unpack_from(">III", data, offset + 16 + 12 * group)
                yield from range(low if glyph else low + 1, high + 1)
            return
    raise ValueError("the font has no table of all planes")
