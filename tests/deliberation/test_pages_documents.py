"""Documents of ledgers on screen, paper and sheet; freezing and checking by page and by API."""

import hashlib
from io import BytesIO

import openpyxl
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import outbox
from core.files import open_file
from core.models import LedgerRow, OutboxMessage, StoredFile
from deliberation import ledger_books, snapshots
from deliberation.choices import State
from deliberation.models import LedgerSnapshot
from deliberation.views import documents
from tests.deliberation.doors import Browser, words
from tests.deliberation.helpers import digest

pytestmark = pytest.mark.django_db
PAGE, API = "/ledgers/document/", "/api/v1/ledger-documents/"


@pytest.fixture
def browser_at(monkeypatch, settings):
    settings.DEMO = True
    return Browser(monkeypatch).at


@pytest.fixture
def done(walk):
    return walk(title="祎喆楼道照明 拨打13812345678").to(State.ESTABLISHED)


@pytest.fixture
def clerk(browser_at, done):
    return browser_at(done.now).as_(done.cast.clerk)


def asked(done, **other):
    return {
        "ledgers": ["1", "2", "3", "4", "5", "6"], "place": done.cast.community.code,
        "since": "2017-01-01", "until": done.now.date().isoformat(),
    } | other  # fmt: skip


def by_api(done, **other):
    return asked(done) | {"ledgers": "1,2,3,4,5,6"} | other


def frozen(clerk, done, **other):
    clerk.confirm("/ledgers/freeze/", asked(done, **other))
    outbox.work(now=done.now)
    return LedgerSnapshot.objects.order_by("pk").last()


# not frozen -------------------------------------------------------------------------------------


def test_the_form_begins_with_ones_own_place_and_all_six(clerk, done):
    page = clerk.get(PAGE).content.decode()
    assert page.count(" checked") == 6 and done.cast.community.name in page
    assert "2017-01-01" in page and done.now.date().isoformat() in page


def test_rows_are_shown_counted_and_masked(clerk, done):
    said = words(clerk.get(PAGE, asked(done)))
    assert f"“两委”审核台账 {LedgerRow.objects.filter(ledger=3).count()} 条" in said
    assert "138****5678" in said and "13812345678" not in said
    assert "下载 PDF" in said and "下载 XLSX" in said and "冻结存档" in said
    assert "这段时间没有记录" in words(clerk.get(PAGE, asked(done, until="2017-01-02")))


def test_a_paper_says_that_it_is_not_frozen(clerk, done):
    answer = clerk.get(f"{PAGE}pdf/", asked(done))
    assert answer["Content-Type"] == "application/pdf"
    said = "".join(p.extract_text() for p in pypdf.PdfReader(BytesIO(answer.content)).pages)
    said = said.replace("\n", "")
    assert "未冻结，仅供核对" in said and "祎喆" in said and "13812345678" not in said
    for ledger in ("社区需求台账", "项目申报台账", "议事会决议台账", "审定立项台账"):
        assert ledger in said


def test_a_workbook_has_a_sheet_for_each_ledger(clerk, done):
    book = openpyxl.load_workbook(BytesIO(clerk.get(f"{PAGE}xlsx/", asked(done)).content))
    assert len(book.sheetnames) == 6
    assert sum(sheet.max_row - 2 for sheet in book) == LedgerRow.objects.count()
    book = openpyxl.load_workbook(
        BytesIO(clerk.get(f"{PAGE}xlsx/", asked(done, ledgers=["2", "5"])).content)
    )
    assert [name[0] for name in book.sheetnames] == ["2", "5"]


def test_more_than_one_waits_for_is_refused_with_a_way_out(clerk, done, monkeypatch):
    monkeypatch.setattr(ledger_books, "PDF_LIMIT", 1)
    monkeypatch.setattr(ledger_books, "XLSX_LIMIT", 1)
    page = clerk.get(PAGE, asked(done)).content.decode()
    assert "document/pdf/" not in page and "document/xlsx/" not in page
    assert "/ledgers/freeze/?" in page and "超出的格式没有列出" in page
    for form in ("pdf", "xlsx"):
        assert "冻结为快照" in words(clerk.get(f"{PAGE}{form}/", asked(done), status=400))
        assert "too_many_rows" in str(clerk.get(f"{API}{form}/", by_api(done), status=400).json())


