"""The only writer of CSV and XLSX. What a resident typed never runs as a formula.

CSV: a text that a spreadsheet would read as a formula gets an apostrophe in front. XLSX: texts are
written as texts. Numbers stay numbers; money is given as Yuan(fen), a text to be mended as Wrong.

What may be long is written row by row (`csv_stream`, `xlsx_stream`): a year of needs must not be
held in memory for one reader. Tables to fill in are made by core.blanks.
"""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from itertools import islice
from tempfile import TemporaryFile
from urllib.parse import quote

import xlsxwriter
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from core.calendar import SHANGHAI
from core.money import format_yuan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
_TRIGGERS = tuple("=+-@|%\t\r\n＝＋－＠｜％")
_MAX_CELL = 32_767
_BLOCK = 500
WRITING = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Yuan(int):
    """An amount in fen that is shown in yuan with two decimals."""


class Wrong(str):
    """A text to be mended: on a coloured ground in XLSX."""


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


def csv_blocks(header, rows):
    """Blocks of bytes. With a byte order mark, or Excel shows Chinese as rubbish."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(label) for label in header])
    yield b"\xef\xbb\xbf" + out.getvalue().encode()
    rows = iter(rows)
    while block := list(islice(rows, _BLOCK)):
        out.seek(0)
        out.truncate()
        writer.writerows([_csv_cell(value) for value in row] for row in block)
        yield out.getvalue().encode()


def csv_bytes(header, rows):
    return b"".join(csv_blocks(header, rows))


def xlsx_bytes(title, header, rows):
    out = BytesIO()
    write_xlsx(out, title, header, rows)
    return out.getvalue()


def write_xlsx(out, title, header, rows, *, is_long=False):
    """One sheet: title, header row (frozen, filtered), rows. A long one is kept row by row."""
    write_book(out, [(None, title, header, rows)], is_long=is_long)


def write_book(out, sheets, *, is_long=False, at=None):
    """Sheets (name, title, header, rows) in one file. With `at`, the same words give the same bytes:
    that moment then stands as the day of making, instead of now.
    """
    options = WRITING | ({"constant_memory": True} if is_long else {"in_memory": True})
    with xlsxwriter.Workbook(out, options) as book:
        if at is not None:
            book.set_properties({"created": at.astimezone(UTC).replace(tzinfo=None)})
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "header": book.add_format(
                {"bold": True, "bg_color": "#E8F0F1", "border": 1, "text_wrap": True}
            ),
            "money": book.add_format({"num_format": "#,##0.00"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "wrong": book.add_format(
                {"text_wrap": True, "valign": "top", "bg_color": "#FBE3DF", "border": 1}
            ),
        }
        for name, title, header, rows in sheets:
            _write_sheet(book.add_worksheet(name), title, header, rows, styles)


def _write_sheet(sheet, title, header, rows, styles):
    sheet.set_column(0, max(len(header) - 1, 0), 18)
    sheet.freeze_panes(2, 0)
    sheet.write_string(0, 0, str(title)[:_MAX_CELL], styles["title"])
    last = 1
    for column, label in enumerate(header):
        sheet.write_string(1, column, str(label), styles["header"])
    for last, row in enumerate(rows, start=2):
        for column, value in enumerate(row):
            _write_cell(sheet, last, column, value, styles)
    if header:
        sheet.autofilter(1, 0, last, len(header) - 1)


def _write_cell(sheet, row, column, value, styles):
    if value is None or value == "":
        return
    if isinstance(value, Yuan):
        sheet.write_number(row, column, int(value) / 100, styles["money"])
    elif isinstance(value, int) and not isinstance(value, bool):
        sheet.write_number(row, column, int(value))
    else:
        text = _local(value) if isinstance(value, date) else str(value).replace("\x00", "")
        style = styles["wrong" if isinstance(value, Wrong) else "text"]
        sheet.write_string(row, column, text[:_MAX_CELL], style)


def book_bytes(sheets, *, at=None):
    out = BytesIO()
    write_book(out, sheets, at=at)
    return out.getvalue()


def csv_response(filename, header, rows):
    return download(csv_bytes(header, rows), "text/csv; charset=utf-8", filename, ".csv")


def xlsx_response(filename, title, header, rows):
    return download(xlsx_bytes(title, header, rows), XLSX, filename, ".xlsx")


def csv_stream(filename, header, rows):
    """A long table, sent while it is read."""
    response = StreamingHttpResponse(
        csv_blocks(header, rows), content_type="text/csv; charset=utf-8"
    )
    return _named(response, filename, ".csv")


def xlsx_stream(filename, title, header, rows):
    """A long table, written to a file that ends with the answer."""
    out = TemporaryFile()  # noqa: SIM115  the answer closes it
    write_xlsx(out, title, header, rows, is_long=True)
    out.seek(0)
    return _named(FileResponse(out, content_type=XLSX), filename, ".xlsx")


def book_response(filename, sheets):
    return download(book_bytes(sheets), XLSX, filename, ".xlsx")


def file_stream(filename, content, mime):
    """An open file as a download; it is closed when it has been sent."""
    extension = f".{filename.rpartition('.')[2]}"
    return _named(FileResponse(content, content_type=mime), filename, extension)


def download(data, mime, filename, extension):
    """Bytes as a file to keep: never shown by a browser, never cached."""
    return _named(HttpResponse(data, content_type=mime), filename, extension)


def _named(response, filename, extension):
    filename = filename if filename.endswith(extension) else f"{filename}{extension}"
    response["Content-Disposition"] = content_disposition_header(True, filename) or (
        f"attachment; filename*=utf-8''{quote(filename)}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
