"""Looking at an upload before anything is kept: allowed by name, by content and by decoding.

Images are decoded and written anew from their pixels, so that neither metadata (the position of a
resident's home) nor anything appended to the picture survives. Office files are checked as the
zip archives they are, before anybody opens them. What may not be kept is refused with the remedy.
"""

import re
import stat
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.models import StoredFile
from core.refusals import BadInput, Reason

MAX_BYTES = 10 * 1024 * 1024
# Fifty thousand lines of a CSV in UTF-8; only tables that are read line by line may be as long.
MAX_SHEET_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_EDGE = 4_000
MAX_ENTRIES = 1_000
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100

Kind = StoredFile.Kind
KIND_OF = {
    "jpg": Kind.IMAGE,
    "jpeg": Kind.IMAGE,
    "png": Kind.IMAGE,
    "webp": Kind.IMAGE,
    "pdf": Kind.PDF,
    "xlsx": Kind.SHEET,
    "docx": Kind.DOCUMENT,
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
MIME = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "csv": "text/csv",
    "docx": f"{_OFFICE}.wordprocessingml.document",
}
ACCEPT = ",".join(f".{extension}" for extension in KIND_OF)


@dataclass(frozen=True)
class Checked:
    """What will be stored: never the name or the type the browser claimed."""

    data: bytes
    name: str
    extension: str
    kind: str

    @property
    def mime(self):
        return MIME[self.extension]


def inspect(upload):
    """Check an upload (name, size, read) and return what may be stored, or refuse."""
    name = safe_name(getattr(upload, "name", ""))
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    if extension not in KIND_OF:
        _refuse(
            "file_type_not_allowed",
            _("不能上传这种文件。"),
            _("请上传 JPG、PNG、WEBP 图片，或 PDF、XLSX、DOCX 文件。"),
        )
    data = _read(upload)
    kind = KIND_OF[extension]
    if kind == Kind.IMAGE:
        data, extension = _clean_image(data)
    elif kind == Kind.PDF:
        _check_pdf(data)
    else:
        _check_office(data, extension)
    return Checked(data=data, name=_with_extension(name, extension), extension=extension, kind=kind)


def inspect_table(upload):
    """As `inspect`, for a table that is read and not shown: XLSX or CSV, and nothing else."""
    name = safe_name(getattr(upload, "name", ""))
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    if extension not in ("xlsx", "csv"):
        _refuse("not_a_sheet", _("请上传 XLSX 或 CSV 表格。"), _("可以先下载模板。"))
    data = _read(upload, MAX_SHEET_BYTES)
    if extension == "xlsx":
        _check_office(data, extension)
    else:
        csv_text(data)
    name = _with_extension(name, extension)
    return Checked(data=data, name=name, extension=extension, kind=Kind.SHEET)


