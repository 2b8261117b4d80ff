"""Notices, objections and step 6 through their pages; who objected stays with the staff."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from core.models import AuditEvent, LedgerRow, OutboxMessage
from deliberation.choices import NoticeState, ObjectionState, State
from deliberation.models import Notice, Objection, StreetDecision
from deliberation.rules import CLOSING_GRACE
from tests.deliberation.doors import Browser, hidden, words
from tests.deliberation.helpers import digest

pytestmark = pytest.mark.django_db
NAME, PHONE = "欧阳金丝雀", "13987654321"
OBJECTION = {"content": "选址离住户太近，夜里吵。", "name": NAME, "phone": PHONE}


@pytest.fixture
def browser_at(monkeypatch, settings):
    settings.DEMO = True
    return Browser(monkeypatch).at


@pytest.fixture
def posted(walk):
    found = walk(title="小广场照明").to(State.RESOLVED)
    found.post()
    return found.days(2)


@pytest.fixture
def path(posted):
    return f"/notices/{posted.notice.pk}/"


def picture():
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return out.getvalue()


def object_here(visitor, path, **extra):
    page = visitor.get(f"{path}object/")
    form = OBJECTION | {"nonce": hidden(page, "nonce")} | extra
    return form, visitor.post(f"{path}object/", form)


def test_a_resolution_is_posted_and_read_by_everybody(browser_at, walk):
    resolved = walk(title="小广场照明").to(State.RESOLVED)
    clerk = browser_at(resolved.now).as_(resolved.cast.clerk)
    page = words(clerk.get(f"/proposals/{resolved.pk}/post-notice/"))
    assert "自发布次日零时起算" in page
    form = {
        "places": "宣传栏", "contact_name": "居委会办公室", "contact_phone": "0755-25550000",
        "contact_address": "社区居委会",
    }  # fmt: skip
    clerk.post(f"/proposals/{resolved.pk}/post-notice/", form)
    notice = Notice.objects.get()
    public = words(browser_at(resolved.now).as_(None).get(f"/notices/{notice.pk}/"))
    assert notice.content in public and "0755-25550000" in public and "我有异议" in public
    assert "00:00" in public and "经办事项" not in public


def test_the_list_of_notices_is_narrowed(browser_at, posted):
    visitor = browser_at(posted.now).as_(None)
    assert "找到 1 条" in words(visitor.get("/notices/", {"state": "running", "q": "照明"}))
    assert "找到 0 条" in words(visitor.get("/notices/", {"state": "over"}))
    later = posted.notice.ends_at
    assert "找到 1 条" in words(browser_at(later).as_(None).get("/notices/", {"state": "over"}))
    far = {"street": "440303999", "community": "x"}
    assert "找到 1 条" in words(browser_at(later).as_(None).get("/notices/", far))


def test_a_resident_objects_without_an_account_and_keeps_a_receipt(browser_at, posted, path):
    visitor = browser_at(posted.now).as_(None)
    _form, answer = object_here(visitor, path)
    objection = Objection.objects.get()
    assert answer.url == f"/objections/{objection.pk}/receipt/"
    receipt = visitor.get(answer.url)
    code = objection.receipt_code
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in words(receipt)
    assert "no-store" in receipt["Cache-Control"]
    assert code not in answer.url and PHONE not in words(receipt)
    assert objection.state == ObjectionState.OPEN and objection.contact.phone == PHONE


def test_a_second_press_gives_the_first_receipt(browser_at, posted, path):
    visitor = browser_at(posted.now).as_(None)
    form, answer = object_here(visitor, path)
    assert visitor.post(f"{path}object/", form).url == answer.url
    assert Objection.objects.count() == 1


def test_a_copied_form_in_another_browser_does_not_show_my_receipt(browser_at, posted, path):
    visitor = browser_at(posted.now).as_(None)
    form, first = object_here(visitor, path)
    other = browser_at(posted.now).as_(None)
    other.get(f"{path}object/")
    assert other.post(f"{path}object/", form).url != first.url
    other.get(first.url, status=404)


def test_what_is_missing_is_told_and_nothing_typed_is_lost(browser_at, posted, path):
    visitor = browser_at(posted.now).as_(None)
    form = OBJECTION | {"phone": "", "nonce": "x"}
    page = visitor.post(f"{path}object/", form, status=400)
    assert NAME in page.content.decode() and "选址离住户太近" in words(page)
    assert not Objection.objects.exists()


def test_after_the_end_it_is_late_but_still_recorded(browser_at, posted, path):
    visitor = browser_at(posted.notice.ends_at).as_(None)
    assert "现在提出属于逾期" in words(visitor.get(f"{path}object/"))
    _form, answer = object_here(visitor, path)
    assert "逾期提出" in words(visitor.get(answer.url))
    assert posted.again().matter.state == State.RESOLVED
    assert "其中逾期 1 件" in words(visitor.get(path))


def test_machines_meet_a_limit(browser_at, posted, path, settings):
    settings.FLOOD_LIMITS = {
        "objection": (("address", 86_400, 2),),
        "follow_up": (("address", 600, 1),),
    }
    visitor = browser_at(posted.now).as_(None)
    for _unused in range(2):
        object_here(visitor, path)
    page = visitor.get(f"{path}object/")
    form = OBJECTION | {"nonce": hidden(page, "nonce")}
    refusal = visitor.post(f"{path}object/", form, status=429)
    assert "现在已满" in words(refusal) and Objection.objects.count() == 2
    visitor.post("/objections/", {"code": "2222222222222"}, status=404)
    visitor.post("/objections/", {"code": "2222222222222"}, status=429)


def test_the_code_opens_state_and_answer_and_stands_in_no_address(browser_at, posted):
    objection = posted.object()
    stranger = browser_at(posted.now).as_(None)
    stranger.get(f"/objections/{objection.pk}/", status=404)
    code = objection.receipt_code.lower()
    answer = stranger.post("/objections/", {"code": f"{code[:4]}-{code[4:8]} {code[8:]}"})
    assert answer.url == f"/objections/{objection.pk}/"
    page = words(stranger.get(answer.url))
    assert "选址离住户太近" in page and "处理中" in page and "罗某某" not in page
    assert "没有找到这个查询码" in words(stranger.post("/objections/", {"code": "X"}, status=404))


def test_paper_is_keyed_in_by_the_time_it_was_handed_in(browser_at, posted, path):
    late = posted.notice.ends_at + timedelta(hours=9)
    clerk = browser_at(late).as_(posted.cast.clerk)
    page = clerk.get(f"{path}paper/")
    received = timezone.localtime(posted.now).strftime("%Y-%m-%dT%H:%M")
    form = OBJECTION | {
        "nonce": hidden(page, "nonce"), "received_at": received,
        "scan": SimpleUploadedFile("slip.png", picture(), "image/png"),
    }  # fmt: skip
    answer = clerk.post(f"{path}paper/", form)
    objection = Objection.objects.get()
    assert objection.state == ObjectionState.OPEN and objection.recorded_by is not None
    assert NAME in words(clerk.get(answer.url))
    scan = reverse("core:file", args=[objection.scan_id])
    picture_read = clerk.get(scan)
    assert b"".join(picture_read.streaming_content)
    browser_at(late).as_(posted.cast.agent).get(scan, status=404)
    browser_at(late).as_(None).get(scan, status=404)


def test_names_and_phones_are_on_the_desk_of_that_place_only(browser_at, posted, world):
    objection = posted.object()
    for user in (posted.cast.clerk, posted.cast.street.affairs, world.officer):
        desk = words(browser_at(posted.now).as_(user).get("/objections/desk/"))
        assert "罗某某" in desk and "13800000000" in desk
    for user in (world.far.clerk, world.far.street.affairs, world.neighbour.clerk):
        browser = browser_at(posted.now).as_(user)
        assert "罗某某" not in words(browser.get("/objections/desk/"))
        browser.get(f"/objections/desk/{objection.pk}/", status=404)
        browser.get(f"/objections/desk/{objection.pk}/answer/", status=404)
        browser.post(f"/objections/desk/{objection.pk}/answer/", {}, status=404)
    browser_at(posted.now).as_(posted.cast.agent).get("/objections/desk/", status=403)


ANSWER = {"is_upheld": "no", "inquiry": "现场复核，距住户三十米。", "answer": "已加装遮光罩。"}


def test_an_objection_is_answered_and_the_answer_is_public(browser_at, posted, path):
    objection = posted.object()
    clerk = browser_at(posted.now).as_(posted.cast.clerk)
    to = clerk.get(f"/proposals/{posted.pk}/decide-objection/", status=302).url
    assert to == f"/objections/desk/{objection.pk}/answer/"
    clerk.confirm(to, ANSWER)
    assert posted.again().matter.state == State.RESOLVED
    page = words(browser_at(posted.now).as_(None).get(path))
    assert "已加装遮光罩。" in page and "选址离住户太近" not in page
    assert "该异议已处理" in words(clerk.as_(posted.cast.clerk).get(to, status=409))


def test_an_upheld_objection_sends_the_matter_back_and_voids_the_notice(browser_at, posted, path):
    objection = posted.object()
    clerk = browser_at(posted.now).as_(posted.cast.clerk)
    to = f"/objections/desk/{objection.pk}/answer/"
    said = ANSWER | {"is_upheld": "yes", "confirmed": "1"}
    assert "请选择退回到哪一环节" in words(clerk.post(to, said, status=400))
    clerk.confirm(to, ANSWER | {"is_upheld": "yes", "send_back": "resolved"})
    assert posted.again().matter.state == State.REVIEWED
    assert "这份公示已作废" in words(clerk.get(path))
    assert "不能办理“提出异议”" in words(clerk.get(f"{path}object/", status=409))


def test_an_answer_does_not_name_who_objected(browser_at, posted):
    objection = posted.object()
    clerk = browser_at(posted.now).as_(posted.cast.clerk)
    to = f"/objections/desk/{objection.pk}/answer/"
    named = ANSWER | {"answer": "罗某某您好，已加装遮光罩。", "confirmed": "1"}
    assert "请改写为“异议人”" in words(clerk.post(to, named, status=400))
    phone = ANSWER | {"inquiry": "已致电13800000000。", "confirmed": "1", "name_checked": "on"}
    assert "文中有异议人的电话" in words(clerk.post(to, phone, status=400))
    clerk.post(to, named | {"name_checked": "on"})
    objection.refresh_from_db()
    assert objection.state == ObjectionState.DISMISSED


def test_a_notice_is_concluded_after_its_days_only(browser_at, posted, path):
    conclude = f"/proposals/{posted.pk}/conclude-notice/"
    early = browser_at(posted.now).as_(posted.cast.clerk)
    assert "公示须满" in words(early.get(conclude, status=409))
    early.post(conclude, status=409)
    just_over = browser_at(posted.notice.ends_at).as_(posted.cast.clerk)
    assert "最后一刻提出的异议可能还在提交" in words(just_over.get(conclude, status=409))
    clerk = browser_at(posted.notice.ends_at + CLOSING_GRACE).as_(posted.cast.clerk)
    clerk.get(conclude)
    clerk.post(conclude)
    assert posted.notice.state == NoticeState.CONCLUDED
    assert posted.again().matter.state == State.PUBLICISED


def test_the_canary_sings_on_the_desk_of_its_place_and_nowhere_else(browser_at, walk, world):
    """An objector's name and phone, looked for in every page, ledger, export, audit and message."""
    bird = walk(title="小广场照明").to(State.RESOLVED)
    bird.post().days(1)
    visitor = browser_at(bird.now).as_(None)
    object_here(visitor, f"/notices/{bird.notice.pk}/")
    objection = Objection.objects.get()
    clerk = browser_at(bird.now).as_(bird.cast.clerk)
    clerk.confirm(f"/objections/desk/{objection.pk}/answer/", ANSWER)
    bird.days(6).conclude().submit().days(1).establish()
    stored = [row.body for row in LedgerRow.objects.all()]
    stored += [f"{row.body}{row.reason}{row.target_label}" for row in AuditEvent.objects.all()]
    stored += [row.payload for row in OutboxMessage.objects.all()]
    stored += [json.dumps(list(row), default=str) for row in StreetDecision.objects.values_list()]
    assert not any(NAME in text or PHONE in text for text in stored)
    notice, pk = bird.notice.pk, bird.pk
    paths = ["/", "/notices/", f"/notices/{notice}/", f"/proposals/{pk}/", "/proposals/"]
    paths += ["/meetings/", "/ledgers/", "/desk/", "/objections/"]
    paths += [f"/ledgers/{n}/{part}" for n in (1, 5, 6) for part in ("", "print/", "csv/", "xlsx/")]
    paths += [f"/ledgers/rows/{row.pk}/" for row in LedgerRow.objects.filter(ledger=5)]
    for user in (None, bird.cast.agent, world.far.clerk, bird.cast.clerk, world.officer):
        browser = browser_at(bird.now).as_(user)
        for path in paths:
            body = browser.client.get(path).content
            assert NAME.encode() not in body and PHONE.encode() not in body, (user, path)
    desk = f"/objections/desk/{objection.pk}/"
    assert NAME in words(browser_at(bird.now).as_(bird.cast.clerk).get(desk))


