"""The trial run of a table of needs: every row is looked at, nothing is written."""

from collections import Counter
from itertools import zip_longest
from tempfile import TemporaryFile

from django.utils import timezone
from django.utils.translation import gettext as _

from communities import need_sheets
from communities.models import Community
from communities.services.import_checks import Judge, examined
from communities.services.import_runs import default_place, importable
from core import exports, intake

FAULTS_KEPT = 500
# A table in which everything is wrong must not fill the memory.
FAULTS_MARKED = 20_000


def try_table(*, upload, community_id=None, actor, now):
    """What an import of this table would find, as NeedImport.found has it; nothing is kept."""
    on = timezone.localdate(now)
    default = default_place(importable(actor, on), community_id)
    checked = intake.inspect_table(upload)

    def open_rows():
        return need_sheets.open_table(
            checked.data, checked.extension, has_default=default is not None
        )

    return Trial(open_rows, Judge(actor=actor, on=on, default=default)).found()


class Trial:
    """What a look at every row finds. `open_rows` opens the table, also a second time."""

    def __init__(self, open_rows, judge, beat=None):
        self.open_rows = open_rows
        self.read = 0
        self.new_of, self.known_of = Counter(), Counter()
        self.faults, self.differs = [], []
        self.fault_count, self.faulty_rows = 0, set()
        table = open_rows()
        self.ignored = table.ignored
        for chunk in examined(table, judge):
            self.read += chunk.read
            self.new_of.update(row.community_id for row in chunk.fresh)
            self.known_of.update(row.community_id for row in chunk.known)
            self.fault_count += len(chunk.faults)
            self.faulty_rows.update(fault.row for fault in chunk.faults)
            self.faults += chunk.faults[: FAULTS_MARKED - len(self.faults)]
            self.differs += chunk.differs
            if beat is not None:
                beat(self.read)

    def counts(self):
        return {
            "total_rows": self.read,
            "done_rows": self.read,
            "faulty_rows": len(self.faulty_rows),
            "new_rows": self.new_of.total(),
            "known_rows": self.known_of.total(),
        }

    def found(self):
        """In words for the page: the first faults, what is written where, what is not read."""
        places = Community.objects.in_bulk({*self.new_of, *self.known_of})
        return {
            "faults": [fault.as_dict() for fault in self.faults[:FAULTS_KEPT]],
            "fault_count": self.fault_count,
            "places": [
                {
                    "code": place.code,
                    "name": place.name,
                    "new": self.new_of[pk],
                    "known": self.known_of[pk],
                }
                for pk, place in sorted(places.items(), key=lambda item: item[1].code)
            ],
            "ignored": self.ignored[:50],
            "differs": self.differs[:FAULTS_KEPT],
            "reasons": [],
        }

    def report(self):
        """The whole table once more, faults marked and said beside the rows: to mend and upload."""
        by_row = {}
        for fault in self.faults:
            by_row.setdefault(fault.row, []).append(fault)
        table = self.open_rows()
        with TemporaryFile() as out:
            exports.write_xlsx(
                out,
                _("请更正标红的格子，保存后整表重新上传；“%(column)s”一列不用删。")
                % {"column": need_sheets.REPORT_COLUMN},
                [*filter(_is_kept, table.header), need_sheets.REPORT_COLUMN],
                (_mended(table.header, values, by_row.get(at, ())) for at, values in table.rows),
                is_long=True,
            )
            out.seek(0)
            return out.read()


def _is_kept(label):
    """Not our own column of an earlier round, nor a column without a name."""
    return bool(label) and label != need_sheets.REPORT_COLUMN


def _mended(header, values, faults):
    """The cells of a row as they came, and at its end what is wrong with it."""
    wrong = {fault.column for fault in faults}
    cells = []
    for label, value in zip_longest(header, values[: len(header)]):
        if _is_kept(label):
            text = need_sheets.text_of(value)
            cells.append(exports.Wrong(text or " ") if label in wrong else text)
    words = " ".join(fault.in_words for fault in faults)
    return [*cells, exports.Wrong(words) if words else ""]
