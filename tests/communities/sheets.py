"""Tables of needs for the tests."""

import csv
import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from communities import need_sheets
from communities.machine import ImportState
from communities.models import NeedImport
from communities.services import import_runs, import_work

LABELS = need_sheets.LABELS
REASON = "问需表原件存居委会"


def line(place, number="A1", **changes):
    """One good row as {label: cell}; `changes` by key of the service."""
    cells = {
        "community": place.name, "category": "消除安全隐患", "content": f"楼下台阶松动（{number}）",
        "place_text": "三栋楼下", "beneficiaries": "老人、儿童", "urgency": "急事", "channel": "问需表",
        "collector": "王敏", "collected_on": "2017-05-20", "questionnaire_count": "3",
        "source_no": number, "scan_missing_reason": REASON, "contact_name": "", "contact_phone": "",
        "consented": "",
    }  # fmt: skip
    unknown = set(changes) - set(cells)
    assert not unknown, unknown
    return {LABELS[key]: value for key, value in (cells | changes).items()}


def xlsx(*lines, header=None, title=None, name="需求.xlsx"):
    book = openpyxl.Workbook()
    if title:
        book.active.append([title])
    header = header or list(LABELS.values())
    book.active.append(header)
    for cells in lines:
        book.active.append([cells.get(label) for label in header])
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def as_csv(*lines, encoding="utf-8-sig", name="需求.csv"):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(LABELS.values()))
    writer.writeheader()
    writer.writerows(lines)
    return SimpleUploadedFile(name, out.getvalue().encode(encoding))


def tried(upload, actor, now, **where):
    """The import after its trial run, as the outbox would leave it."""
    run = import_runs.upload_needs(upload=upload, actor=actor, now=now, **where)
    import_work.check(run_id=run.pk, now=now)
    return fresh(run)


def imported(upload, actor, now, **where):
    run = tried(upload, actor, now, **where)
    assert run.state == ImportState.READY, run.found
    import_runs.confirm_import(run_id=run.pk, actor=actor, now=now)
    import_work.write(run_id=run.pk, now=now)
    return fresh(run)


def fresh(run):
    return NeedImport.objects.select_related("file", "report").get(pk=run.pk)


def faults_of(run):
    return [(fault["row"], fault["column"], fault["code"]) for fault in run.found["faults"]]
