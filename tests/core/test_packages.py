"""Archive packages: the same members the same bytes, and each altered member is named."""

import json
import zipfile
from io import BytesIO

import pytest
from django.core.management import call_command

from core import audit, packages
from core.chain import canonical, digest_of
from core.packages import MANIFEST, check, pack

pytestmark = pytest.mark.once


def chain_row(**words):
    row = dict.fromkeys(audit.COLUMNS, "") | {"chain": "c", "body": "{}", "at": "2017-06-01"}
    row |= words
    text = canonical({name: row[name] for name in audit.COLUMNS})
    digest = digest_of("0" * 64, text, "sha256")
    return row | {"seq": 1, "prev_digest": "0" * 64, "digest": digest, "algorithm": "sha256"}


MEMBERS = [
    ("README.txt", "说明".encode()),
    ("audit.json", json.dumps({"rows": [chain_row(kind="matter.declared")]}).encode()),
    ("attachments/1.pdf", b"%PDF-1.7" + b"x" * 3000),
]


def packed(members=MEMBERS, about=None):
    out = BytesIO()
    pack(out, members, about or {"number": "DM-1"})
    return out.getvalue()


def altered(data, change):
    """The package with `change(name, content)` on each member; None leaves a member out."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def faults(data):
    return {fault.member for fault in check(BytesIO(data)).faults}


def test_an_honest_package_has_no_faults():
    report = check(BytesIO(packed()))
    assert report.faults == () and report.members == 4
    with zipfile.ZipFile(BytesIO(packed())) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    assert [one["name"] for one in manifest["members"]] == [name for name, _data in MEMBERS]
    assert manifest["number"] == "DM-1"


def test_the_same_members_give_the_same_bytes():
    assert packed() == packed()
    streamed = [(name, BytesIO(data)) for name, data in MEMBERS]
    assert packed(streamed) == packed()
    assert packed([*MEMBERS, ("z", b"z")]) != packed()


@pytest.mark.parametrize("member", [name for name, _data in MEMBERS])
def test_an_altered_member_is_named(member):
    def change(name, content):
        return content[:-1] + bytes([content[-1] ^ 1]) if name == member else content

    assert faults(altered(packed(), change)) == {member}


@pytest.mark.parametrize("member", [name for name, _data in MEMBERS])
def test_a_missing_member_is_named(member):
    data = altered(packed(), lambda name, content: None if name == member else content)
    assert faults(data) == {member}


def test_a_member_that_came_later_and_one_that_comes_twice_are_named():
    out = BytesIO(packed())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("later.pdf", b"x")
    assert faults(out.getvalue()) == {"later.pdf"}
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("README.txt", "说明".encode())
    assert faults(out.getvalue()) == {"later.pdf", "README.txt"}


@pytest.mark.parametrize("content", [None, b"{", b"[]", b'{"members": [1]}', b'{"members": 5}'])
def test_without_a_readable_manifest_nothing_is_believed(content):
    data = altered(packed(), lambda name, old: content if name == MANIFEST else old)
    assert MANIFEST in faults(data)


def test_a_package_packed_anew_with_another_row_is_found_out_by_the_row():
    """The manifest fits, because whoever forged it wrote a new one; the chain's digest does not."""
    forged = chain_row(kind="matter.declared") | {"kind": "matter.established"}
    members = [*MEMBERS]
    members[1] = ("audit.json", json.dumps({"rows": [forged]}).encode())
    report = check(BytesIO(packed(members)))
    assert [fault.member for fault in report.faults] == ["audit.json"]
    assert report.manifest != check(BytesIO(packed())).manifest


def test_control_without_the_digests_of_rows_the_forgery_would_pass(monkeypatch):
    forged = chain_row(kind="matter.declared") | {"kind": "matter.established"}
    members = [("audit.json", json.dumps({"rows": [forged]}).encode())]
    monkeypatch.setattr(packages, "CHAINED", {})
    assert faults(packed(members)) == set()


@pytest.mark.parametrize("data", [b"", b"PK", b"x" * 200, packed()[:-30]])
def test_what_is_no_zip_is_said_to_be_none(data):
    assert faults(data) == {""}


@pytest.mark.parametrize("rows", ["[1]", '[{"chain": 1}]', "5"])
def test_rows_that_cannot_be_read_are_a_fault(rows):
    assert faults(packed([("audit.json", f'{{"rows": {rows}}}'.encode())])) == {"audit.json"}


def test_the_command_needs_no_database_and_names_the_member(tmp_path, capsys):
    honest, forged = tmp_path / "a.zip", tmp_path / "b.zip"
    honest.write_bytes(packed())
    call_command("check_package", str(honest))
    said = capsys.readouterr().out
    assert "4 members, 0 faults" in said and check(str(honest)).manifest in said
    forged.write_bytes(altered(packed(), lambda n, c: b"other" if n == "README.txt" else c))
    with pytest.raises(SystemExit):
        call_command("check_package", str(forged))
    assert "README.txt: " in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("check_package", str(tmp_path / "none.zip"))