@pytest.mark.parametrize("other", [{"until": "2016-01-01"}, {"place": "999"}, {"ledgers": ["9"]}])
def test_a_wrong_address_is_told_and_kept(clerk, done, other):
    assert "还不能提交" in words(clerk.get(PAGE, asked(done, **other)))
    clerk.get(f"{PAGE}pdf/", asked(done, **other), status=400)
    clerk.get(f"{PAGE}xlsx/", status=400)


def test_other_places_cannot_be_asked_for(browser_at, done, world):
    for user in (world.far.clerk, world.neighbour.clerk, world.far.street.affairs):
        browser = browser_at(done.now).as_(user)
        assert done.cast.community.code not in browser.get(PAGE).content.decode()
        browser.get(f"{PAGE}pdf/", asked(done), status=400)
        for part in ("", "pdf/", "xlsx/"):
            browser.get(f"{API}{part}", by_api(done), status=404)
    for user in (done.cast.street.affairs, world.officer, world.auditor):
        answer = browser_at(done.now).as_(user).get(API, by_api(done))
        assert answer.json()["total"] == LedgerRow.objects.count()


def test_documents_are_for_staff(browser_at, done):
    visitor = browser_at(done.now).as_(None)
    for path in (PAGE, f"{PAGE}pdf/", "/ledgers/freeze/", "/ledgers/snapshots/"):
        assert "/account/sign-in/" in visitor.get(path, status=302).url
    visitor.get(API, by_api(done), status=401)
    for user in (done.cast.agent, done.cast.resident):
        browser = browser_at(done.now).as_(user)
        browser.get(PAGE, status=403)
        browser.get(API, by_api(done), status=403)
        browser.get("/api/v1/ledger-snapshots/", status=403)


def test_the_api_counts_and_hands_out_the_same(clerk, done):
    answer = clerk.get(API, by_api(done)).json()
    assert answer["total"] == LedgerRow.objects.count() == sum(answer["counts"].values())
    assert answer["pdf_limit"] == ledger_books.PDF_LIMIT
    assert clerk.get(f"{API}pdf/", by_api(done)).content[:5] == b"%PDF-"
    assert clerk.get(f"{API}xlsx/", by_api(done)).content[:2] == b"PK"
    assert clerk.get(API, by_api(done, ledgers="7"), status=400)
    assert clerk.get(API, by_api(done, until="2016-01-01"), status=400)
    assert clerk.get(API, by_api(done, other="x"), status=400)


def test_reading_writes_nothing(clerk, done):
    snapshot = frozen(clerk, done)
    paths = (PAGE, f"{PAGE}pdf/", f"{PAGE}xlsx/", "/ledgers/freeze/", "/ledgers/snapshots/")
    clerk.get(PAGE)
    before = digest()
    for path in (*paths, snapshot.get_absolute_url(), snapshot.check_path, "/ledgers/check/"):
        clerk.get(path, asked(done))
    file = SimpleUploadedFile("a.pdf", b"%PDF-x")
    clerk.post(snapshot.check_path, {"file": file}, status=200)
    assert digest() == before


# frozen -----------------------------------------------------------------------------------------


def test_freezing_is_shown_once_more_and_leads_to_the_snapshot(clerk, done):
    snapshot = frozen(clerk, done)
    said = words(clerk.get(snapshot.get_absolute_url()))
    assert snapshot.number in said and snapshot.digest in said and "一致" in said
    assert snapshot.number in words(clerk.get("/ledgers/snapshots/"))
    assert snapshot.site == "http://testserver"
    for file in snapshot.files.all():
        got = clerk.get(f"/files/{file.file_id}/")
        assert hashlib.sha256(b"".join(got.streaming_content)).hexdigest() == file.file.digest


def test_a_refused_freeze_keeps_what_was_typed(clerk, done):
    page = clerk.post(
        "/ledgers/freeze/", asked(done, until="2018-01-01", confirmed="1"), status=400
    )
    assert "还没有到" in words(page) and "2018-01-01" in page.content.decode()
    page = clerk.post(
        "/ledgers/freeze/",
        asked(done, since="2015-01-01", until="2015-02-01", confirmed="1"), status=409,
    )  # fmt: skip
    assert "没有所选台账的记录" in words(page)


