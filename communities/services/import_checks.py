"""Whether the rows of a table may become needs: the checks of a single filing, row by row.

Everything wrong in a row is told at once, with the column, what was typed and how to mend it.
"""

import hashlib
import unicodedata
from dataclasses import asdict, dataclass
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities import need_sheets as sheets
from communities import permissions, selectors
from communities.models import NeedSource, Urgency
from communities.services.need_checks import (
    checked_contact,
    checked_paper,
    checked_words,
    cleaned,
    kept_apart,
    masked,
    placed,
)
from core.masking import mask_free_text, mask_name, mask_phone
from core.refusals import Refused

# Rows looked at together: one question for what is known, one report of progress.
CHUNK = 500
# The field a check names → the column people see; fields of the same name are not listed.
COLUMN_OF_FIELD = {"form_scan": "scan_missing_reason"}


def _plain(text):
    """A short word without differences of width and blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


# closed lists, by the words as they are compared
_WORDS = {
    name: {_plain(word): value for word, value in words.items()}
    for name, words in (
        ("category", sheets.CATEGORY_WORDS),
        ("beneficiaries", sheets.BENEFICIARY_WORDS),
        ("urgency", sheets.URGENCIES),
        ("channel", sheets.CHANNELS),
    )
}


class Row(NamedTuple):
    """A row that can become a need; as small as possible, because there may be fifty thousand."""

    number: int
    community_id: int
    key: str
    source_no: str
    words: dict  # masked, as they are stored
    paper: dict
    personal: dict


@dataclass(frozen=True)
class Fault:
    """One thing to mend. `typed` shows no full phone number: faults are kept."""

    row: int
    column: str
    typed: str
    code: str
    text: str
    remedy: str

    def as_dict(self):
        return asdict(self)

    @property
    def in_words(self):
        return f"{self.column}：{self.text}{self.remedy}"


REMEDIES = {
    "category_unknown": format_lazy(
        _("请从这些词中选一个：{words}。"), words="、".join(sheets.CATEGORY_WORDS)
    ),
    "beneficiaries_unknown": format_lazy(
        _("请用这些词，几项之间用顿号：{words}。"), words="、".join(sheets.BENEFICIARY_WORDS)
    ),
    "urgency_unknown": format_lazy(
        _("请从这些词中选一个：{words}；也可以不填。"), words="、".join(sheets.URGENCIES)
    ),
    "channel_unknown": format_lazy(
        _("请从这些词中选一个：{words}。"), words="、".join(sheets.CHANNELS)
    ),
    "scan_missing": _("表格导入没有扫描件，请写明原因，如：问需表原件存居委会。"),
    "consent_missing": _("居民同意的，“同意”一栏填“是”；不同意的，请删去称呼和电话。"),
}


class Judge:
    """Reads the rows of one table for one person; remembers which rows it has seen."""

    def __init__(self, *, actor, on, default=None):
        self.on = on
        self.default = default
        self.by_word = {}
        self.mine = set()
        self.seen = {}
        self.estates = selectors.estates_by_community()
        for community in selectors.communities_of():
            if permissions.may_import_needs(actor, on, community) is None:
                self.mine.add(community.pk)
            short = community.name.removesuffix("社区")
            for word in {community.code, community.name, short}:
                self.by_word.setdefault(word, []).append(community)

    def judge(self, number, cells):
        """(Row or None, faults) of one row of the table."""
        return _Reading(self, number, cells).result()

    def community(self, word):
        """(community, "") or (None, what is wrong)."""
        if not word:
            return (self.default, "") if self.default else (None, "community_missing")
        found = self.by_word.get(word) or self.by_word.get(word.removesuffix("社区")) or []
        mine = [community for community in found if community.pk in self.mine]
        if len(mine) == 1:
            return mine[0], ""
        if len(mine) > 1:
            return None, "community_ambiguous"
        return None, "community_not_yours" if found else "community_unknown"


COMMUNITY_FAULTS = {
    "community_missing": (_("没有填写社区。"), _("请填写社区名称或12位代码。")),
    "community_unknown": (_("没有这个社区。"), _("请对照模板中的“社区”表填写名称或代码。")),
    "community_ambiguous": (_("有几个同名的社区。"), _("请改填12位社区代码。")),
    "community_not_yours": (
        _("这个社区不在您的管辖范围内。"),
        _("请删去这一行，交该社区或所属街道的经办人导入。"),
    ),
}


class _Reading:
    """One row while it is read."""

    def __init__(self, judge, number, cells):
        self.judge, self.number, self.cells = judge, number, cells
        self.faults = []

    def result(self):
        community, wrong = self.judge.community(self.short("community"))
        if wrong:
            self.say("community", wrong, *COMMUNITY_FAULTS[wrong])
        words = self.checked(
            checked_words,
            category=self.word("category"),
            content=self.text("content"),
            place_text=self.text("place_text"),
            beneficiaries=self.beneficiaries(),
            urgency=self.word("urgency") or Urgency.NORMAL,
        )
        collected_on = self.parsed("collected_on", sheets.day_of, _("请写成2017-05-20这样的日期。"))
        paper = self.checked(
            checked_paper,
            on_behalf=True,
            channel=self.word("channel"),
            form_scan=None,
            scan_missing_reason=self.text("scan_missing_reason"),
            collector=self.text("collector"),
            collected_on=collected_on,
            questionnaire_count=self.parsed("questionnaire_count", _count, _("请填整数。")) or 0,
            today=self.judge.on,
        )
        contact = self.checked(
            checked_contact,
            name=self.text("contact_name"),
            phone=self.text("contact_phone"),
            consented=self.parsed("consented", _consent, _("请填“是”或“否”。")),
        )
        source_no = cleaned(self.text("source_no")).replace("\n", " ")
        if len(source_no) > sheets.LONGEST_SOURCE_NO:
            self.say(
                "source_no",
                "source_no_too_long",
                format_lazy(_("来源编号请写在{n}个字以内。"), n=sheets.LONGEST_SOURCE_NO),
            )
        if self.faults:
            return None, self.faults
        known = self.judge.estates.get(community.pk, ())
        stored = masked(words | placed(community, "", words["place_text"], known))
        key = key_of(community, source_no, words, collected_on)
        first = self.judge.seen.setdefault(key, self.number)
        if first != self.number:
            self.say_twice(first, source_no)
            return None, self.faults
        personal = kept_apart(words, stored["content"], contact)
        row = Row(
            number=self.number,
            community_id=community.pk,
            key=key,
            # a number on paper is no place for a phone number either
            source_no=mask_free_text(source_no),
            words=stored,
            paper=paper,
            personal=personal,
        )
        return row, ()

    def text(self, name):
        return sheets.text_of(self.cells.get(name))

    def short(self, name):
        return _plain(self.text(name))

    def word(self, name):
        """The stored value of a word of a closed list; what is not in it stays as typed."""
        typed = self.short(name)
        return _WORDS[name].get(typed, typed)

    def beneficiaries(self):
        typed = self.text("beneficiaries")
        for mark in "，,;；/|\n":
            typed = typed.replace(mark, "、")
        parts = [_plain(part) for part in typed.split("、")]
        return [_WORDS["beneficiaries"].get(part, part) for part in parts if part]

    def parsed(self, name, parse, remedy):
        try:
            return parse(self.cells.get(name))
        except (ValueError, TypeError, OverflowError):
            self.say(name, "cell_unreadable", _("这一格看不懂。"), remedy)
            return None

    def checked(self, check, **values):
        """What the check returns; its refusals become faults of this row."""
        try:
            return check(**values)
        except Refused as refused:
            for reason in refused.reasons:
                name = COLUMN_OF_FIELD.get(reason.field, reason.field)
                remedy = REMEDIES.get(reason.code, reason.remedy)
                self.say(name, reason.code, reason.text, remedy)
            return None

    def say(self, name, code, text, remedy=""):
        typed = self.text(name)
        hide = {"contact_phone": mask_phone, "contact_name": mask_name}.get(name, mask_free_text)
        self.faults.append(
            Fault(
                row=self.number,
                column=sheets.LABELS[name],
                typed=hide(typed)[:60],
                code=code,
                text=str(text),
                remedy=str(remedy),
            )
        )

    def say_twice(self, first, source_no):
        name = "source_no" if source_no else "content"
        text = _("来源编号和第{n}行相同。") if source_no else _("内容和日期与第{n}行完全相同。")
        remedy = (
            _("请核对编号；同一份表只填一行。")
            if source_no
            else _("重复的请删去一行；确是两份的，请填写各自的来源编号。")
        )
        self.say(name, "row_twice", format_lazy(text, n=first), remedy)


def key_of(community, source_no, words, collected_on):
    """What makes a row the same one when it comes again; nothing can be read back from it."""
    if source_no:
        parts = (community.code, "no", _plain(source_no))
    else:
        parts = (
            community.code,
            "words",
            words["content"],
            words["place_text"],
            str(collected_on or ""),
        )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def known_among(keys):
    """{key: content of its need} of those keys that were imported before."""
    rows = NeedSource.objects.filter(key__in=keys)
    return dict(rows.values_list("key", "need__content"))


@dataclass
class Chunk:
    """Some rows of the table, looked at."""

    read: int
    fresh: list
    known: list
    faults: list
    # imported before with other words: told, never changed
    differs: list


def examined(table, judge, size=CHUNK):
    """The table in chunks: rows that are new, rows imported before, and what is wrong."""
    read, rows, faults = 0, [], []
    for number, values in table.rows:
        row, wrong = judge.judge(number, table.cells(values))
        read += 1
        faults.extend(wrong)
        if row is not None:
            rows.append(row)
        if read == size:
            yield _sorted_out(read, rows, faults)
            read, rows, faults = 0, [], []
    if read:
        yield _sorted_out(read, rows, faults)


def _sorted_out(read, rows, faults):
    known = known_among([row.key for row in rows]) if rows else {}
    old = [row for row in rows if row.key in known]
    return Chunk(
        read=read,
        fresh=[row for row in rows if row.key not in known],
        known=old,
        faults=faults,
        differs=[row.number for row in old if known[row.key] != row.words["content"]],
    )


def _count(value):
    text = _plain(sheets.text_of(value))
    if not text:
        return 0
    if not text.isascii() or not text.isdigit():
        raise ValueError("count")
    return int(text)


def _consent(value):
    word = _plain(sheets.text_of(value))
    if word not in ("", sheets.NO, sheets.YES):
        raise ValueError("consent")
    return word == sheets.YES
