"""XLSX tables to be filled in by people: a header, drop-down lists, and sheets that explain.

The first sheet holds nothing but the header: whatever stands below it comes back as typed.
"""

from dataclasses import dataclass
from io import BytesIO

import xlsxwriter

from core.exports import WRITING

LISTED_ROWS = 50_000
# A list typed into the rule itself may have 255 letters; a longer one must stand on a sheet.
_LONGEST_LIST = 255


@dataclass(frozen=True)
class Column:
    """A column to fill in. `choices` become a drop-down list, `kind` the format of the cells."""

    label: str
    is_required: bool = False
    choices: tuple = ()
    kind: str = "text"  # text | date | number
    width: int = 14
    hint: str = ""


def blank_xlsx(name, columns, sheets=()):
    """The first sheet to fill in; then `sheets`: (name, header, rows) to read."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, WRITING | {"in_memory": True}) as book:
        look = {"bold": True, "border": 1, "text_wrap": True, "valign": "top"}
        header = book.add_format(look | {"bg_color": "#E8F0F1"})
        required = book.add_format(look | {"bg_color": "#F6E7C8"})
        formats = {
            # text, or Excel turns long numbers of phones and papers into 1.38E+10
            "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            "number": book.add_format({"num_format": "0", "valign": "top"}),
        }
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width, formats[column.kind])
            sheet.write_string(0, at, str(column.label), required if column.is_required else header)
            _offer(sheet, at, column)
        for title, labels, rows in sheets:
            _explain(book.add_worksheet(title), labels, rows, header, formats["text"])
    return out.getvalue()


def _offer(sheet, at, column):
    choices = [str(choice) for choice in column.choices]
    if choices and len(",".join(choices)) <= _LONGEST_LIST:
        rule = {"validate": "list", "source": choices, "error_type": "warning"}
        sheet.data_validation(1, at, LISTED_ROWS, at, rule)
    if column.hint:
        sheet.write_comment(0, at, str(column.hint), {"x_scale": 2})


def _explain(sheet, labels, rows, header, text):
    sheet.set_column(0, max(len(labels) - 1, 0), 24)
    sheet.freeze_panes(1, 0)
    for at, label in enumerate(labels):
        sheet.write_string(0, at, str(label), header)
    for row, cells in enumerate(rows, start=1):
        for at, cell in enumerate(cells):
            sheet.write_string(row, at, str(cell), text)
