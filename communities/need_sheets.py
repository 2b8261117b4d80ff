"""The table of needs (XLSX, CSV): its columns, its template, its rows one by one.

Nothing here asks the database. A row is what stands in its cells, as text or date; whether it may
become a need is asked by communities.services.import_checks.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import openpyxl
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities.categories import BENEFICIARIES, CATEGORIES
from communities.models import Channel, Urgency
from core import intake
from core.blanks import Column, blank_xlsx
from core.exports import csv_bytes
from core.refusals import BadInput, Reason

MAX_ROWS = 50_000
# A title may stand above the header.
HEADER_WITHIN = 3
LONGEST_SOURCE_NO = 60
REPORT_COLUMN = "问题和改法"
YES, NO = "是", "否"

CHANNELS = {str(label): key for key, label in Channel.choices if key != Channel.ONLINE}
URGENCIES = {str(label): key for key, label in Urgency.choices}
CATEGORY_WORDS = {str(category.label): key for key, category in CATEGORIES.items()}
BENEFICIARY_WORDS = {str(label): key for key, label in BENEFICIARIES.items()}

# key of the service → column of the table
COLUMNS = {
    "community": Column("社区", width=16, hint="名称或12位代码。只管一个社区的，可以不填。"),
    "category": Column("类别", True, tuple(CATEGORY_WORDS), width=18),
    "content": Column("内容", True, width=48, hint="5到1000个字。请不要写姓名、电话和证件号码。"),
    "place_text": Column("地点", width=20, hint="小区名称写在最前面，如：东湖花园三栋楼下。"),
    "beneficiaries": Column("受益群体", width=18, hint="可填几项，用顿号分开，如：老人、儿童。"),
    "urgency": Column("紧迫度", choices=tuple(URGENCIES), width=10, hint="不填按“一般”。"),
    "channel": Column("渠道", True, tuple(CHANNELS), width=12),
    "collector": Column("收集人", width=12),
    "collected_on": Column(
        "收集日期", kind="date", width=13, hint="如2017-05-20。不填按导入当天。"
    ),
    "questionnaire_count": Column("问卷份数", kind="number", width=10),
    "source_no": Column(
        "来源编号", width=16, hint="纸质表上的编号。同一编号只导入一次，请尽量填写。"
    ),
    "scan_missing_reason": Column(
        "无扫描件的原因", True, width=24, hint="如：问需表原件存居委会。导入的需求不计入排名。"
    ),
    "contact_name": Column("称呼", width=12, hint="填了称呼或电话，“同意”一栏要填“是”。"),
    "contact_phone": Column("电话", width=16),
    "consented": Column(
        "同意", choices=(YES, NO), width=8, hint="居民是否同意居委会为答复需求使用称呼和电话。"
    ),
}
LABELS = {key: column.label for key, column in COLUMNS.items()}
KEYS = {label: key for key, label in LABELS.items()}
EXAMPLES = (
    ("东门社区", "消除安全隐患", "三栋楼下的台阶松动，老人容易摔倒", "三栋楼下", "老人、儿童",
     "急事", "问需表", "王敏", "2017-05-20", 12, "WX-2017-001", "问需表原件存居委会",
     "陈女士", "13800000000", "是"),
    ("440303003001", "文化体育娱乐设施", "小广场想添两张乒乓球台", "", "全体居民", "",
     "入户走访", "李强", "2017-05-21", "", "RH-0007", "入户记录本存居委会", "", "", ""),
)  # fmt: skip


def _refuse(code, text, remedy=""):
    raise BadInput(Reason(code, text, remedy=remedy, field="file"))


# The template ------------------------------------------------------------------------------------


def template_xlsx(communities):
    """The table to fill in, with the words that are understood and two examples beside it."""
    columns = list(COLUMNS.values())
    lists = [
        (_("类别"), CATEGORY_WORDS), (_("受益群体"), BENEFICIARY_WORDS), (_("紧迫度"), URGENCIES),
        (_("渠道"), CHANNELS), (_("同意"), (YES, NO)),
    ]  # fmt: skip
    words = [(label, word, "") for label, choices in lists for word in choices]
    places = [(place.street.name, place.name, place.code) for place in communities]
    rules = [(c.label, _("必填") if c.is_required else _("选填"), c.hint) for c in columns]
    return blank_xlsx(
        "需求",
        columns,
        [
            ("填写示例", list(LABELS.values()), EXAMPLES),
            ("填写说明", [_("列"), _("是否必填"), _("说明")], rules),
            ("可填词语", [_("列"), _("可以填写")], [word[:2] for word in words]),
            ("社区", [_("街道"), _("社区"), _("代码")], places),
        ],
    )


def template_csv():
    return csv_bytes(list(LABELS.values()), [])


# Reading -----------------------------------------------------------------------------------------


@dataclass
class Table:
    """An opened table. `rows` yields (row number, cells in the order of the header)."""

    header: list
    rows: Iterator
    ignored: list = field(default_factory=list)

    def cells(self, values):
        """{key of the service: cell} of one row; columns nobody knows are left out."""
        return {
            KEYS[label]: value
            for label, value in zip(self.header, values, strict=False)
            if label in KEYS
        }


def open_table(data, extension, *, has_default=False):
    """The table in these bytes, header checked. `has_default`: the column 社区 may be missing."""
    numbered = _csv_rows(data) if extension == "csv" else _xlsx_rows(data)
    header = _header(numbered)
    known = [label for label in header if label in KEYS]
    twice = sorted({label for label in known if known.count(label) > 1})
    needed = {column.label for column in COLUMNS.values() if column.is_required}
    needed |= set() if has_default else {LABELS["community"]}
    missing = [label for label in KEYS if label in needed - set(known)]
    remedy = _("请用模板填写，不要改动表头。")
    if missing:
        words = format_lazy(_("缺少这些列：{names}。"), names="、".join(missing))
        _refuse("columns_missing", words, remedy)
    if twice:
        words = format_lazy(_("这些列出现了两次：{names}。"), names="、".join(twice))
        _refuse("columns_twice", words, remedy)
    ignored = [label for label in header if label and label not in {*KEYS, REPORT_COLUMN}]
    return Table(header=header, rows=_limited(numbered), ignored=ignored)


def _header(numbered):
    for number, values in numbered:
        labels = [_label(value) for value in values]
        if LABELS["content"] in labels:
            return labels
        if number >= HEADER_WITHIN:
            break
    _refuse(
        "no_header",
        format_lazy(_("前{n}行里没有找到表头“内容”。"), n=HEADER_WITHIN),
        _("请用模板填写，不要改动表头。"),
    )
    return None


def _label(value):
    return re.sub(r"[\s*＊]", "", text_of(value))


def _limited(numbered):
    count = 0
    for number, values in numbered:
        count += 1
        if count > MAX_ROWS:
            _refuse(
                "too_many_rows",
                format_lazy(_("一次最多导入{n}行。"), n=MAX_ROWS),
                _("请拆成几个文件，分批导入。"),
            )
        yield number, values
    if not count:
        _refuse("sheet_empty", _("表头下面没有数据。"), _("请填写后再上传。"))


def _csv_rows(data):
    # newline="": the reader itself must see line breaks inside quotes
    reader = csv.reader(io.StringIO(intake.csv_text(data), newline=""), strict=True)
    try:
        for number, values in enumerate(reader, start=1):
            if any(value.strip() for value in values):
                yield number, [_unguarded(value) for value in values]
    except csv.Error as error:
        raise BadInput(
            Reason(
                "csv_broken",
                format_lazy(_("CSV 第{n}行附近的引号或分隔不对。"), n=reader.line_num),
                remedy=_("请用 Excel 另存为 XLSX 后再上传。"),
                field="file",
            )
        ) from error


_GUARDED = re.compile(r"'\s*[=+\-@|%＝＋－＠｜％\t]")


def _unguarded(value):
    """Our own CSV puts an apostrophe before what might start a formula; coming back it goes."""
    return value[1:] if value[:1] == "'" and _GUARDED.match(value) else value


def _xlsx_rows(data):
    _refuse_formulas(data)
    with _opened(data, data_only=True) as sheet:
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if any(value not in (None, "") for value in values):
                yield number, values


@contextmanager
def _opened(data, **options):
    """The first sheet, row by row; a workbook that openpyxl cannot follow is refused in words."""
    book = None
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, **options)
        sheet = book.worksheets[0]
        # what the file says about its own size is a claim; rows are counted while they are read
        sheet.reset_dimensions()
        yield sheet
    except (KeyError, IndexError, AttributeError, TypeError, ValueError, SyntaxError) as error:
        raise BadInput(
            Reason(
                "sheet_unreadable",
                _("这个表格打不开。"),
                remedy=_("请用 Excel 或 WPS 另存为新的 XLSX 后再上传。"),
                field="file",
            )
        ) from error
    finally:
        if book is not None:
            book.close()


_FORMULA = re.compile(rb"<f[ />]")
_BLOCK = 1024 * 1024


def _refuse_formulas(data):
    """A formula shows one thing and means another, and its value may be of another day."""
    if not _has_formulas(data):
        return
    with _opened(data) as sheet:
        found = [
            f"{cell.column_letter}{cell.row}"
            for row in sheet.iter_rows(max_row=MAX_ROWS + HEADER_WITHIN)
            for cell in row
            if cell.data_type == "f"
        ]
    if found:
        _refuse(
            "formula_in_cell",
            format_lazy(_("这些单元格是公式：{cells}。"), cells="、".join(found[:20])),
            _("请复制后“选择性粘贴为数值”，再上传。"),
        )


def _has_formulas(data):
    """A quick look through the text of all sheets; most tables have none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                with archive.open(name) as part:
                    tail = b""
                    while block := part.read(_BLOCK):
                        if _FORMULA.search(tail + block):
                            return True
                        tail = block[-2:]
    return False


def text_of(value):
    """A cell as the text a person sees; numbers without the tail that spreadsheets keep."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    return str(value if value is not None else "").strip()


_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?\Z")


def day_of(value):
    """The date of a cell; None for an empty one; ValueError for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_of(value).removesuffix("00:00:00").strip()
    if not text:
        return None
    match = _DAY.match(text)
    if match is None:
        raise ValueError("day")
    return date(*map(int, match.groups()))
