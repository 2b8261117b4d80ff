import hashlib
import io
import random
import time
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core import files, intake, invariants
from core.models import AuditEvent, StoredFile
from core.refusals import BadInput
from core.verify import Checked
from tests.core.corpus import HONEST, HOSTILE, PDF, SCRIPT, photo_with_position, picture


def upload(name, data):
    file = SimpleUploadedFile("x", data)
    # Django shortens names on assignment; the pipeline must bear the raw one as well.
    file._name = name
    return file


def kept(stored):
    with files.open_file(stored) as file:
        return file.read()


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_quickly_and_leave_nothing(case, db, now):
    name, make, code = HOSTILE[case]
    data = make()
    begun = time.process_time()
    with pytest.raises(BadInput) as caught:
        files.take_in(upload(name, data), actor=None, at=now, purpose="trial")
    assert time.process_time() - begun < 1
    assert code is None or caught.value.codes == [code]
    assert caught.value.reasons[0].field == "file"
    assert not StoredFile.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("case", HONEST)
def test_honest_files_are_kept(case, clerk, now):
    name, make, kind, mime = HONEST[case]
    stored = files.take_in(upload(name, make()), actor=clerk, at=now, purpose="trial")
    assert (stored.kind, stored.mime, stored.uploaded_by_id) == (kind, mime, clerk.pk)
    data = kept(stored)
    assert hashlib.sha256(data).hexdigest() == stored.digest
    assert len(data) == stored.size
    assert stored.path.startswith("files/2017/06/")


def test_a_real_workbook_is_kept(db, now):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    dice = random.Random(1)
    for row in range(3_000):
        book.active.append([row, f"项目{dice.random()}", "路灯" * 5])
    out = io.BytesIO()
    book.save(out)
    upload_ = upload("大表.xlsx", out.getvalue())
    assert files.take_in(upload_, actor=None, at=now, purpose="trial").kind == "sheet"


def test_what_is_appended_to_a_picture_does_not_survive(db, now):
    stored = files.take_in(
        upload("a.jpg", picture() + SCRIPT + b"<?php"), actor=None, at=now, purpose="trial"
    )
    data = kept(stored)
    assert b"<script" not in data
    assert b"<?php" not in data


def test_the_place_of_a_home_does_not_survive(db, now):
    data = photo_with_position()
    assert b"CANARY-MAKER" in data, "the photo does carry it"
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    stored = files.take_in(upload("a.jpg", data), actor=None, at=now, purpose="trial")
    data = kept(stored)
    assert b"CANARY" not in data
    image = Image.open(io.BytesIO(data))
    assert not dict(image.getexif())
    assert not image.info.keys() & {"exif", "icc_profile", "comment", "xmp"}
    assert image.size == (48, 64), "turned upright before the note about turning was dropped"


def test_texts_in_a_png_do_not_survive(db, now):
    notes = PngInfo()
    notes.add_text("Comment", "CANARY-1")
    notes.add_itxt("XML:com.adobe.xmp", "CANARY-2", zip=False)
    stored = files.take_in(
        upload("a.png", picture("PNG", pnginfo=notes)), actor=None, at=now, purpose="trial"
    )
    assert b"CANARY" not in kept(stored)


def test_a_large_photo_is_made_smaller(db, now):
    stored = files.take_in(
        upload("a.jpg", picture(size=(6_000, 3_000))), actor=None, at=now, purpose="trial"
    )
    assert Image.open(io.BytesIO(kept(stored))).size == (4_000, 2_000)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a\u202efdp.jpg", "afdp.jpg"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("<svg onload=1>.pdf", "_svg onload=1_.pdf"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
        ("...pdf", "pdf"),
        ("", "file"),
        (None, "file"),
    ],
)
def test_names_are_made_safe(given, shown):
    assert intake.safe_name(given) == shown


def test_a_name_leaves_no_trace_in_the_chain(db, now):
    files.take_in(upload("CANARY张三.pdf", PDF), actor=None, at=now, purpose="trial")
    event = AuditEvent.objects.get()
    assert event.kind == "file.taken_in"
    assert "CANARY" not in f"{event.body}{event.target_label}{event.reason}"


