import csv
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import exports
from core.exports import Yuan

PAYLOADS = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "|calc",
    "%0A=1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "   +1",
    "\u00a0=1",
    "\u3000=1",
    "\ufeff=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "｜calc",
    "％0A",
    '=HYPERLINK("http://x","点我")',
    "=IMPORTXML(1)",
    "-2+3+cmd|' /C calc'!A0",
    "=DDE(1)",
    "@@",
    "==",
    "+-=@",
    "\x00=1",
    "http://example.org/=1",
]


def cells(data):
    assert data.startswith(b"\xef\xbb\xbf"), "Excel needs the mark"
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))


def sheet(data):
    return openpyxl.load_workbook(BytesIO(data)).active


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_starts_a_formula_in_csv(payload):
    (_header, row) = cells(exports.csv_bytes(["名称", "备注"], [[payload, "x"]]))
    first = row[0].lstrip(" \u00a0\u3000\ufeff")[0]
    assert first not in "=+-@|%\t\r\n＝＋－＠｜％"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_a_formula_or_link_in_xlsx(payload):
    data = exports.xlsx_bytes(payload, [payload], [[payload]])
    for row in sheet(data).iter_rows():
        for cell in row:
            assert cell.data_type == "s"
            assert cell.hyperlink is None
    with zipfile.ZipFile(BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert not [name for name in book.namelist() if "external" in name.lower()]


@given(st.text(max_size=40))
def test_the_guard_never_loses_text(text):
    assert exports.guarded(text).removeprefix("'") in (
        text.replace("\x00", ""),
        text.replace("\x00", "").removeprefix("'"),
    )


def test_numbers_stay_numbers():
    rows = [[3, Yuan(50_000_000), None, date(2017, 6, 1), datetime(2017, 6, 1, 2, tzinfo=UTC)]]
    (_header, row) = cells(exports.csv_bytes(list("abcde"), rows))
    assert row == ["3", "500000.00", "", "2017-06-01", "2017-06-01 10:00"]
    line = [cell.value for cell in sheet(exports.xlsx_bytes("台账", list("abcde"), rows))[3]]
    assert line == [3, 500_000, None, "2017-06-01", "2017-06-01 10:00"]


def test_a_negative_number_is_a_number_and_a_negative_text_is_not():
    (_header, row) = cells(exports.csv_bytes(["a", "b"], [[-5, "-5"]]))
    assert row == ["-5", "'-5"]


def test_a_sheet_carries_title_header_and_a_filter():
    data = exports.xlsx_bytes("社区需求台账", ["编号", "内容"], [["1", "路灯"], ["2", "座椅"]])
    page = sheet(data)
    assert [page["A1"].value, page["A2"].value, page["B4"].value] == [
        "社区需求台账",
        "编号",
        "座椅",
    ]
    assert page.freeze_panes == "A3"
    assert page.auto_filter.ref == "A2:B4"


def test_a_very_long_text_is_cut_not_lost():
    assert len(sheet(exports.xlsx_bytes("t", ["a"], [["路" * 40_000]]))["A3"].value) == 32_767


def test_downloads_carry_a_chinese_name_safely():
    response = exports.csv_response('台账"\r\nX: y', ["a"], [])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''%E5%8F%B0%E8%B4%A6")
    assert "\r" not in disposition
    assert "\n" not in disposition
    assert response["X-Content-Type-Options"] == "nosniff"
    xlsx = exports.xlsx_response("台账", "台账", ["a"], [["b"]])
    assert xlsx["Content-Disposition"].endswith(".xlsx")
    assert xlsx["Content-Type"] == exports.XLSX
