"""The district's door for records of 1.0: sheets, trial, all or none, every bad cell named."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.refusals import BadInput
from deliberation.history_sheets import EXAMPLES, read_meetings, read_records
from deliberation.models import Matter, Meeting
from projects.models import Envelope
from tests.accounts.helpers import force_in


def sheet(header, *rows, name="history.xlsx", title=None):
    book = openpyxl.Workbook()
    if title:
        book.active.append([title])
    book.active.append(list(header))
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def record(world, key="R1", **changes):
    columns, _example = EXAMPLES["records"]
    cells = dict(
        zip(
            columns,
            [key, world.home.community.code, "楼道照明", "工程", 120000, "2016-03-01",
             "2016-04-10", "台账第1页", "", ""],
            strict=True,
        )
    )  # fmt: skip
    return [(cells | changes)[column] for column in columns]


def columns(kind="records"):
    return EXAMPLES[kind][0]


def upload(client, file, *, is_trial="0", kind="records"):
    return client.post(
        reverse("deliberation:history_import"),
        {"kind": kind, "file": file, "is_trial": is_trial},
    )


@pytest.fixture
def officer(client, world):
    force_in(client, world.officer)
    return client


def test_a_sheet_is_read_with_dates_numbers_and_a_title_row(world):
    (row,) = read_records(sheet(columns(), record(world), title="2016年台账"))
    assert (row.amount_fen, row.type, str(row.passed_on)) == (120_000_00, "works", "2016-04-10")


def test_the_header_says_the_unit_or_the_sheet_is_refused(world):
    wan = [c.replace("（元）", "（万元）") for c in columns()]
    (row,) = read_records(sheet(wan, record(world, **{"金额（元）": 12.5})))
    assert row.amount_fen == 125_000_00
    with pytest.raises(BadInput, match="金额单位"):
        read_records(sheet([c.replace("（元）", "") for c in columns()], record(world)))


def test_every_unreadable_cell_is_named(world):
    bad = sheet(
        columns(), record(world, "R1", **{"金额（元）": "十二万"}), record(world, "R2", 类型="其他"),
        record(world, "R3", 通过日期="去年"),
    )  # fmt: skip
    with pytest.raises(BadInput) as refusal:
        read_records(bad)
    text = str(refusal.value)
    assert len(refusal.value.reasons) == 3
    for word in ("第2行", "第3行", "第4行", "十二万", "其他", "去年"):
        assert word in text


def test_a_trial_writes_nothing_and_the_import_writes_all(officer, world):
    file = [columns(), record(world, "R1"), record(world, "R2")]
    tried = upload(officer, sheet(*file), is_trial="1")
    assert tried.status_code == 302 and not Matter.objects.exists()
    assert not Envelope.objects.exists()
    upload(officer, sheet(*file))
    assert Matter.objects.filter(is_imported=True).count() == 2
    upload(officer, sheet(*file))
    assert Matter.objects.count() == 2


def test_one_bad_row_and_none_is_written(officer, world):
    answer = upload(
        officer,
        sheet(columns(), record(world, "R1"), record(world, "R2", 社区代码="999")),
    )
    assert answer.status_code == 400
    assert "R2" in answer.content.decode() and not Matter.objects.exists()


def test_more_than_the_cap_of_the_year_is_refused_as_a_whole(officer, world):
    rows = [record(world, f"R{n}", **{"金额（元）": 500000}) for n in range(5)]
    answer = upload(officer, sheet(columns(), *rows))
    assert answer.status_code == 400 and "额度" in answer.content.decode()
    assert not Matter.objects.exists()


def test_only_the_district_imports(client, world):
    force_in(client, world.home.clerk)
    assert client.get(reverse("deliberation:history_import")).status_code == 403
    assert upload(client, sheet(columns(), record(world))).status_code == 403
    assert not Matter.objects.exists()


def test_meetings_come_in_once(officer, world):
    row = ["M1", world.home.community.code, "2016-05-01", "会议室", 16, 14, 9]
    file = [columns("meetings"), row]
    assert read_meetings(sheet(*file))[0].present_count == 14
    upload(officer, sheet(*file), kind="meetings")
    upload(officer, sheet(*file), kind="meetings")
    assert Meeting.objects.filter(is_imported=True).count() == 1


def test_the_template_opens_and_can_be_read_back(officer):
    answer = officer.get(reverse("deliberation:history_template", args=["records"]))
    file = SimpleUploadedFile("t.xlsx", answer.content)
    assert read_records(file)[0].key == "2016-LH-0001"


def test_a_csv_in_another_encoding_is_refused_with_words(world):
    file = SimpleUploadedFile("h.csv", "记录编号,社区代码".encode("gbk"))
    with pytest.raises(BadInput, match="UTF-8"):
        read_records(file)
