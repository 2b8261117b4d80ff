"""Sheets of history (XLSX, CSV) → rows for deliberation.services.history; every bad row is named.

The header says the unit of the money: 金额（元） or 金额（万元）. Paper ledgers are kept in 万元, so a
sheet that does not say it is refused rather than guessed.
"""

import csv
import io
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import openpyxl
from django.utils.translation import gettext as _

from core import intake
from core.money import FEN_PER_WAN, FEN_PER_YUAN
from core.refusals import BadInput, Reason
from deliberation.services.history import HistoryRow, MeetingRow
from projects.choices import ProposalType

MAX_ROWS = 20_000
AMOUNTS = {"金额（元）": FEN_PER_YUAN, "金额（万元）": FEN_PER_WAN}
RECORD_COLUMNS = (
    "记录编号", "社区代码", "项目名称", "类型", "金额（元）", "进入程序日期", "通过日期", "来源",
    "组织名称", "内容",
)  # fmt: skip
MEETING_COLUMNS = (
    "记录编号", "社区代码", "会议日期", "地点", "成员总数", "实到人数", "列席居民",
)  # fmt: skip
OPTIONAL = {"组织名称", "内容", "列席居民"}
TYPES = {"工程": ProposalType.WORKS, "工程类": ProposalType.WORKS, "服务": ProposalType.SERVICE,
         "服务类": ProposalType.SERVICE}  # fmt: skip


def _refuse(code, text, remedy=""):
    raise BadInput(Reason(code, text, remedy=remedy, field="file"))


def _table(upload):
    """The cells of the first sheet as lists of values, header first."""
    name = (upload.name or "").lower()
    if name.endswith(".csv"):
        if upload.size > intake.MAX_BYTES:
            _refuse("file_too_large", _("文件过大。"), _("请拆分后分批导入。"))
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            _refuse("not_utf8", _("CSV 不是 UTF-8 编码。"), _("请另存为“CSV UTF-8”或 XLSX。"))
        return [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    checked = intake.inspect(upload)
    if checked.extension != "xlsx":
        _refuse("not_a_sheet", _("请上传 XLSX 或 CSV 表格。"))
    book = openpyxl.load_workbook(io.BytesIO(checked.data), read_only=True, data_only=True)
    try:
        rows = []
        for row in book.worksheets[0].iter_rows(values_only=True):
            if any(cell not in (None, "") for cell in row):
                rows.append(list(row))
            if len(rows) > MAX_ROWS + 2:
                _refuse("too_many_rows", _("一次最多导入%(n)s行。") % {"n": MAX_ROWS})
        return rows
    finally:
        book.close()


def _records(upload, columns, amounts=None):
    """Dicts by header word, with the line number; the header may stand below a title row."""
    rows = _table(upload)
    for at in range(min(3, len(rows))):
        header = [_text(cell).replace("(", "（").replace(")", "）") for cell in rows[at]]
        if columns[0] in header:
            break
    else:
        _refuse("no_header", _("没有找到表头“%(c)s”。") % {"c": columns[0]}, _("请使用模板。"))
    wanted = set(columns) - OPTIONAL
    if amounts is not None:
        wanted -= set(AMOUNTS)
        units = [word for word in header if word in amounts]
        if len(units) != 1:
            _refuse(
                "unit_missing", _("表头没有写明金额单位。"),
                _("请把金额列的表头写成“金额（元）”或“金额（万元）”。"),
            )  # fmt: skip
    missing = sorted(wanted - set(header))
    if missing:
        _refuse(
            "columns_missing", _("缺少列：%(c)s。") % {"c": "、".join(missing)}, _("请使用模板。")
        )
    return [
        (number, dict(zip(header, row, strict=False)))
        for number, row in enumerate(rows[at + 1 :], start=at + 2)
    ]


def _text(value):
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value if value is not None else "").strip()


def _day(value):
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(_text(value).replace("/", "-").replace(".", "-"))


def _count(value):
    number = int(_text(value) or "0")
    if number < 0:
        raise ValueError
    return number


def _fen(value, unit):
    # Excel keeps numbers as floats; their shortest text is what the clerk typed.
    amount = Decimal(_text(repr(value) if isinstance(value, float) else value)) * unit
    if amount != amount.to_integral_value() or amount <= 0:
        raise ValueError
    return int(amount)


def _read(records, read_one):
    """Turn every record with `read_one(cells, get)`; report each unreadable cell of each row."""
    rows, reasons = [], []
    for number, cells in records:
        faults = []

        def get(column, parse, cells=cells, faults=faults):
            try:
                return parse(cells.get(column))
            except (ValueError, TypeError, KeyError, InvalidOperation):
                faults.append(column)
                return None

        row = read_one(get)
        if faults:
            reasons += [
                Reason(
                    "cell_unreadable",
                    _("第%(n)s行“%(c)s”无法识别：%(v)s")
                    % {"n": number, "c": column, "v": _text(cells.get(column))[:40] or _("空")},
                    field="file",
                )
                for column in faults
            ]
        else:
            rows.append(row)
    if reasons:
        raise BadInput(*reasons)
    return rows


def _required(value):
    text = _text(value)
    if not text:
        raise ValueError
    return text


def read_records(upload):
    """HistoryRow for each line of a sheet of projects; BadInput naming every bad cell."""
    records = _records(upload, RECORD_COLUMNS, AMOUNTS)
    if not records:
        _refuse("sheet_empty", _("表中没有数据。"))
    column = next(word for word in AMOUNTS if word in records[0][1])
    return _read(
        records,
        lambda get: HistoryRow(
            key=get("记录编号", _required),
            community_code=get("社区代码", _required),
            title=get("项目名称", _required),
            type=get("类型", lambda value: TYPES[_text(value)].value),
            amount_fen=get(column, lambda value: _fen(value, AMOUNTS[column])),
            entered_on=get("进入程序日期", _day),
            passed_on=get("通过日期", _day),
            source=get("来源", _required),
            organisation_name=get("组织名称", _text),
            summary=get("内容", _text),
        ),
    )


def read_meetings(upload):
    """MeetingRow for each line of a sheet of council meetings; BadInput naming every bad cell."""
    records = _records(upload, MEETING_COLUMNS)
    if not records:
        _refuse("sheet_empty", _("表中没有数据。"))
    return _read(
        records,
        lambda get: MeetingRow(
            key=get("记录编号", _required),
            community_code=get("社区代码", _required),
            held_on=get("会议日期", _day),
            place=get("地点", _required),
            member_count=get("成员总数", _count),
            present_count=get("实到人数", _count),
            resident_count=get("列席居民", _count),
        ),
    )


EXAMPLES = {
    "records": (
        RECORD_COLUMNS,
        ("2016-LH-0001", "440303003001", "楼道照明改造", "工程", "120000.00", "2016-03-01",
         "2016-04-10", "2016年民生微实事台账第1页", "", "更换楼道照明"),
    ),
    "meetings": (
        MEETING_COLUMNS,
        ("2016-HB-01", "440303003001", "2016-04-10", "社区会议室", "16", "14", "9"),
    ),
}  # fmt: skip
