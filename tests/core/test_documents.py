from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core import docs, verify
from core.ledgers import LEDGERS
from core.verify import Checked, Finding


@pytest.fixture
def own(settings, tmp_path, monkeypatch):
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(docs, "_DOCUMENTS", {})

    @docs.document("docs/trial.md")
    def trial():
        return docs.table(("Key", "Word"), [("a|b", "甲\n乙")])

    return tmp_path / "docs/trial.md"


def test_pages_are_written_and_then_fresh(own):
    with pytest.raises(CommandError, match=r"stale: docs/trial\.md"):
        call_command("build_docs", "--check")
    out = StringIO()
    call_command("build_docs", stdout=out)
    assert "written: docs/trial.md" in out.getvalue()
    assert own.read_text(encoding="utf-8") == "| Key | Word |\n| --- | --- |\n| a\\|b | 甲 乙 |\n"
    call_command("build_docs", "--check", stdout=out)
    call_command("build_docs", stdout=out)
    assert "nothing to write" in out.getvalue()


def test_a_page_edited_by_hand_is_stale(own):
    docs.write()
    own.write_text("other", encoding="utf-8")
    assert docs.stale() == ["docs/trial.md"]


def test_a_page_has_one_author(own):
    with pytest.raises(ValueError, match="already"):
        docs.document("docs/trial.md")(lambda: "")


def test_the_ledgers_page_names_every_ledger_and_column():
    text = docs.build()["docs/ledgers.md"]
    for number, definition in LEDGERS.items():
        assert f"## {number} · {definition.name}" in text
        for key, label in definition.columns:
            assert f"| `{key}` | {label} |" in text


def test_an_invariant_that_cannot_be_asked_is_a_finding(monkeypatch, now):
    monkeypatch.setattr(verify, "_INVARIANTS", {})

    @verify.invariant("I2")
    def broken(now):
        yield Checked(2)
        raise KeyError("x")

    @verify.invariant("I3")
    def fine(now):
        yield Checked(3)
        yield Finding("I3", "here", "错")

    report = verify.run(now)
    assert [f.code for f in report.findings] == ["I2", "I3"]
    assert "KeyError" in report.findings[0].text
    assert [entry["rows"] for entry in report.checked.values()] == [2, 3]
    assert [f.code for f in verify.run(now, only=["I3"]).findings] == ["I3"]
    assert report.as_dict()["findings"][1] == {"code": "I3", "where": "here", "text": "错"}
    assert str(report.findings[1]) == "I3 here: 错"
