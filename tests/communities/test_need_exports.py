"""The pool as a table: what the public page shows for everybody, one's own places for staff."""

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.roles import Role
from communities.services.needs import withdraw_need
from core.models import AuditEvent
from tests.communities.needs import PHONE
from tests.communities.sheets import imported, line, xlsx

pytestmark = pytest.mark.django_db

CSV, XLSX, STAFF = "/needs/export.csv", "/needs/export.xlsx", "/needs/desk/export/"
NAME = "王小明"


def body(answer):
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def csv_rows(answer):
    data = body(answer)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def xlsx_rows(answer):
    sheet = openpyxl.load_workbook(io.BytesIO(body(answer))).active
    _title, header, *rows = sheet.values
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture
def pool(home, neighbour, far, a_need, clerk, now):
    """One need in each community, the first with everything that is nobody's business."""
    imported(
        xlsx(line(home, "纸1", contact_name=NAME, contact_phone=PHONE, consented="是",
                  collector="李收集", content=f"台阶松动请修，电话{PHONE}")),
        clerk, now,
    )  # fmt: skip
    return [a_need(one, category="care") for one in (neighbour, far)]


def test_everybody_takes_what_the_public_page_shows(client, pool, home):
    rows = csv_rows(client.get(CSV))
    assert len(rows) == 3 and list(rows[0])[:3] == ["需求编号", "街道", "社区"]
    assert rows[-1]["内容"] == "台阶松动请修，电话138****8000"
    assert (rows[-1]["紧迫度"], rows[-1]["受益群体"], rows[-1]["状态"]) == (
        "急事",
        "老人、儿童",
        "开放",
    )
    rows = xlsx_rows(client.get(XLSX))
    assert len(rows) == 3 and rows[-1]["社区"] == home.name


@pytest.mark.parametrize("address", [CSV, XLSX])
def test_no_personal_data_leaves_by_the_public_door(address, client, pool):
    data = body(client.get(address))
    if address == XLSX:
        book = openpyxl.load_workbook(io.BytesIO(data)).active
        data = str(list(book.values)).encode()
    for secret in (PHONE, NAME, "李收集", "纸1", "clerk"):
        assert secret.encode() not in data


def test_the_filters_of_the_list_hold(client, pool, home):
    assert [row["社区"] for row in csv_rows(client.get(CSV, {"community": home.code}))] == [
        home.name
    ]
    assert len(csv_rows(client.get(CSV, {"category": "care", "page": "7"}))) == 2
    assert csv_rows(client.get(CSV, {"q": "没有这样的"})) == []
    assert client.get(CSV, {"category": "x"}).status_code == 400
    assert client.get(CSV, {"pool__community": "1", "q": "台阶"}).status_code == 200


def test_what_its_author_took_back_is_not_exported(client, pool, now):
    withdraw_need(need_id=pool[0].pk, query_code=pool[0].query_code, now=now)
    assert len(csv_rows(client.get(CSV))) == 2


def test_reading_asks_as_much_for_many_needs_as_for_few(client, pool, home, a_need):
    with CaptureQueriesContext(connection) as few:
        csv_rows(client.get(CSV))
    for _n in range(5):
        a_need(home)
    with CaptureQueriesContext(connection) as many:
        csv_rows(client.get(CSV))
    assert len(many) == len(few) <= 4


def test_no_cell_runs_as_a_formula(client, home, a_need):
    a_need(home, content="=HYPERLINK(1)和台阶", place_text="+86")
    (row,) = csv_rows(client.get(CSV))
    assert row["内容"].startswith("'=") and row["地点"] == "'+86"
    book = openpyxl.load_workbook(io.BytesIO(body(client.get(XLSX)))).active
    assert {cell.data_type for row in book for cell in row} <= {"s", "n"}


def test_one_network_cannot_take_exports_without_end(client, pool, monkeypatch):
    monkeypatch.setattr("communities.views.shared.EXPORTS", 3)
    for _n in range(3):
        body(client.get(CSV))
    answer = client.get(CSV)
    assert answer.status_code == 429 and "请稍后再试" in answer.content.decode()


def test_staff_take_their_places_with_contacts_masked(sign_in, clerk, pool):
    (row,) = csv_rows(sign_in(clerk).post(STAFF, {"form": "csv"}))
    assert (row["收集人"], row["来源编号"], row["登记人"]) == ("李收集", "纸1", "clerk")
    assert (row["称呼（隐去）"], row["电话（隐去）"]) == ("王**", "138****8000")
    assert int(row["未答复天数"]) > 3000
    assert row["计入排名"] == "否" and row["收集日期"] == "2017-05-20"


def test_scope_decides_what_staff_take(sign_in, holder_of, pool, home, far):
    street = holder_of(Role.AFFAIRS_CLERK, home.street)
    assert len(csv_rows(sign_in(street).post(STAFF, {"form": "csv"}))) == 2
    officer = holder_of(Role.DISTRICT_OFFICER, home.street.district)
    rows = xlsx_rows(sign_in(officer).post(STAFF, {"form": "xlsx"}))
    assert len(rows) == 3
    # officers may not look contacts up, so they get none, not even masked
    assert {row["电话（隐去）"] for row in rows} == {None}
    other = holder_of(Role.COMMITTEE_CLERK, far)
    assert [row["社区"] for row in csv_rows(sign_in(other).post(STAFF, {"form": "csv"}))] == [
        far.name
    ]


def test_a_staff_export_is_on_record_without_the_words_searched_for(sign_in, clerk, pool):
    client = sign_in(clerk)
    body(client.post(STAFF, {"form": "csv", "q": PHONE, "category": "safety"}))
    event = AuditEvent.objects.get(kind="need.exported")
    assert event.data == {
        "filters": {"category": "safety"}, "searched": True, "form": "csv", "rows": 0,
    }  # fmt: skip
    assert client.get(STAFF).status_code == 405
    assert client.post(STAFF, {"form": "pdf"}).status_code == 400
    assert client.post(STAFF, {"form": "csv", "community": "999"}).status_code == 400
    assert AuditEvent.objects.filter(kind="need.exported").count() == 1


def test_the_sheet_says_who_took_it(sign_in, clerk, pool):
    book = openpyxl.load_workbook(io.BytesIO(body(sign_in(clerk).post(STAFF, {"form": "xlsx"}))))
    assert "clerk" in book.active["A1"].value


def test_staff_without_a_place_take_nothing(sign_in, holder_of, home, pool):
    admin = holder_of(Role.SYSTEM_ADMIN, home.street.district)
    assert sign_in(admin).post(STAFF, {"form": "csv"}).status_code == 403


def test_the_public_has_no_staff_export(client, pool):
    assert client.post(STAFF, {"form": "csv"}).status_code == 302
