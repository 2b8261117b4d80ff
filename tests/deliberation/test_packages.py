"""The archive package of a matter: whole, the same each time, checked offline, for staff only."""

import hashlib
import io
import json
import zipfile

import openpyxl
import pypdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from core.models import AuditEvent, LedgerRow
from core.packages import check
from deliberation.choices import State
from deliberation.models import Matter
from deliberation.package_members import PACKED
from deliberation.services import drafting, notices
from deliberation.services import packages as services
from tests.core.corpus import PDF
from tests.deliberation.doors import Browser, words
from tests.deliberation.helpers import digest, leaves_nothing_half_way, refused
from tests.deliberation.proposal_doors import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def posted(walk):
    one = walk(title="祎喆楼道照明").to(State.SOLICITED)
    for title in ("报价单", "现场照片"):
        drafting.attach(
            matter_id=one.pk, upload=picture(), kind="photo", title=title, actor=one.applicant,
            now=one.now,
        )  # fmt: skip
    one.declare().days(1).review().hold()
    return one.post()


@pytest.fixture
def done(posted):
    return posted.days(6).conclude().submit().days(1).establish().again()


@pytest.fixture
def browser_at(monkeypatch, settings):
    settings.DEMO = True
    return Browser(monkeypatch).at


def taken(walk, actor=None):
    name, file = services.make_package(
        matter_id=walk.pk, actor=actor or walk.cast.clerk, now=walk.now
    )
    with file:
        return name, file.read()


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_the_six_ledgers_the_files_the_chain_and_a_manifest(done):
    name, data = taken(done)
    assert name == f"{done.matter.proposal.number}.zip"
    inside = members(data)
    manifest = json.loads(inside["manifest.json"])
    for one in manifest["members"]:
        content = inside.pop(one["name"])
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["size"])
    assert set(inside) == {"manifest.json"}
    inside = members(data)
    rows = json.loads(inside["ledgers.json"])["rows"]
    about = LedgerRow.objects.filter(subject_id=str(done.matter.proposal_id))
    about = about.filter(subject_type="projects.proposal")
    assert {row["digest"] for row in rows} >= set(about.values_list("digest", flat=True))
    assert {row["ledger"] for row in rows} == {1, 2, 3, 4, 5, 6}
    assert {row["subject_type"] for row in rows} >= {"projects.proposal", "communities.need"}
    kinds = {row["kind"] for row in json.loads(inside["audit.json"])["rows"]}
    events = AuditEvent.objects.filter(target_type="deliberation.matter", target_id=str(done.pk))
    assert kinds >= set(events.exclude(kind=PACKED).values_list("kind", flat=True))
    assert PACKED not in kinds and "meeting.called" in kinds


def test_each_ledger_is_there_as_sheet_and_paper_with_its_rows(done):
    inside = members(taken(done)[1])
    rows = json.loads(inside["ledgers.json"])["rows"]
    books = {name for name in inside if name.startswith("ledgers/")}
    assert len(books) == 12
    for name in books:
        number = int(name.split("/")[1][0])
        wanted = [row for row in rows if row["ledger"] == number]
        if name.endswith("xlsx"):
            sheet = openpyxl.load_workbook(io.BytesIO(inside[name])).active
            digests = [line[-1].value for line in sheet.iter_rows(min_row=3)]
            assert digests == [row["digest"] for row in wanted]
        else:
            pages = pypdf.PdfReader(io.BytesIO(inside[name])).pages
            said = "".join(page.extract_text() for page in pages).replace("\n", "")
            assert all(row["digest"][:16] in said for row in wanted) and "祎喆" in said


def test_attachments_are_the_bytes_that_were_stored(done):
    inside = members(taken(done)[1])
    facts = json.loads(inside["matter.json"])
    attachments = done.matter.proposal.attachments.all()
    assert attachments and facts["number"] == done.matter.proposal.number
    for attachment in attachments:
        (fact,) = [one for one in facts["attachments"] if one["title"] == attachment.title]
        content = inside[fact["member"]]
        assert hashlib.sha256(content).hexdigest() == attachment.file.digest == fact["sha256"]
    assert [event["seq"] for event in facts["events"]] == list(
        range(1, Matter.objects.get(pk=done.pk).event_count + 1)
    )