def test_the_same_name_does_not_replace(db, now):
    first, second = (
        files.take_in(upload("a.pdf", PDF + b"%%EOF" * n), actor=None, at=now, purpose="trial")
        for n in range(2)
    )
    assert first.path != second.path
    assert kept(first) == PDF


@pytest.fixture
def stored(clerk, now, monkeypatch):
    monkeypatch.setattr(files, "_RULES", {})
    return files.take_in(upload("现场.pdf", PDF), actor=clerk, at=now, purpose="trial")


def test_without_a_rule_nobody_reads(stored, clerk):
    assert not files.may_read(clerk, stored)
    assert not files.may_read(AnonymousUser(), stored)


@pytest.mark.parametrize("answer", [False, None, 1, "yes"])
def test_only_a_plain_yes_opens(stored, clerk, answer):
    files.register_file_rule("trial", lambda user, file: answer)
    assert not files.may_read(clerk, stored)


def test_a_file_is_handed_out_to_those_who_may(stored, clerk, client):
    url = reverse("core:file", args=[stored.pk])
    files.register_file_rule("trial", lambda user, file: user.pk == file.uploaded_by_id)
    assert client.get(url).status_code == 404
    client.force_login(clerk)
    response = client.get(url)
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%8E%B0")
    assert "no-store" in response["Cache-Control"]
    assert client.post(url).status_code == 405


def test_only_our_own_pictures_are_shown_in_the_page(clerk, client, now, monkeypatch):
    monkeypatch.setattr(files, "_RULES", {"trial": lambda user, file: True})
    stored = files.take_in(upload("a.jpg", picture()), actor=None, at=now, purpose="trial")
    response = client.get(reverse("core:file", args=[stored.pk]))
    assert response["Content-Disposition"].startswith("inline")
    assert "sandbox" in response["Content-Security-Policy"]
    # Reading to the end closes the file, as a browser would.
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8")


def test_unknown_and_lost_files_are_not_found(stored, client):
    files.register_file_rule("trial", lambda user, file: True)
    assert client.get(reverse("core:file", args=[stored.pk + 1])).status_code == 404
    default_storage.delete(stored.path)
    assert client.get(reverse("core:file", args=[stored.pk])).status_code == 404


def findings():
    found = invariants.files_are_as_they_came(None)
    return [f.text for f in found if not isinstance(f, Checked)]


def test_files_that_were_touched_are_named(stored):
    assert findings() == []
    with open(default_storage.path(stored.path), "ab") as file:
        file.write(b"x")
    assert findings() == ["文件内容被替换过"]
    StoredFile.objects.update(digest=hashlib.sha256(PDF + b"x").hexdigest())
    assert findings() == ["文件摘要与入库时的审计记录不符"], "also with the row made to fit"
    default_storage.delete(stored.path)
    assert "文件不存在或无法读取" in findings()
    StoredFile.objects.all().delete()
    assert findings() == ["文件记录已被删除"]


def test_an_act_that_fails_around_the_intake_leaves_no_bytes(db, now, settings):
    def folder():
        return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]

    def taken(name):
        return files.take_in(upload(name, picture()), actor=None, at=now, purpose="trial")

    with pytest.raises(ZeroDivisionError), files.incoming(), transaction.atomic():
        taken("a.png")
        with files.incoming():  # a smaller act that went well
            taken("b.png")
        assert len(folder()) == 2
        raise ZeroDivisionError
    assert folder() == [] and not StoredFile.objects.exists()
    with files.incoming(), transaction.atomic():
        taken("c.png")
    assert len(folder()) == 1


def test_an_erased_file_is_gone_and_remembered(db, now, django_capture_on_commit_callbacks):
    stored = files.take_in(upload("a.png", picture()), actor=None, at=now, purpose="trial")
    path, digest = stored.path, stored.digest
    with django_capture_on_commit_callbacks(execute=True):
        files.erase(stored, actor=None, at=now, reason="本人撤回")
    assert not StoredFile.objects.exists() and not default_storage.exists(path)
    event = AuditEvent.objects.get(kind="file.erased")
    assert (event.reason, digest in event.body) == ("本人撤回", True)
    assert list(invariants.files_are_as_they_came(now)) == [Checked(0)]
