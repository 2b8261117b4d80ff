"""The six ledgers on paper, screen and spreadsheet: one's own places, masked, no formula runs."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.ledgers import LEDGERS
from core.models import LedgerRow
from deliberation.choices import State
from deliberation.views import ledgers as views
from tests.deliberation.doors import Browser, words
from tests.deliberation.helpers import digest

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser_at(monkeypatch, settings):
    settings.DEMO = True
    return Browser(monkeypatch).at


@pytest.fixture
def done(walk):
    return walk(title="=cmd|calc 拨打13812345678").to(State.ESTABLISHED)


@pytest.fixture
def clerk(browser_at, done):
    return browser_at(done.now).as_(done.cast.clerk)


def test_the_index_names_the_six_with_their_columns_and_my_counts(clerk):
    page = words(clerk.get("/ledgers/"))
    for number, ledger in LEDGERS.items():
        assert str(ledger.name) in page
        assert all(str(label) in page for _key, label in ledger.columns)
        count = LedgerRow.objects.filter(ledger=number).count()
        assert count and f"{count} 条" in page


@pytest.mark.parametrize("number", range(1, 7))
def test_each_ledger_is_read_printed_and_exported(clerk, number):
    table = words(clerk.get(f"/ledgers/{number}/"))
    assert str(LEDGERS[number].name) in table
    row = LedgerRow.objects.filter(ledger=number).first()
    assert row.digest[:10] in table
    printed = words(clerk.get(f"/ledgers/{number}/print/"))
    assert all(str(label) in printed for key, label in LEDGERS[number].columns if key != "title")
    assert row.digest in words(clerk.get(f"/ledgers/rows/{row.pk}/"))
    answer = clerk.get(f"/ledgers/{number}/csv/")
    lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(lines) == 1 + LedgerRow.objects.filter(ledger=number).count()
    assert lines[0][7:-2] == [str(label) for _key, label in LEDGERS[number].columns]
    assert lines[1][-1] == row.digest
    book = openpyxl.load_workbook(BytesIO(clerk.get(f"/ledgers/{number}/xlsx/").content))
    assert book.active.max_row == 1 + len(lines)


def test_no_formula_runs_and_no_phone_number_leaves(clerk):
    text = clerk.get("/ledgers/2/csv/").content.decode("utf-8-sig")
    cells = [cell for line in csv.reader(StringIO(text)) for cell in line]
    assert not any(cell.startswith(("=", "+", "@", "|")) for cell in cells)
    assert any("138****5678" in cell for cell in cells) and "13812345678" not in text
    sheet = openpyxl.load_workbook(BytesIO(clerk.get("/ledgers/2/xlsx/").content)).active
    assert all(cell.data_type != "f" for line in sheet for cell in line)
    assert "13812345678" not in words(clerk.get("/ledgers/2/"))


def test_a_ledger_is_narrowed_by_words_place_event_and_days(clerk, done):
    number = done.matter.proposal.number
    assert "找到 0 条" in words(clerk.get("/ledgers/5/", {"q": "没有这个词"}))
    assert "找到 2 条" in words(clerk.get("/ledgers/5/", {"q": number}))
    assert "找到 1 条" in words(clerk.get("/ledgers/5/", {"event": "conclude_notice"}))
    day = done.now.date().isoformat()
    assert "找到 0 条" in words(clerk.get("/ledgers/5/", {"since": day}))
    assert "找到 2 条" in words(clerk.get("/ledgers/5/", {"until": day}))
    text = clerk.get("/ledgers/5/csv/", {"event": "conclude_notice"}).content.decode()
    assert len(text.strip().splitlines()) == 2


def test_rows_of_other_places_are_not_there(browser_at, done, world):
    row = LedgerRow.objects.filter(ledger=5).first()
    for user in (world.far.clerk, world.neighbour.clerk, world.far.street.affairs):
        browser = browser_at(done.now).as_(user)
        for number in range(1, 7):
            assert "找到 0 条" in words(browser.get(f"/ledgers/{number}/"))
            assert done.matter.proposal.number not in words(
                browser.get(f"/ledgers/{number}/print/")
            )
            text = browser.get(f"/ledgers/{number}/csv/").content.decode()
            assert len(text.strip().splitlines()) == 1
        browser.get(f"/ledgers/rows/{row.pk}/", status=404)
        code = done.cast.community.code
        assert "找到 0 条" in words(browser.get("/ledgers/5/", {"community": code}))
    for user in (done.cast.street.affairs, world.officer, world.auditor):
        assert "找到 2 条" in words(browser_at(done.now).as_(user).get("/ledgers/5/"))


def test_ledgers_are_for_staff(browser_at, done):
    visitor = browser_at(done.now).as_(None)
    assert "/account/sign-in/" in visitor.get("/ledgers/", status=302).url
    browser_at(done.now).as_(done.cast.agent).get("/ledgers/5/", status=403)
    browser_at(done.now).as_(done.cast.resident).get("/ledgers/5/csv/", status=403)


def test_there_are_six(clerk):
    for number in (0, 7):
        for part in ("", "print/", "csv/", "xlsx/"):
            clerk.get(f"/ledgers/{number}/{part}", status=404)


def test_too_much_at_once_is_refused_with_a_way_out(clerk, monkeypatch):
    monkeypatch.setattr(views, "EXPORT_LIMIT", 1)
    monkeypatch.setattr(views, "PRINT_LIMIT", 1)
    for part in ("print", "csv", "xlsx"):
        assert "请用社区、日期或事由缩小范围" in words(clerk.get(f"/ledgers/5/{part}/", status=400))


def test_a_ledger_is_paged_by_fifty(clerk, done, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 1)
    page = clerk.get("/ledgers/5/", {"q": done.matter.proposal.number})
    assert "共 2 条，第 1/2 页" in words(page)
    assert "page=2" in page.content.decode() and views.PAGE_SIZE == 1


def test_reading_writes_nothing(clerk):
    clerk.get("/ledgers/")
    before = digest()
    for part in ("", "3/", "3/print/", "3/csv/", "3/xlsx/"):
        clerk.get(f"/ledgers/{part}")
    assert digest() == before


def count_queries(browser, path):
    browser.get(path)
    with CaptureQueriesContext(connection) as seen:
        browser.get(path)
    return len(seen)


def test_pages_ask_as_much_for_many_rows_as_for_few(clerk, walk, browser_at):
    paths = ["/ledgers/", *(f"/ledgers/5/{part}" for part in ("", "print/", "csv/", "xlsx/"))]
    few = {path: count_queries(clerk, path) for path in paths}
    for n in range(3):
        more = walk(title=f"第{n}项").to(State.PUBLICISED)
    clerk = browser_at(more.now).as_(more.cast.clerk)
    assert {path: count_queries(clerk, path) for path in paths} == few