def test_a_reader_who_keeps_nothing_is_told_who_does(browser_at, done, world):
    auditor = browser_at(done.now).as_(world.auditor)
    assert "审计人员只查阅、核验" in words(auditor.get("/ledgers/freeze/", status=403))
    auditor.post("/ledgers/freeze/", asked(done), status=403)
    assert "/ledgers/freeze/?" not in auditor.get(PAGE, asked(done)).content.decode()
    fields = asked(done) | {"ledgers": [1, 2]}
    answer = auditor.client.post(
        "/api/v1/ledger-snapshots/", fields, content_type="application/json"
    )
    assert answer.status_code == 403 and LedgerSnapshot.objects.count() == 0


def test_the_page_shows_how_far_the_files_are(clerk, done, monkeypatch):
    monkeypatch.setattr(documents.services, "AT_ONCE", 0)
    clerk.confirm("/ledgers/freeze/", asked(done))
    snapshot = LedgerSnapshot.objects.get()
    page = clerk.get(snapshot.get_absolute_url())
    assert "已生成 0/12 个文件" in words(page) and "every 2s" in page.content.decode()
    part = clerk.client.get(snapshot.get_absolute_url(), headers={"HX-Request": "true"})
    assert b"<html" not in part.content and "0/12" in part.content.decode()
    outbox.work(now=done.now)
    page = clerk.get(snapshot.get_absolute_url())
    assert "已生成" not in words(page) and "every 2s" not in page.content.decode()


def test_a_print_that_the_outbox_gave_up_is_told(clerk, done, monkeypatch):
    monkeypatch.setattr(documents.services, "AT_ONCE", 0)
    clerk.confirm("/ledgers/freeze/", asked(done))
    OutboxMessage.objects.filter(topic="ledger.print").update(state="dead")
    snapshot = LedgerSnapshot.objects.get()
    page = clerk.get(snapshot.get_absolute_url())
    assert "没有完成" in words(page) and "every 2s" not in page.content.decode()


def test_snapshots_of_other_places_are_not_there(browser_at, clerk, done, world):
    snapshot = frozen(clerk, done)
    file = snapshot.files.first()
    for user in (world.far.clerk, world.neighbour.clerk, world.far.street.affairs):
        browser = browser_at(done.now).as_(user)
        browser.get(snapshot.get_absolute_url(), status=404)
        browser.get(f"/api/v1/ledger-snapshots/{snapshot.number}/", status=404)
        browser.get(f"/files/{file.file_id}/", status=404)
        assert snapshot.number not in words(browser.get("/ledgers/snapshots/"))
        assert browser.get("/api/v1/ledger-snapshots/").json()["count"] == 0
    affairs = browser_at(done.now).as_(done.cast.street.affairs)
    affairs.confirm("/ledgers/freeze/", asked(done, place=done.cast.community.street.code))
    whole = LedgerSnapshot.objects.get(community_code="")
    # a street's book holds the rows of its other communities
    browser_at(done.now).as_(done.cast.clerk).get(whole.get_absolute_url(), status=404)


def test_the_api_freezes_lists_and_tells(clerk, done):
    fields = asked(done) | {"ledgers": [1, 6]}
    made = clerk.client.post("/api/v1/ledger-snapshots/", fields, content_type="application/json")
    assert made.status_code == 201 and made.json()["ledgers"] == [1, 6]
    number = made.json()["number"]
    outbox.work(now=done.now)
    assert clerk.get("/api/v1/ledger-snapshots/").json()["results"][0]["number"] == number
    one = clerk.get(f"/api/v1/ledger-snapshots/{number}/").json()
    assert one["today"]["same"] and len(one["files"]) == one["files_wanted"] == 4
    fields["until"] = "2018-01-01"
    late = clerk.client.post("/api/v1/ledger-snapshots/", fields, content_type="application/json")
    assert late.status_code == 400 and "period_in_future" in str(late.json())


