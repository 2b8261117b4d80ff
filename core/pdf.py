"""The only maker of PDF: registers on A4 landscape, set by Typst with the font embedded.

What is printed travels as JSON to core/typst/register.typ, never as Typst code, so nothing that was
typed can run or read a file. The same words give the same bytes: no clock, no system font, no
network. 500 rows of a ledger take 0.7 to 1.3 seconds and 180 MB, see docs/performance.md.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import segno
import typst
from django.utils.translation import gettext as _

from core.glyphs import FAMILY, breakable, font_folder, printable

MIME = "application/pdf"
# letters of a run without blanks that fit into the narrowest cell, and into a line
_CELL_RUN, _LINE_RUN = 14, 80
# rows that are not worth forgetting, and for how many compilations Typst remembers
_SMALL, _REMEMBERED = 50, 10
_TEMPLATE = Path(__file__).parent / "typst" / "register.typ"


@dataclass(frozen=True)
class Register:
    """One table on paper, with what stands above and below it.

    columns  (label, width as a share) in order
    rows     (cells, more): a text for each column, and (label, text) pairs that follow in a line
             of their own, so that no column is ever left out for want of room
    mark     a word about what this paper is not ("not frozen"), or ""
    boxes    words of the boxes for seal and signature
    link     address behind the QR code, or ""
    """

    title: str
    columns: tuple
    rows: list = field(repr=False)
    lines: tuple = ()
    mark: str = ""
    boxes: tuple = ()
    link: str = ""
    link_words: str = ""

    def said(self):
        return {
            "title": printable(self.title),
            "lines": [printable(line) for line in self.lines],
            "columns": [{"label": printable(label), "width": w} for label, w in self.columns],
            "rows": [
                {
                    "cells": [breakable(printable(cell), _CELL_RUN) for cell in cells],
                    "more": [
                        [printable(label), breakable(printable(value), _LINE_RUN)]
                        for label, value in more
                    ],
                }
                for cells, more in self.rows
            ],
            "mark": printable(self.mark),
            "boxes": [printable(label) for label in self.boxes],
            "code": _matrix(self.link) if self.link else [],
            "code_note": printable(self.link_words),
        }


def pdf_of(registers, *, foot=""):
    """The bytes of one PDF with these registers, each beginning on a page of its own."""
    data = {
        "font": FAMILY,
        "foot": printable(foot),
        "parts": [register.said() for register in registers],
        "none": _("没有记录"),
        "dated": _("　　年　　月　　日"),
        "page": [_("第 "), _(" 页，共 "), _(" 页")],
    }
    compiler = typst.Compiler(font_paths=_fonts())
    paper = compiler.compile(
        input=_TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    if sum(len(register.rows) for register in registers) > _SMALL:
        _forget()
    return paper


def _forget():
    """Let Typst's memory of long documents go: 85 MB for each of the last ten, in a server that lives.

    It forgets what the ten compilations before did not ask for, so eleven of nothing empty it.
    """
    compiler = typst.Compiler(font_paths=_fonts())
    for _turn in range(_REMEMBERED + 1):
        compiler.compile(input=b"-", format="pdf")


@cache
def _fonts():
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(font_folder())],
    )


def _matrix(text):
    return [list(line) for line in segno.make(text, error="m", micro=False).matrix]
