"""Ledgers as documents: sheets of a workbook and registers on paper, from rows and nothing else.

The same rows give the same bytes. What has not been frozen says so on the paper.
"""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exports import book_bytes
from core.pdf import Register, pdf_of
from core.refusals import BadInput, Reason
from deliberation.ledger_words import in_words, sheet_header, sheet_rows

# Rows of one volume on paper: up to 60 pages, 0.7 to 1.3 s, 200 MB to set (docs/performance.md).
VOLUME = 500
# A document that is not frozen is made while its reader waits: within two seconds at these sizes.
PDF_LIMIT = 300
XLSX_LIMIT = 3_000
# What one snapshot may hold: 40 volumes, printed by the outbox one after the other.
FREEZE_LIMIT = 20_000

# (label, width as a share) of the columns that stand side by side; the others follow in a line
PAPER_COLUMNS = tuple(
    zip(
        (
            gettext_lazy("序号"),
            gettext_lazy("编号"),
            gettext_lazy("名称或内容"),
            gettext_lazy("时间"),
            gettext_lazy("事由"),
            gettext_lazy("办理后"),
            gettext_lazy("社区"),
            gettext_lazy("经办"),
            gettext_lazy("说明"),
        ),
        (3, 10, 15, 8, 8, 7, 9, 9, 11),
        strict=True,
    )
)
# told by those columns already
_TOLD = {"title", "state", "note"}
_TOLD_OF_NEEDS = {"content", "status", "reason"}


def volumes(count):
    """How many volumes so many rows fill; an empty ledger fills one, which says so."""
    return max(1, -(-count // VOLUME))


def rows_by_ledger(rows):
    """{number: rows in words}, in the order of the book."""
    found = {}
    for row in in_words(rows):
        found.setdefault(row.ledger, []).append(row)
    return found


def sheets_of(ledgers, by_ledger, about):
    """Sheets of a workbook, one a ledger, for core.exports."""
    return [
        (
            f"{ledger.number} {ledger.name}"[:31],
            f"{ledger.name} · {about}",
            sheet_header(ledger),
            sheet_rows(ledger, by_ledger.get(ledger.number, [])),
        )
        for ledger in ledgers
    ]


def register_of(ledger, rows, lines, *, first=1, mark="", link="", link_words=""):
    """One ledger on paper. `first` is the number of its first row in the book."""
    return Register(
        title=str(ledger.name),
        columns=tuple((str(label), width) for label, width in PAPER_COLUMNS),
        rows=[_on_paper(ledger, row, place) for place, row in enumerate(rows, start=first)],
        lines=tuple(str(line) for line in lines),
        mark=mark,
        boxes=(_("填报单位（盖章）"), _("经办人（签名）"), _("负责人（签名）")),
        link=link,
        link_words=link_words,
    )


def _on_paper(ledger, row, place):
    told = _TOLD if "title" in ledger.column_keys else _TOLD_OF_NEEDS
    said = row.said
    cells = (
        place, row.subject_no, row.headline, _moment(row.at), row.event_label, row.outcome,
        row.place_name, " ".join(filter(None, (row.actor_name, row.capacity))),
        said.get("note") or (said.get("reason", "") if "reason" in told else ""),
    )  # fmt: skip
    more = [
        (str(label), said[key])
        for key, label in ledger.columns
        if key not in told and said.get(key, "") != ""
    ]
    more.append((_("链上位置"), f"{row.chain} #{row.seq} {row.digest[:16]}"))
    return cells, more


def _moment(at):
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def period_words(since, until):
    return _("%(since)s至%(until)s") % {"since": since.isoformat(), "until": until.isoformat()}


# Not frozen ---------------------------------------------------------------------------------------


def check_size(asked, limit):
    """Refuse what would keep its reader waiting, and say what to do instead."""
    count = asked.rows().count()
    if count > limit:
        raise BadInput(
            Reason(
                "too_many_rows",
                _("选中%(count)s条，这种格式一次最多%(limit)s条。")
                % {"count": count, "limit": limit},
                _("超过的要排版很久，由系统在后台分册生成。"),
                _("请缩短期间或缩小范围；或冻结为快照，后台生成全部分册。"),
                field="until",
            )
        )


def draft_sheets(asked):
    about = f"{asked.place.name} {period_words(asked.since, asked.until)}"
    return sheets_of(asked.ledgers, rows_by_ledger(asked.rows()), about)


def draft_pdf(asked, now):
    """The bytes of a paper to look at; it says of itself that nothing is frozen."""
    by_ledger = rows_by_ledger(asked.rows())
    mark = _("未冻结，仅供核对：%(at)s 打印，此后的办理不在内。") % {"at": _moment(now)}
    registers = []
    for ledger in asked.ledgers:
        rows = by_ledger.get(ledger.number, [])
        lines = [
            _("范围：%(place)s") % {"place": asked.place.name},
            _("期间：%(days)s") % {"days": period_words(asked.since, asked.until)},
            _("共%(n)s条") % {"n": len(rows)},
        ]
        registers.append(register_of(ledger, rows, lines, mark=mark))
    return pdf_of(registers, foot=f"{asked.place.name} · {mark}")


# Frozen -------------------------------------------------------------------------------------------


def wanted_files(snapshot):
    """(ledger, form, volume) of every file a snapshot is printed as, in printing order."""
    for number in snapshot.numbers:
        yield number, "xlsx", 1
        for volume in range(1, volumes(snapshot.counts[number]) + 1):
            yield number, "pdf", volume


def frozen_file(snapshot, number, form, volume, rows):
    """The bytes of one file of a snapshot; `rows` are all its rows of this ledger, in words."""
    (ledger,) = (one for one in snapshot.definitions if one.number == number)
    if form == "xlsx":
        about = _("%(place)s %(days)s · 快照 %(number)s · 摘要 %(digest)s") % {
            "place": snapshot.place_name,
            "days": period_words(snapshot.since, snapshot.until),
            "number": snapshot.number,
            "digest": snapshot.digest,
        }
        return book_bytes(sheets_of([ledger], {number: rows}, about), at=snapshot.as_of)
    begin = (volume - 1) * VOLUME
    part = rows[begin : begin + VOLUME]
    register = register_of(
        ledger, part, _frozen_lines(snapshot, len(rows), volume, begin, len(part)),
        first=begin + 1, link=snapshot.link, link_words=_("扫码核验"),
    )  # fmt: skip
    foot = _("快照 %(number)s · 摘要 %(digest)s") % {
        "number": snapshot.number,
        "digest": snapshot.digest,
    }
    return pdf_of([register], foot=foot)


def _frozen_lines(snapshot, count, volume, begin, size):
    lines = [
        _("范围：%(place)s　期间：%(days)s")
        % {"place": snapshot.place_name, "days": period_words(snapshot.since, snapshot.until)},
        _("快照编号：%(number)s　冻结时间：%(at)s　冻结单位：%(office)s")
        % {
            "number": snapshot.number,
            "at": _moment(snapshot.as_of),
            "office": snapshot.office_name,
        },
        _("摘要（%(algorithm)s）：%(digest)s")
        % {"algorithm": snapshot.algorithm, "digest": snapshot.digest},
        _("共%(n)s条") % {"n": count},
    ]
    if volumes(count) > 1:
        lines[-1] = _("共%(n)s条；第%(volume)s册，共%(all)s册，本册第%(first)s至%(last)s条") % {
            "n": count,
            "volume": volume,
            "all": volumes(count),
            "first": begin + 1,
            "last": begin + size,
        }
    return lines