# the check page, for everybody --------------------------------------------------------------------


@pytest.fixture
def visitor(browser_at, clerk, done):
    snapshot = frozen(clerk, done)
    return browser_at(done.now).as_(None), snapshot


def test_a_number_typed_from_paper_leads_to_its_page(visitor):
    browser, snapshot = visitor
    found = browser.get("/ledgers/check/", {"number": f" {snapshot.number.lower()}"}, status=302)
    assert found.url == snapshot.check_path
    unknown = browser.get("/ledgers/check/", {"number": "TZ-1"}, status=404)
    assert "没有这个编号" in words(unknown) and 'value="TZ-1"' in unknown.content.decode()
    browser.get("/ledgers/check/TZ-1/", status=404)


def test_it_says_what_was_frozen_and_names_nobody(visitor, done):
    browser, snapshot = visitor
    said = words(browser.get(snapshot.check_path))
    assert snapshot.digest in said and snapshot.office_name in said and "一致" in said
    told = browser.get(f"/api/v1/ledger-checks/{snapshot.number}/")
    assert told.json()["today"]["same"] and told.json()["digest"] == snapshot.digest
    person = done.cast.clerk.person
    for secret in (person.name, done.cast.clerk.username, "祎喆", "138****5678"):
        assert secret not in said and secret not in told.content.decode()


def test_a_file_in_hand_is_compared_and_not_kept(visitor):
    browser, snapshot = visitor
    file = snapshot.files.filter(form="pdf").first()
    with open_file(file.file) as stored:
        data = stored.read()
    count = StoredFile.objects.count()
    for content, word in ((data, "文件相符"), (data + b" ", "文件不符")):
        page = browser.post(
            snapshot.check_path, {"file": SimpleUploadedFile("x.pdf", content)}, status=200
        )
        assert word in words(page)
        assert hashlib.sha256(content).hexdigest() in words(page)
    address = f"/api/v1/ledger-checks/{snapshot.number}/"
    answer = browser.post(address, {"file": SimpleUploadedFile("x.pdf", data)}, status=200).json()
    assert answer["is_of_this"] and answer["ledger"] == file.ledger
    answer = browser.post(address, {"file": SimpleUploadedFile("x.pdf", b"?")}, status=200).json()
    assert not answer["is_of_this"] and answer["other_number"] is None
    assert "还不能提交" in words(browser.post(snapshot.check_path, {}, status=400))
    browser.post(address, {}, status=400)
    assert StoredFile.objects.count() == count


def test_a_file_of_another_snapshot_is_told_whose_it_is(browser_at, clerk, done):
    first, second = frozen(clerk, done), frozen(clerk, done, ledgers=["2"])
    with open_file(first.files.first().file) as stored:
        data = stored.read()
    page = clerk.post(second.check_path, {"file": SimpleUploadedFile("x.xlsx", data)}, status=200)
    assert "属于另一份快照" in words(page) and first.number in words(page)


def test_strangers_make_the_rows_be_read_once_a_minute_at_most(visitor, done, monkeypatch):
    browser, snapshot = visitor
    asked_for = []
    honest = snapshots.verdict
    monkeypatch.setattr(
        snapshots, "verdict", lambda *a, **k: asked_for.append(1) or honest(*a, **k)
    )
    for _ in range(5):
        browser.get(snapshot.check_path)
    assert len(asked_for) == 1


def test_pages_ask_as_much_for_many_rows_as_for_few(clerk, walk, browser_at, done):
    snapshot = frozen(clerk, done)
    paths = [PAGE, f"{PAGE}pdf/", f"{PAGE}xlsx/", "/ledgers/snapshots/",
             snapshot.get_absolute_url(), "/ledgers/freeze/"]  # fmt: skip

    def count(browser):
        found = {}
        for path in paths:
            browser.get(path, asked(done))
            with CaptureQueriesContext(connection) as seen:
                browser.get(path, asked(done))
            found[path] = len(seen)
        return found

    few = count(clerk)
    for n in range(3):
        walk(title=f"第{n}项", now=done.now).to(State.DECLARED)
    frozen(clerk, done)
    assert count(browser_at(done.now).as_(done.cast.clerk)) == few