def csv_text(data):
    """The text of a CSV as Excel (GB18030) or anybody else (UTF-8) wrote it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    _refuse(
        "not_a_csv",
        _("读不懂这个 CSV 的文字编码。"),
        _("请在 Excel 中另存为“CSV UTF-8（逗号分隔）”或 XLSX。"),
    )
    return None


def safe_name(name):
    """The name as it may be shown: no folders, no control or direction marks, at most 100 long."""
    name = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(
        char for char in name if unicodedata.category(char)[0] not in "CZ" or char == " "
    )
    name = re.sub(r'[<>:"|?*\'&;%]', "_", name).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = extension, ""
    return f"{stem[:100] or 'file'}{dot}{extension[:10]}"


def _with_extension(name, extension):
    return f"{PurePosixPath(name).stem}.{extension}"


def _refuse(code, text, remedy=""):
    raise BadInput(Reason(code=code, text=text, remedy=remedy, field="file"))


def _read(upload, limit=MAX_BYTES):
    too_large = (
        format_lazy(_("文件超过 {n} MB。"), n=limit // 1024**2),
        _("请压缩图片或拆分文件后再上传。"),
    )
    if (getattr(upload, "size", 0) or 0) > limit:
        _refuse("file_too_large", *too_large)
    upload.seek(0)
    data = upload.read(limit + 1)
    if len(data) > limit:
        _refuse("file_too_large", *too_large)
    if not data:
        _refuse("file_empty", _("文件是空的。"), _("请检查文件后重新上传。"))
    return data


def _clean_image(data):
    broken = (
        "image_unreadable",
        _("无法识别这张图片，或内容与扩展名不符。"),
        _("请用手机或看图软件另存为 JPG 后再上传。"),
    )
    too_many = "image_too_many_pixels", _("图片像素过大（超过 4000 万像素）。"), _("请缩小图片。")
    try:
        # Opening reads the header only, so that the size is known before anything is decoded.
        image = Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
        if image.width * image.height > MAX_PIXELS:
            _refuse(*too_many)
        image.seek(0)
        image.load()
        is_photo = image.format == "JPEG"
        image = ImageOps.exif_transpose(image)
        transparent = "A" in image.getbands() or "transparency" in image.info
        image = image.convert("RGBA" if transparent and not is_photo else "RGB")
        image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
        # A new picture: saving the opened one would carry comments, profiles and positions along.
        clean = Image.new(image.mode, image.size)
        clean.paste(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        _refuse(*too_many)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError):
        _refuse(*broken)
    out = BytesIO()
    if is_photo:
        clean.save(out, format="JPEG", quality=88, optimize=True)
        return out.getvalue(), "jpg"
    clean.save(out, format="PNG", optimize=False)
    return out.getvalue(), "png"


# Names are not compressed in a plain PDF; what hides in compressed streams is why PDFs are only
# ever sent as attachments, with a sandbox.
_PDF_ACTIVE = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia|XFA)\b")


def _check_pdf(data):
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:]:
        _refuse(
            "pdf_unreadable",
            _("这不是完整的 PDF 文件。"),
            _("请重新扫描或导出后再上传。"),
        )
    if b"/Encrypt" in data:
        _refuse("pdf_encrypted", _("PDF 文件已加密。"), _("请去掉密码后再上传。"))
    if _PDF_ACTIVE.search(data):
        _refuse(
            "pdf_active",
            _("PDF 文件带有脚本或附件。"),
            _("请打印为普通 PDF 后再上传。"),
        )


_MAIN_PART = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
_INNER_ARCHIVE = re.compile(r"\.(zip|jar|rar|7z|gz|xlsx|docx|pptx|xlsm|docm|exe|js|vbs|hta)\Z")


def _check_office(data, extension):
    broken = (
        "office_unreadable",
        _("无法识别这个文件，或内容与扩展名不符。"),
        _("请用办公软件另存为 XLSX 或 DOCX 后再上传。"),
    )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, len(data))
            _check_entries(entries)
            names = {entry.filename for entry in entries}
            if not {"[Content_Types].xml", _MAIN_PART[extension]} <= names:
                _refuse(*broken)
            _check_active(names, archive.read("[Content_Types].xml"))
            _check_parts(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        # zlib.error is not listed by zipfile's documentation but is a plain Exception.
        _refuse(*broken)
    except BadInput:
        raise
    except Exception as error:
        if type(error).__module__ != "zlib":
            raise
        _refuse(*broken)


def _check_sizes(entries, packed):
    unpacked = sum(entry.file_size for entry in entries)
    bomb = (
        len(entries) > MAX_ENTRIES
        or unpacked > MAX_UNPACKED
        or unpacked > MAX_RATIO * packed
        or any(
            entry.file_size > 1024 * 1024 and entry.file_size > MAX_RATIO * entry.compress_size
            for entry in entries
        )
    )
    if bomb:
        _refuse(
            "file_unpacks_too_large",
            _("文件解压后过大。"),
            _("请删除多余的工作表或图片，拆分后再上传。"),
        )


def _check_entries(entries):
    names = [entry.filename for entry in entries]
    unsafe = len(set(names)) != len(names) or any(
        name.startswith(("/", "\\"))
        or ".." in PurePosixPath(name.replace("\\", "/")).parts
        or stat.S_ISLNK(entry.external_attr >> 16)
        for name, entry in zip(names, entries, strict=True)
    )
    if unsafe:
        _refuse("office_unsafe", _("文件内部结构异常。"), _("请用办公软件另存后再上传。"))
    if any(entry.flag_bits & 0x1 for entry in entries):
        _refuse("office_encrypted", _("文件已加密。"), _("请去掉密码后再上传。"))


def _check_active(names, content_types):
    lowered = [name.lower() for name in names]
    active = b"macroenabled" in content_types.lower() or any(
        "vbaproject" in name
        or "/activex/" in name
        or "/embeddings/" in name
        or _INNER_ARCHIVE.search(name)
        for name in lowered
    )
    if active:
        _refuse(
            "office_active",
            _("文件带有宏、控件或内嵌文件。"),
            _("请另存为不含宏的 XLSX 或 DOCX，内嵌文件请单独上传。"),
        )


def _check_parts(archive, entries):
    """Unpack every part once: declared sizes and checksums hold, and no XML defines entities."""
    for entry in entries:
        with archive.open(entry) as part:
            start = part.read(4096)
            if entry.filename.lower().endswith((".xml", ".rels")) and b"<!" in start.replace(
                b"<!--", b""
            ):
                _refuse("office_unsafe", _("文件内部结构异常。"), _("请用办公软件另存后再上传。"))
            while part.read(65536):
                pass
