"""Around an import: when it is worked, what of it can be mended, the command for it."""

import io

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from communities.machine import ImportState
from communities.models import Need, NeedImport
from communities.services import import_runs
from core import files, outbox, verify
from core.models import LedgerRow, OutboxMessage
from tests.communities.sheets import as_csv, fresh, imported, line, tried, xlsx

pytestmark = pytest.mark.django_db


def nothing_written():
    return not (Need.objects.exists() or LedgerRow.objects.exists())


# The outbox --------------------------------------------------------------------------------------


def test_a_small_table_is_tried_at_once_and_a_large_one_waits(
    clerk, home, now, monkeypatch, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        small = import_runs.upload_needs(upload=xlsx(line(home)), actor=clerk, now=now)
    assert fresh(small).state == ImportState.READY
    monkeypatch.setattr(import_runs, "AT_ONCE_BYTES", 10)
    with django_capture_on_commit_callbacks(execute=True):
        large = import_runs.upload_needs(upload=xlsx(line(home)), actor=clerk, now=now)
    assert fresh(large).state == ImportState.WAITING
    outbox.work(now=now)
    assert fresh(large).state == ImportState.READY


def test_an_import_whose_work_was_given_up_is_over(clerk, home, now):
    run = import_runs.upload_needs(upload=xlsx(line(home)), actor=clerk, now=now)
    assert import_runs.fail_lost_imports(now=now) == 0
    OutboxMessage.objects.filter(key=f"need_import.check:{run.pk}").update(state="dead")
    assert import_runs.fail_lost_imports(now=now) == 1
    run = fresh(run)
    assert run.state == ImportState.FAILED and run.found["reasons"][0]["code"] == "work_lost"


def test_an_import_that_says_too_much_is_found(clerk, home, now):
    run = imported(xlsx(line(home)), clerk, now)
    NeedImport.objects.filter(pk=run.pk).update(made_rows=0)
    assert [(one.code, str(run.pk) in one.where) for one in verify.run(now=now).findings] == [
        ("P6", True)
    ]


# The report and the command ----------------------------------------------------------------------


def test_the_report_is_mended_and_uploaded_again(clerk, home, now):
    lines = [line(home, "A1"), line(home, "A2", category="桥梁", contact_phone="12")]
    run = tried(xlsx(*lines), clerk, now)
    with files.open_file(run.report) as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    sheet = book.active
    header = [cell.value for cell in sheet[2]]
    assert header == [*lines[0], "问题和改法"]
    words = sheet.cell(4, len(header)).value
    assert sheet.cell(3, len(header)).value is None
    for part in ("类别", "请从这些词中选一个", "电话号码不对", "同意"):
        assert part in words
    wrong = {sheet.cell(4, at).fill.fgColor.rgb for at in (2,)}
    assert wrong != {sheet.cell(4, 1).fill.fgColor.rgb}
    sheet.cell(4, 2).value = "社区服务"
    sheet.cell(4, header.index("电话") + 1).value = None
    out = io.BytesIO()
    book.save(out)
    upload = xlsx()
    upload.file, upload.size = out, len(out.getvalue())
    run = imported(upload, clerk, now)
    assert run.made_rows == 2 and not run.found["ignored"]
    assert Need.objects.filter(category="care").count() == 1


def test_the_command_tries_and_imports(clerk, home, now, tmp_path, capsys):
    path = tmp_path / "needs.xlsx"
    path.write_bytes(xlsx(line(home, "A1", community="")).read())
    call_command("import_needs", path, login="clerk", trial=True)
    assert f"{home.code} {home.name}: 1 new" in capsys.readouterr().out
    assert nothing_written() and not NeedImport.objects.exists()
    call_command("import_needs", path, login="clerk", community=home.code)
    assert "1 new, 0 imported before" in capsys.readouterr().out
    assert Need.objects.get().community == home
    with pytest.raises(CommandError, match="nothing is new"):
        call_command("import_needs", path, login="clerk")


def test_the_command_refuses_in_words(clerk, home, far, tmp_path, capsys):
    path = tmp_path / "needs.csv"
    path.write_bytes(as_csv(line(home, category="桥梁")).read())
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("import_needs", path, login="clerk")
    assert "2 类别 '桥梁'" in capsys.readouterr().err
    for wrong in ({"login": "nobody"}, {"login": "clerk", "community": "9"},
                  {"login": "clerk", "community": far.code}):  # fmt: skip
        with pytest.raises(CommandError):
            call_command("import_needs", path, **wrong)
    assert nothing_written()
