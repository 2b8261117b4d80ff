"""Archive packages: a zip with a manifest that names every member by its SHA-256.

The same members give the same bytes: stored without compressing, in the order given, with one date
for all. `faults` checks a package from its file alone, without a database, and names each member
that is not what the manifest says; rows of a chain that lie in it are computed anew.
"""

import hashlib
import json
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _

from core import audit, ledgers
from core.chain import canonical, digest_of

MANIFEST = "manifest.json"
FORMAT = "minsheng-package/1"
# the first moment a zip can say
_DATE = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 20
# {member: columns that the digests of its rows cover}
CHAINED = {"ledgers.json": ledgers.COLUMNS, "audit.json": audit.COLUMNS}


def pack(out, members, about):
    """Write (name, bytes or open file) members and the manifest into `out`; its SHA-256."""
    listed = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            listed.append(_add(archive, name, content))
        text = json.dumps(
            {"format": FORMAT, **about, "members": listed},
            ensure_ascii=False, indent=1, sort_keys=True,
        ).encode()  # fmt: skip
        _add(archive, MANIFEST, text)
    return hashlib.sha256(text).hexdigest()


def _add(archive, name, content):
    entry = zipfile.ZipInfo(name, _DATE)
    # without these two the bytes would tell on which system it was packed
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    source = BytesIO(content) if isinstance(content, bytes) else content
    digest, size = hashlib.sha256(), 0
    with archive.open(entry, "w") as member:
        while block := source.read(_BLOCK):
            digest.update(block)
            size += len(block)
            member.write(block)
    return {"name": name, "size": size, "sha256": digest.hexdigest()}


@dataclass(frozen=True)
class Fault:
    """A member that is not what the manifest says, and in which way."""

    member: str
    text: str

    def __str__(self):
        return f"{self.member}: {self.text}"


@dataclass(frozen=True)
class Report:
    faults: tuple
    members: int
    manifest: str  # its SHA-256: to be compared with the one on record


def check(file):
    """Look through a package. `file` is a path or an open binary file."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _check(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError) as error:
        return Report((Fault("", _("不是完整的 ZIP 文件：%(why)s") % {"why": error}),), 0, "")


def _check(archive):
    names = archive.namelist()
    faults = [
        Fault(name, _("重复出现")) for name in sorted({n for n in names if names.count(n) > 1})
    ]
    try:
        text = archive.read(MANIFEST)
        listed = {one["name"]: one for one in json.loads(text)["members"]}
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        faults.append(Fault(MANIFEST, _("清单缺失或读不懂：%(why)s") % {"why": error}))
        return Report(tuple(faults), len(names), "")
    for name in sorted(listed.keys() - set(names)):
        faults.append(Fault(name, _("清单上有，包里没有")))
    for name in sorted(set(names) - listed.keys() - {MANIFEST}):
        faults.append(Fault(name, _("包里有，清单上没有")))
    for name in sorted(listed.keys() & set(names)):
        faults += _check_member(archive, name, listed[name])
    return Report(tuple(faults), len(names), hashlib.sha256(text).hexdigest())


def _check_member(archive, name, listed):
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as member:
            while block := member.read(_BLOCK):
                digest.update(block)
                size += len(block)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        yield Fault(name, _("读不出来：%(why)s") % {"why": error})
        return
    if (digest.hexdigest(), size) != (listed.get("sha256"), listed.get("size")):
        yield Fault(name, _("内容与清单不同"))
    if name in CHAINED:
        yield from _check_rows(name, archive.read(name), CHAINED[name])


def _check_rows(name, data, columns):
    """Each row's digest, computed from its words: also a package packed anew is found out."""
    try:
        for row in json.loads(data)["rows"]:
            text = canonical({column: row[column] for column in columns})
            if digest_of(row["prev_digest"], text, row["algorithm"]) != row["digest"]:
                where = {"chain": row["chain"], "seq": row["seq"]}
                yield Fault(name, _("链%(chain)s第%(seq)s行的内容与摘要不符") % where)
    except (ValueError, KeyError, TypeError) as error:
        yield Fault(name, _("记录读不懂：%(why)s") % {"why": error})


def chained(rows, columns, algorithms):
    """Rows of a chain as JSON: the columns their digests cover, and their links."""
    said = [
        {column: getattr(row, column) for column in columns}
        | {
            "seq": row.seq,
            "prev_digest": row.prev_digest,
            "digest": row.digest,
            "algorithm": algorithms.get(row.chain, "sha256"),
        }
        for row in rows
    ]
    return readable({"rows": said})


def readable(value):
    """JSON a person can read, the same for the same value."""
    plain = json.loads(canonical(value))
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True).encode()
