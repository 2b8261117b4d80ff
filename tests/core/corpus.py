"""Files that people and attackers send, made here so that none lies about in the repository."""

import io
import struct
import warnings
import zipfile
import zlib

from PIL import Image

from core import intake

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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
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