def test_the_same_matter_gives_the_same_bytes_also_after_somebody_took_it(done):
    first = taken(done)[1]
    done.now = done.now.replace(hour=23)
    assert taken(done, actor=done.cast.street.affairs)[1] == first


def test_who_took_it_and_its_manifest_are_on_record(done):
    data = taken(done)[1]
    event = AuditEvent.objects.get(kind=PACKED)
    assert event.chain == done.cast.community.code and event.actor_id == done.cast.clerk.pk
    assert event.data["manifest"] == check(io.BytesIO(data)).manifest


def test_the_command_passes_it_and_names_what_was_altered(done, tmp_path, capsys):
    path = tmp_path / "p.zip"
    path.write_bytes(taken(done)[1])
    call_command("check_package", str(path))
    assert ", 0 faults" in capsys.readouterr().out
    attachment = next(n for n in members(path.read_bytes()) if n.startswith("attachments/"))
    for victim in ("ledgers/3-reviews.pdf", attachment, "matter.json"):
        out = tmp_path / "q.zip"
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in members(path.read_bytes()).items():
                archive.writestr(name, content + b" " if name == victim else content)
        with pytest.raises(SystemExit):
            call_command("check_package", str(out))
        said = capsys.readouterr().out
        assert f"{victim}: " in said and ", 1 faults" in said


def test_papers_with_the_names_of_objectors_stay_out_and_that_is_told(posted):
    objection = notices.file_objection(
        notice_id=posted.notice.pk, content="噪声", name="丁某", phone="13900000000",
        channel="paper", scan=SimpleUploadedFile("slip.pdf", PDF), received_at=posted.now, actor=posted.cast.clerk,
        now=posted.now,
    )  # fmt: skip
    inside = members(taken(posted)[1])
    (told,) = json.loads(inside["matter.json"])["withheld"]
    assert told == {"objection": objection.number, "sha256": objection.scan.digest}
    assert not [
        name for name, data in inside.items()
        if hashlib.sha256(data).hexdigest() == objection.scan.digest or "丁某".encode() in data
    ]  # fmt: skip


def test_it_is_for_the_staff_of_the_place(done, world):
    for actor in (done.cast.street.affairs, world.officer, world.auditor):
        assert taken(done, actor=actor)
    for actor in (
        done.cast.resident, done.cast.agent, world.far.clerk, world.neighbour.clerk,
        world.far.street.affairs, world.troupe.user("luohu_keys"),
    ):  # fmt: skip
        refused("package_for_staff", taken, done, actor)


def test_a_draft_of_another_place_does_not_exist_and_an_empty_one_has_nothing(walk, world):
    draft = walk(title="草案").to(State.DRAFT)
    refused("not_found", taken, draft, world.far.clerk)
    refused("nothing_to_pack", taken, draft)


def test_a_lost_file_is_named_and_leaves_nothing(done):
    file = done.matter.proposal.attachments.first().file
    default_storage.delete(file.path)
    refused("file_lost", taken, done)


def test_too_much_is_refused_before_anything_is_packed(done, monkeypatch):
    monkeypatch.setattr(services, "MOST_BYTES", 1)
    refused("package_too_large", taken, done)


def test_a_failure_half_way_leaves_nothing(done, monkeypatch):
    leaves_nothing_half_way(monkeypatch, taken, done, at="core.audit.record")


def test_the_page_says_what_is_inside_and_hands_it_out(browser_at, done, world):
    path = f"/proposals/{done.pk}/package/"
    clerk = browser_at(done.now).as_(done.cast.clerk)
    assert path in clerk.get(f"/proposals/{done.pk}/").content.decode()
    before = digest()
    said = words(clerk.get(path))
    assert digest() == before
    assert all(one.title in said for one in done.matter.proposal.attachments.all())
    answer = clerk.post(path, status=200)
    data = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "application/zip" and not check(io.BytesIO(data)).faults
    by_api = clerk.post(f"/api/v1{path}", status=200)
    assert b"".join(by_api.streaming_content) == data
    far = browser_at(done.now).as_(world.far.clerk)
    assert path not in far.get(f"/proposals/{done.pk}/").content.decode()
    assert "工作人员下载" in words(far.get(path, status=403))
    far.post(path, status=403)
    far.post(f"/api/v1{path}", status=403)
    assert "/account/sign-in/" in browser_at(done.now).as_(None).get(path, status=302).url
