"""The only writer of CSV and XLSX. What a resident typed never runs as a formula.

CSV: a text that a spreadsheet would read as a formula gets an apostrophe in front. XLSX: texts are
written as texts. Numbers stay numbers; money is given as Yuan(fen).
"""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from core.calendar import SHANGHAI
from core.money import format_yuan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TRIGGERS = tuple("=+-@|%\t\r\n＝＋－＠｜％")
_MAX_CELL = 32_767


class Yuan(int):
    """An amount in fen that is shown in yuan with two decimals."""


def guarded(text):
    """A text as a CSV cell: an apostrophe in front of whatever might start a formula."""
    text = str(text).replace("\x00", "")
    # Spreadsheets skip leading blanks; the blank itself may be the trigger.
    if text.startswith(_TRIGGERS) or text.lstrip(" \u00a0\u3000\ufeff").startswith(_TRIGGERS):
        return f"'{text}"
    return text


def _local(value):
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI) if value.tzinfo else value
        return local.strftime("%Y-%m-%d %H:%M")
    return value.isoformat()


def _csv_cell(value):
    if value is None:
        return ""
    if isinstance(value, Yuan):
        return format_yuan(int(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))
    if isinstance(value, date):
        return _local(value)
    return guarded(value)


def csv_bytes(header, rows):
    """With a byte order mark, or Excel shows Chinese as rubbish."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(label) for label in header])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_bytes(title, header, rows):
    """One sheet: title, header row (frozen, filtered), rows."""
    out = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "header": book.add_format(
                {"bold": True, "bg_color": "#E8F0F1", "border": 1, "text_wrap": True}
            ),
            "money": book.add_format({"num_format": "#,##0.00"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, str(title)[:_MAX_CELL], styles["title"])
        last = 1
        for column, label in enumerate(header):
            sheet.write_string(1, column, str(label), styles["header"])
        for last, row in enumerate(rows, start=2):
            for column, value in enumerate(row):
                _write_cell(sheet, last, column, value, styles)
        sheet.freeze_panes(2, 0)
        if header:
            sheet.autofilter(1, 0, last, len(header) - 1)
            sheet.set_column(0, len(header) - 1, 18)
    return out.getvalue()


def _write_cell(sheet, row, column, value, styles):
    if value is None or value == "":
        return
    if isinstance(value, Yuan):
        sheet.write_number(row, column, int(value) / 100, styles["money"])
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, column, int(value))
    else:
        text = _local(value) if isinstance(value, date) else str(value).replace("\x00", "")
        sheet.write_string(row, column, text[:_MAX_CELL], styles["text"])


def csv_response(filename, header, rows):
    return _download(csv_bytes(header, rows), "text/csv; charset=utf-8", filename, ".csv")


def xlsx_response(filename, title, header, rows):
    return _download(xlsx_bytes(title, header, rows), XLSX, filename, ".xlsx")


def _download(data, mime, filename, extension):
    filename = filename if filename.endswith(extension) else f"{filename}{extension}"
    response = HttpResponse(data, content_type=mime)
    response["Content-Disposition"] = content_disposition_header(True, filename) or (
        f"attachment; filename*=utf-8''{quote(filename)}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
