"""What people type into the search, read into words, numbers, filters and what must be left out.

Pure: no query, no request. Nothing that is typed is an error; what is not understood is noted.

    路灯 不亮          both words
    "楼梯间路灯"        these letters in this order
    -物业              without this word
    #00012            in the number of a need or project; a bare number looks there as well
    街道:翠竹 年:2017    filters; known keys are in KEYS
"""

import re
import unicodedata
from dataclasses import dataclass, field

MAX_LETTERS = 200
MAX_WORDS = 10
MAX_GRAMS = 12

# Letters that say little: a piece of two of them is left out when there are others.
FILLERS = frozenset(
    "的了吗呢吧啊我你您他她它们这那是有在和与就都也很怎么什没能请把被给要想会可以一个"
)

# key as typed → key of the filter
KEYS = {
    "街道": "street", "社区": "community", "状态": "status", "类别": "category",
    "类型": "type", "年": "year", "年度": "year", "年份": "year",
}  # fmt: skip
KEY_WORDS = ("街道", "社区", "状态", "类别", "类型", "年")

_FULL = {0xFF10 + n: chr(0x30 + n) for n in range(10)}
_FULL |= {0xFF21 + n: chr(0x41 + n) for n in range(26)}
_FULL |= {0xFF41 + n: chr(0x61 + n) for n in range(26)}
_SIGNS = {ord(sign): " " for sign in "\u3000，。！？；、…,;!?《》【】（）"}
_SIGNS |= {ord(sign): '"' for sign in "“”„‟「」『』＂"} | {ord("："): ":", ord("＃"): "#"}
_TO_FULL = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_MINUS = "-－−–—"
_DASHES = str.maketrans(dict.fromkeys("－−–—", "-"))

_SPACE_AFTER_KEY = re.compile(rf"(?<!\S)([{_MINUS}]?(?:{'|'.join(KEYS)}))\s*:(\s*)(?=\S)")
_SPACED = "\ue000"  # private letters do not come through _printable
_TOKEN = re.compile(
    rf'(?P<minus>[{_MINUS}])?(?:(?P<key>[^\s:"#]{{1,12}}):(?=[^\s/]))?'
    r'(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))'
)
_NUMBER = re.compile(r"[0-9A-Z]+(?:-+[0-9A-Z]+)*")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")


@dataclass(frozen=True)
class Word:
    """A word that must be there, or must not."""

    text: str
    is_phrase: bool = False
    is_number: bool = False  # typed with #: looked for in numbers only

    @property
    def number(self):
        """The word as a part of a number, or "" when it cannot be one."""
        typed = self.text.translate(_DASHES).upper()
        has_digit = any("0" <= letter <= "9" for letter in typed)
        return typed if self.is_number or (has_digit and _NUMBER.fullmatch(typed)) else ""

    @property
    def spellings(self):
        """The word, and the same in full-width letters as some keyboards write them."""
        wide = {self.text.upper().translate(_TO_FULL), self.text.lower().translate(_TO_FULL)}
        return [self.text, *sorted(wide - {self.text})] if _has_ascii(self.text) else [self.text]


@dataclass(frozen=True)
class Typed:
    """A filter as typed: the key of KEYS, or the words themselves when the key is not known."""

    key: str
    word: str
    value: str
    is_excluded: bool = False
    is_spaced: bool = False  # a blank after the colon: the value may be meant as a word


@dataclass
class Query:
    text: str = ""  # what is shown in the box again
    words: list = field(default_factory=list)
    excluded: list = field(default_factory=list)
    filters: list = field(default_factory=list)
    unknown: list = field(default_factory=list)
    is_cut: bool = False

    @property
    def is_empty(self):
        return not (self.words or self.excluded or self.filters or self.unknown)

    @property
    def is_too_short(self):
        """One letter alone would find half of everything."""
        letters = sum(len(word.text) for word in self.words if not word.is_number)
        return letters == 1 and len(self.words) == 1 and not self.filters

    @property
    def whole_number(self):
        """The number, when nothing else was typed."""
        alone = len(self.words) == 1 and not (self.excluded or self.filters or self.unknown)
        return self.words[0].number if alone else ""


def read(text):
    """The query in what somebody typed."""
    shown = _printable(text or "").strip()
    query = Query(text=shown[:MAX_LETTERS], is_cut=len(shown) > MAX_LETTERS)
    typed = _plain_signs(query.text)
    joined = _SPACE_AFTER_KEY.sub(lambda m: f"{m[1]}:{_SPACED if m[2] else ''}", typed)
    for match in _TOKEN.finditer(joined):
        _take(query, match)
    if len(query.words) > MAX_WORDS or len(query.excluded) > MAX_WORDS:
        query.is_cut = True
        del query.words[MAX_WORDS:], query.excluded[MAX_WORDS:]
    if len(query.filters) + len(query.unknown) > MAX_WORDS:
        query.is_cut = True
        del query.filters[MAX_WORDS:], query.unknown[MAX_WORDS:]
    return query


def _take(query, match):
    is_phrase = match["quoted"] is not None
    value = " ".join((match["quoted"] if is_phrase else match["plain"]).split())
    key, is_excluded = match["key"], bool(match["minus"])
    is_spaced, value = value.startswith(_SPACED), value.replace(_SPACED, "")
    if key in KEYS or (key and key.isalpha()):
        typed = Typed(KEYS.get(key, ""), key, value, is_excluded, is_spaced)
        (query.filters if key in KEYS else query.unknown).append(typed)
        return
    if key:
        value = f"{key}:{value}"
    is_number = value.startswith("#") and not is_phrase
    value = value.lstrip("#") if is_number else value
    value = value if is_phrase else value.rstrip(":")
    if value in KEYS and match["plain"] and match["plain"].endswith(":"):
        query.unknown.append(Typed(KEYS[value], value, "", is_excluded))
        return
    if not any(letter.isalnum() for letter in value):
        return
    word = Word(value, is_phrase, is_number)
    kept = query.excluded if is_excluded else query.words
    if word not in kept:
        kept.append(word)


def grams_of(words):
    """Two-letter pieces of the Chinese in plain words, for when the words find nothing whole.

    Returns the pieces (the same number of each word first when there are too many) and the words
    that stay as they are.
    """
    pieces, kept = [], []
    for word in words:
        runs = [] if word.is_phrase or word.is_number else _CHINESE.findall(word.text)
        grams = [run[n : n + 2] for run in runs for n in range(max(1, len(run) - 1))]
        if grams:
            pieces.append(grams)
        else:
            kept.append(word)
    turns = [grams[n] for n in range(MAX_LETTERS) for grams in pieces if n < len(grams)]
    telling = [gram for gram in turns if not set(gram) <= FILLERS]
    return list(dict.fromkeys(telling or turns))[:MAX_GRAMS], kept


def _printable(text):
    """No control, private or invisible letters: they are blanks. One spelling of each letter."""
    return "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") else letter
        for letter in unicodedata.normalize("NFC", text[: MAX_LETTERS * 10])
    )


def _plain_signs(text):
    """Full-width letters, digits and signs as those of a plain keyboard; marks are blanks.

    What stands between quotes keeps its marks.
    """
    parts = text.translate(_FULL | {k: v for k, v in _SIGNS.items() if v != " "}).split('"')
    return '"'.join(
        part if place % 2 else part.translate(_SIGNS) for place, part in enumerate(parts)
    )


def _has_ascii(text):
    return any(letter.isascii() and letter.isalnum() for letter in text)