def test_reading_writes_nothing(browser_at, posted, path):
    objection = posted.object()
    for user in (None, posted.cast.clerk):
        browser = browser_at(posted.now).as_(user)
        browser.get("/notices/")
        before = digest()
        for page in (
            "/notices/", path, f"{path}object/", f"{path}paper/", "/objections/",
            "/objections/desk/", f"/objections/desk/{objection.pk}/",
            f"/objections/desk/{objection.pk}/answer/",
            f"/proposals/{posted.pk}/conclude-notice/", f"/proposals/{posted.pk}/submit/",
        ):  # fmt: skip
            browser.client.get(page)
        assert digest() == before


def count_queries(browser, path):
    browser.get(path)
    with CaptureQueriesContext(connection) as seen:
        browser.get(path)
    return len(seen)


def test_pages_ask_as_much_for_many_as_for_one(browser_at, walk, world):
    one = walk(title="一").to(State.RESOLVED)
    one.post().days(1)
    one.object()
    pages = {"/notices/": None, f"/notices/{one.notice.pk}/": world.home.clerk,
             "/objections/desk/": world.home.clerk}  # fmt: skip
    first = {
        path: count_queries(browser_at(one.now).as_(user), path) for path, user in pages.items()
    }
    for n in range(3):
        more = walk(title=f"第{n}项").to(State.RESOLVED)
        more.post().days(1)
        more.object()
        one.object()
    for path, user in pages.items():
        assert count_queries(browser_at(more.now).as_(user), path) == first[path], path
