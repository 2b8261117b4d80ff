"""The pages and the API of the import: the same steps, the same refusals, one's own runs only."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from communities import rules
from communities.machine import ImportState
from communities.models import Need, NeedImport
from communities.roles import Role
from communities.services import import_work
from core.models import AuditEvent
from tests.communities.needs import PHONE
from tests.communities.sheets import fresh, imported, line, tried, xlsx

pytestmark = pytest.mark.django_db

LIST = "/needs/import/"
API = "/api/v1/needs/imports/"


def page_of(run, act=""):
    return f"{LIST}{run.pk}/{act}"


@pytest.fixture
def enter(sign_in, clerk):
    return sign_in(clerk)


def upload(client, file, **more):
    """Sent and tried; the outbox is worked by hand, as no commit ends inside a test."""
    answer = client.post(LIST, {"file": file, **more})
    if answer.status_code == 302:
        import_work.check(run_id=NeedImport.objects.latest("pk").pk, now=timezone.now())
    return answer


def test_a_table_is_uploaded_read_confirmed_and_written(enter, home):
    answer = upload(enter, xlsx(line(home, "A1"), line(home, "A2")))
    run = NeedImport.objects.get()
    assert answer.url == page_of(run)
    page = enter.get(page_of(run)).content.decode()
    assert "确认导入 2 条" in page and home.name in page and not Need.objects.exists()
    assert enter.post(page_of(run, "confirm/")).status_code == 302
    import_work.write(run_id=run.pk, now=timezone.now())
    page = enter.get(page_of(run)).content.decode()
    assert "导入 2 条，另有 0 条此前已导入" in page
    assert run.file.name in enter.get(LIST).content.decode()


def test_the_codes_are_handed_out_once_asked_for_and_on_record(enter, clerk, home, now):
    run = imported(xlsx(line(home, "纸1")), clerk, now)
    need = Need.objects.get()
    assert need.query_code not in enter.get(page_of(run)).content.decode()
    answer = enter.post(page_of(run, "codes/"))
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[2] == (2, "纸1", need.number, rules.spaced_code(need.query_code))
    assert AuditEvent.objects.filter(kind="need_import.codes_taken").count() == 1
    assert enter.get(page_of(run, "codes/")).status_code == 405


def test_faults_stand_on_the_page_and_in_the_report(enter, home):
    lines = [line(home, f"A{n}", category="桥梁") for n in range(25)]
    upload(enter, xlsx(*lines))
    run = NeedImport.objects.get()
    page = enter.get(page_of(run)).content.decode()
    assert "第 2 行" in page and "桥梁" in page and "请从这些词中选一个" in page
    assert "确认导入" not in page and "25 行有错误" in page
    assert "第 26 行" in enter.get(page_of(run), {"page": 2}).content.decode()
    report = enter.get(reverse("core:file", args=[run.report_id]))
    assert report.status_code == 200 and b"".join(report.streaming_content)[:2] == b"PK"
    assert enter.post(page_of(run, "confirm/")).status_code == 409


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ImportState.WAITING, "半分钟内开始"),
        (ImportState.CHECKING, "已检查 7 行"),
        (ImportState.CONFIRMED, "半分钟内开始"),
        (ImportState.WRITING, "已处理 7/9 行"),
    ],
)
def test_progress_is_shown_and_asked_for_again(state, words, enter, clerk, home, now):
    run = tried(xlsx(line(home)), clerk, now)
    NeedImport.objects.filter(pk=run.pk).update(
        state=state, done_rows=7, total_rows=9, beat_at=timezone.now()
    )
    whole = enter.get(page_of(run)).content.decode()
    part = enter.get(page_of(run), headers={"HX-Request": "true"}).content.decode()
    for page in (whole, part):
        assert words in page and 'hx-trigger="every 2s"' in page and "刷新看进度" in page
    assert "<html" in whole and "<html" not in part
    assert "一分钟没有进展" not in whole
    NeedImport.objects.filter(pk=run.pk).update(beat_at=now)
    assert "一分钟没有进展" in enter.get(page_of(run)).content.decode()


def test_nothing_is_asked_for_again_when_it_is_over(enter, clerk, home, now):
    run = imported(xlsx(line(home)), clerk, now)
    assert "hx-trigger" not in enter.get(page_of(run)).content.decode()


def test_a_wrong_file_is_refused_at_the_form(enter):
    answer = upload(enter, xlsx(name="needs.xls"))
    assert answer.status_code == 400 and "请上传 XLSX 或 CSV 表格" in answer.content.decode()
    answer = enter.post(LIST, {})
    assert answer.status_code == 400 and "请选择文件" in answer.content.decode()
    assert not NeedImport.objects.exists()


def test_nobody_else_sees_the_import(sign_in, client, clerk, holder_of, home, far, now):
    run = tried(xlsx(line(home, contact_phone=PHONE, consented="是")), clerk, now)
    assert client.get(LIST).status_code == 302
    for role, place in (
        (Role.STATION_CLERK, home),
        (Role.COMMITTEE_CLERK, far),
        (Role.AUDITOR, home.street.district),
    ):
        other = sign_in(holder_of(role, place))
        assert other.get(page_of(run)).status_code == 404
        for act in ("confirm/", "cancel/", "codes/"):
            assert other.post(page_of(run, act)).status_code == 404
        assert other.get(reverse("core:file", args=[run.file_id])).status_code == 404
    assert fresh(run).state == ImportState.READY


def test_who_may_not_import_is_told_so(sign_in, holder_of, home):
    other = sign_in(holder_of(Role.COMMITTEE_SIGNER, home))
    for address in (LIST, f"{LIST}template.xlsx", f"{LIST}template.csv"):
        assert other.get(address).status_code == 403
    assert "批量导入" not in other.get("/needs/desk/").content.decode()


def test_the_desk_leads_to_the_import_and_the_templates(enter):
    assert LIST in enter.get("/needs/desk/").content.decode()
    page = enter.get(LIST).content.decode()
    for name in ("template.xlsx", "template.csv"):
        assert f"{LIST}{name}" in page
        assert enter.get(f"{LIST}{name}").status_code == 200


def test_the_list_asks_as_much_for_many_imports_as_for_one(enter, clerk, home, now):
    tried(xlsx(line(home, "A")), clerk, now)
    enter.get(LIST)
    with CaptureQueriesContext(connection) as few:
        enter.get(LIST)
    for number in range(4):
        tried(xlsx(line(home, f"B{number}")), clerk, now)
    with CaptureQueriesContext(connection) as many:
        enter.get(LIST)
    assert len(many) == len(few)


def test_an_import_can_be_dropped(enter, clerk, home, now):
    run = tried(xlsx(line(home)), clerk, now)
    assert enter.post(page_of(run, "cancel/")).url == LIST
    assert fresh(run).state == ImportState.CANCELLED
    assert "没有写入任何需求" in enter.get(page_of(run)).content.decode()


# The API -----------------------------------------------------------------------------------------


@pytest.fixture
def api(clerk, settings):
    settings.DEMO = True
    client = APIClient()
    client.force_login(clerk, backend="accounts.backends.AccountBackend")
    return client


def test_a_program_imports_by_the_same_steps(api, home):
    answer = api.post(API, {"file": xlsx(line(home))}, format="multipart")
    assert answer.status_code == 202 and answer.json()["state"] == "waiting"
    address = f"{API}{answer.json()['id']}/"
    assert api.post(f"{address}confirm/").status_code == 409
    import_work.check(run_id=answer.json()["id"], now=timezone.now())
    told = api.get(address).json()
    assert (told["state"], told["new_rows"], told["places"][0]["code"]) == ("ready", 1, home.code)
    assert api.post(f"{address}confirm/").status_code == 202
    import_work.write(run_id=answer.json()["id"], now=timezone.now())
    assert api.get(address).json()["made_rows"] == Need.objects.count() == 1
    assert api.get(API).json()["results"][0]["state"] == "done"
    assert api.get(f"{address}report/").status_code == 404


def test_a_program_reads_the_faults_and_the_report(api, clerk, home, now):
    run = tried(xlsx(line(home, category="桥梁")), clerk, now)
    told = api.get(f"{API}{run.pk}/").json()
    assert told["faults"][0]["row"] == 2 and told["faults"][0]["code"] == "category_unknown"
    report = api.get(f"{API}{run.pk}/report/")
    assert b"".join(report.streaming_content)[:2] == b"PK"
    other = tried(xlsx(line(home)), clerk, now)
    assert api.post(f"{API}{other.pk}/cancel/").json()["state"] == "cancelled"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "bad_input"),
        ({"file": "words"}, "bad_input"),
        ({"community": "999"}, "bad_input"),
        ({"actor": "1"}, "bad_input"),
    ],
)
def test_bad_input_of_a_program_is_refused(fields, code, api, home):
    file = {} if "file" in fields or not fields else {"file": xlsx(line(home))}
    answer = api.post(API, fields | file, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not NeedImport.objects.exists()


def test_programs_of_others_find_nothing(api, holder_of, home, far, now):
    assert APIClient().get(API).status_code == 401
    run = tried(xlsx(line(far)), holder_of(Role.COMMITTEE_CLERK, far), now)
    address = f"{API}{run.pk}/"
    assert api.get(API).json()["count"] == 0
    assert api.get(address).status_code == api.get(f"{address}report/").status_code == 404
    for act in ("confirm", "cancel"):
        assert api.post(f"{address}{act}/").status_code == 404
    answer = api.post(API, {"file": xlsx(line(far)), "community": far.code}, format="multipart")
    assert answer.status_code == 403
