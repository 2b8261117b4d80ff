import hashlib
import io
import random
import struct
import time
import zipfile
import zlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core import files, intake, invariants
from core.models import AuditEvent, StoredFile
from core.refusals import BadInput
from core.verify import Checked

SCRIPT = b"<script>alert(1)</script>"


def picture(fmt="JPEG", size=(64, 48), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, (200, 30, 30) if mode == "RGB" else None).save(out, fmt, **options)
    return out.getvalue()


def photo_with_position():
    exif = Image.Exif()
    exif[0x010F] = "CANARY-MAKER"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 33.0, 12.0), 3: "E", 4: (114.0, 7.0, 5.0)})
    exif[0x8825] = exif.get_ifd(0x8825)
    return picture(exif=exif, comment=b"CANARY-COMMENT", icc_profile=b"CANARY-ICC")


def office(kind="xlsx", extra=(), drop=(), types=b"<Types/>", compression=zipfile.ZIP_DEFLATED):
    main = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}[kind]
    parts = {"[Content_Types].xml": types, main: b"<workbook/>"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in [*parts.items(), *extra]:
            if name not in drop:
                archive.writestr(name, content)
    return out.getvalue()


def pixel_flood():
    """A PNG whose header says 50,000 × 50,000; behind it a few bytes."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
    )


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def symlinked():
    link = zipfile.ZipInfo("xl/link")
    link.external_attr = 0o120777 << 16
    return office(extra=[(link, b"/etc/passwd")])


def encrypted():
    data = bytearray(office())
    # Set bit 0 of the flags in every local and central header.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def doubled():
    with pytest.warns(UserWarning, match="Duplicate"):
        return office(extra=[("xl/workbook.xml", b"<other/>")])


HOSTILE = {
    "html as jpg": ("a.jpg", lambda: b"<html>" + SCRIPT, "image_unreadable"),
    "svg as png": ("a.png", lambda: SVG, "image_unreadable"),
    "svg": ("a.svg", lambda: SVG, "file_type_not_allowed"),
    "html": ("a.html", lambda: SCRIPT, "file_type_not_allowed"),
    "xhtml": ("a.xht", lambda: SCRIPT, "file_type_not_allowed"),
    "mht": ("a.mht", lambda: SCRIPT, "file_type_not_allowed"),
    "no extension": ("jpg", picture, "file_type_not_allowed"),
    "htaccess": (".htaccess", lambda: b"x", "file_type_not_allowed"),
    "double extension": ("a.jpg.html", picture, "file_type_not_allowed"),
    "null byte": ("a.html\x00.jpg", lambda: SCRIPT, "image_unreadable"),
    "gif": ("a.gif", lambda: picture("GIF"), "file_type_not_allowed"),
    "gif as jpg": ("a.jpg", lambda: picture("GIF"), "image_unreadable"),
    "tiff as png": ("a.png", lambda: picture("TIFF"), "image_unreadable"),
    "half a jpeg": ("a.jpg", lambda: picture(size=(400, 400))[:700], "image_unreadable"),
    "pixel flood": ("a.png", pixel_flood, "image_too_many_pixels"),
    "empty": ("a.jpg", lambda: b"", "file_empty"),
    "too large": ("a.pdf", lambda: PDF + b" " * intake.MAX_BYTES, "file_too_large"),
    "exe as pdf": ("a.pdf", lambda: b"MZ\x90\x00" * 100, "pdf_unreadable"),
    "html before pdf": ("a.pdf", lambda: SCRIPT + PDF, "pdf_unreadable"),
    "half a pdf": ("a.pdf", lambda: PDF[:30], "pdf_unreadable"),
    "pdf with script": (
        "a.pdf",
        lambda: PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(1)>>"),
        "pdf_active",
    ),
    "pdf that starts": ("a.pdf", lambda: PDF.replace(b"/Cat", b"/Launch/Cat"), "pdf_active"),
    "locked pdf": ("a.pdf", lambda: PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"), "pdf_encrypted"),
    "docm": ("a.docm", lambda: office("docx"), "file_type_not_allowed"),
    "docm as docx": (
        "a.docx",
        lambda: office("docx", extra=[("word/vbaProject.bin", b"x")]),
        "office_active",
    ),
    "macro type": (
        "a.xlsx",
        lambda: office(types=b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        "office_active",
    ),
    "embedded object": (
        "a.docx",
        lambda: office("docx", extra=[("word/embeddings/oleObject1.bin", b"x")]),
        "office_active",
    ),
    "control": (
        "a.xlsx",
        lambda: office(extra=[("xl/activeX/activeX1.xml", b"<x/>")]),
        "office_active",
    ),
    "zip in zip": ("a.xlsx", lambda: office(extra=[("xl/x.zip", b"PK")]), "office_active"),
    "plain zip": ("a.xlsx", lambda: office(drop=["xl/workbook.xml"]), "office_unreadable"),
    "docx as xlsx": ("a.xlsx", lambda: office("docx"), "office_unreadable"),
    "no zip": ("a.docx", lambda: b"PK\x03\x04 nothing", "office_unreadable"),
    "old xls": ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64, "office_unreadable"),
    "zip bomb": (
        "a.xlsx",
        lambda: office(extra=[("xl/s.xml", b"0" * (60 * 1024 * 1024))]),
        "file_unpacks_too_large",
    ),
    "dense bomb": (
        "a.xlsx",
        lambda: office(extra=[("xl/s.xml", b"0" * (20 * 1024 * 1024))]),
        "file_unpacks_too_large",
    ),
    "many entries": (
        "a.xlsx",
        lambda: office(extra=[(f"xl/{n}.xml", b"") for n in range(1_001)]),
        "file_unpacks_too_large",
    ),
    "climbing path": ("a.xlsx", lambda: office(extra=[("../../x.xml", b"x")]), "office_unsafe"),
    "absolute path": ("a.xlsx", lambda: office(extra=[("/etc/x.xml", b"x")]), "office_unsafe"),
    "symlink": ("a.xlsx", symlinked, "office_unsafe"),
    "same name twice": ("a.xlsx", doubled, "office_unsafe"),
    "entities": (
        "a.xlsx",
        lambda: office(extra=[("xl/s.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>')]),
        "office_unsafe",
    ),
    "locked": ("a.docx", encrypted, None),
    "broken part": (
        "a.xlsx",
        lambda: office(extra=[("xl/z.bin", bytes(range(256)) * 8)], compression=0).replace(
            b"\x10\x11\x12\x13", b"\x10\x11\x12\x99", 1
        ),
        "office_unreadable",
    ),
}


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


HONEST = {
    "jpg": ("现场.jpg", picture, "image", "image/jpeg"),
    "jpeg in capitals": ("IMG_1.JPEG", picture, "image", "image/jpeg"),
    "png": ("a.png", lambda: picture("PNG"), "image", "image/png"),
    "clear png": ("a.png", lambda: picture("PNG", mode="RGBA"), "image", "image/png"),
    "palette png": ("a.png", lambda: picture("PNG", mode="P"), "image", "image/png"),
    "grey jpg": ("a.jpg", lambda: picture(mode="L"), "image", "image/jpeg"),
    "cmyk jpg": ("a.jpg", lambda: picture(mode="CMYK"), "image", "image/jpeg"),
    "webp": ("a.webp", lambda: picture("WEBP"), "image", "image/png"),
    "png named jpg": ("a.jpg", lambda: picture("PNG"), "image", "image/png"),
    "pdf": ("请示.pdf", lambda: PDF, "pdf", "application/pdf"),
    "xlsx": ("预算.xlsx", office, "sheet", intake.MIME["xlsx"]),
    "docx": ("方案.docx", lambda: office("docx"), "document", intake.MIME["docx"]),
}


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
