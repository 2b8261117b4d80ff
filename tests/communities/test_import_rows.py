"""What people put into tables: good cells are understood, each bad one is named with its remedy."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from communities import need_sheets
from communities.machine import ImportState
from communities.models import Need
from communities.roles import Role
from communities.services import import_runs
from core import intake
from core.refusals import BadInput
from tests.communities.sheets import LABELS, as_csv, faults_of, imported, line, tried, xlsx

pytestmark = pytest.mark.django_db

BAD_CELLS = [
    ("community", "不存在社区", "community_unknown", "没有这个社区"),
    ("category", "桥梁", "category_unknown", "消除安全隐患、"),
    ("category", "", "category_unknown", "社区服务"),
    ("content", "太短", "content_length", "5到1000个字"),
    ("content", "长" * 1001, "content_length", "5到1000个字"),
    ("place_text", "远" * 121, "place_too_long", "120"),
    ("beneficiaries", "老人、外星人", "beneficiaries_unknown", "残疾人"),
    ("urgency", "十万火急", "urgency_unknown", "急事"),
    ("channel", "线上", "channel_unknown", "入户走访"),
    ("channel", "", "channel_unknown", "热线"),
    ("collector", "人" * 41, "collector_too_long", "40"),
    ("collected_on", "去年", "cell_unreadable", "2017-05-20"),
    ("collected_on", "2017-02-30", "cell_unreadable", "2017-05-20"),
    ("collected_on", "2017-06-02", "collected_later", "不能晚于今天"),
    ("questionnaire_count", "三份", "cell_unreadable", "整数"),
    ("questionnaire_count", "-1", "cell_unreadable", "整数"),
    ("questionnaire_count", "1.5", "cell_unreadable", "整数"),
    ("questionnaire_count", "9" * 12, "count_out_of_range", "100000"),
    ("source_no", "9" * 61, "source_no_too_long", "60"),
    ("scan_missing_reason", "", "scan_missing", "写明原因"),
    ("scan_missing_reason", "因" * 201, "scan_reason_too_long", "200"),
    ("contact_phone", "12", "phone_wrong", "电话号码不对"),
    ("contact_name", "名" * 41, "name_too_long", "40"),
    ("contact_phone", "13800138000", "consent_missing", "填“是”"),
    ("consented", "随便", "cell_unreadable", "“是”或“否”"),
]


@pytest.mark.parametrize(("key", "typed", "code", "words"), BAD_CELLS)
def test_each_bad_cell_is_named_with_its_remedy(key, typed, code, words, clerk, home, now):
    run = tried(xlsx(line(home, **{key: typed})), clerk, now)
    (fault,) = [one for one in run.found["faults"] if one["code"] == code]
    assert (run.state, fault["row"]) == (ImportState.FAULTY, 2)
    assert words in fault["text"] + fault["remedy"]
    if code != "consent_missing":  # that one is said where the answer belongs
        assert fault["column"] == LABELS[key]
        assert len(run.found["faults"]) == 1 or code in ("phone_wrong", "name_too_long")
    assert not Need.objects.exists()


def test_all_faults_of_a_row_are_told_at_once(clerk, home, now):
    bad = line(home, category="x", content="短", channel="x", collected_on="x", contact_phone="1")
    run = tried(xlsx(bad), clerk, now)
    assert len(run.found["faults"]) == 6 and run.faulty_rows == 1


def test_no_fault_keeps_a_full_phone_number(clerk, home, now):
    bad = line(home, content="x", contact_name="王小明", contact_phone="138001380009999")
    run = tried(xlsx(bad, line(home, category="13800138000")), clerk, now)
    assert "13800138000" not in run.findings and "王小明" not in run.findings


def test_rows_that_repeat_each_other_are_told(clerk, home, now):
    lines = [line(home, "A1"), line(home, "A1", content="另外一件事情要办"), line(home, ""),
             line(home, "")]  # fmt: skip
    run = tried(xlsx(*lines), clerk, now)
    assert faults_of(run) == [(3, "来源编号", "row_twice"), (5, "内容", "row_twice")]
    assert "第2行" in run.found["faults"][0]["text"]


def test_one_name_in_two_streets_wants_the_code(holder_of, home, far, now):
    type(far).objects.filter(pk=far.pk).update(name=home.name)
    officer = holder_of(Role.DISTRICT_OFFICER, home.street.district)
    run = tried(xlsx(line(home, "A1")), officer, now)
    assert faults_of(run) == [(2, "社区", "community_ambiguous")]
    run = imported(xlsx(line(home, "A1", community=home.code)), officer, now)
    assert Need.objects.get().community == home
    clerk = holder_of(Role.COMMITTEE_CLERK, home, "of-home")
    assert tried(xlsx(line(home, "A2")), clerk, now).new_rows == 1


def test_cells_as_people_write_them(clerk, home, now):
    cells = line(
        home, "A1", community=home.name.removesuffix("社区"), category=" 消除安全隐患 ",
        beneficiaries="儿童，老人;全体居民", urgency="", channel="热线 ",
        collected_on=date(2017, 5, 3), questionnaire_count=4.0, source_no=17,
        contact_phone=13800138000, contact_name="陈女士", consented="是",
    )  # fmt: skip
    imported(xlsx(cells), clerk, now)
    need = Need.objects.get()
    assert need.beneficiaries == "elderly,children,all"
    assert (need.urgency, need.channel, need.questionnaire_count) == ("normal", "hotline", 4)
    assert need.collected_on == date(2017, 5, 3)
    assert (need.source.source_no, need.contact.phone) == ("17", "13800138000")


@pytest.mark.parametrize("typed", ["2017-5-3", "2017/05/03", "2017.5.3", "2017年5月3日"])
def test_days_as_people_write_them(typed, clerk, home, now):
    imported(as_csv(line(home, collected_on=typed)), clerk, now)
    assert Need.objects.get().collected_on == date(2017, 5, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_of_every_office(encoding, clerk, home, now):
    words = "楼下的台阶，\n“松动”已久，请修"
    imported(as_csv(line(home, content=words), encoding=encoding), clerk, now)
    assert Need.objects.get().content == words


def test_our_own_guard_against_formulas_comes_off_again(clerk, home, now):
    imported(as_csv(line(home, content="'=1+1 的牌子要修")), clerk, now)
    assert Need.objects.get().content == "=1+1 的牌子要修"


def test_a_title_blank_rows_and_unknown_columns_do_no_harm(clerk, home, now):
    header = [*LABELS.values(), "备注"]
    cells = line(home) | {"备注": "x"}
    run = tried(xlsx({}, cells, {}, header=header, title="2017年需求"), clerk, now)
    assert (run.state, run.new_rows, run.found["ignored"]) == (ImportState.READY, 1, ["备注"])


# Tables that are not even looked at row by row ---------------------------------------------------


def whole(run):
    assert run.state == ImportState.FAULTY and not Need.objects.exists()
    return [reason["code"] for reason in run.found["reasons"]]


def test_a_wrong_header_is_named(clerk, home, now):
    header = [label for label in LABELS.values() if label != "渠道"]
    run = tried(xlsx(line(home), header=header), clerk, now)
    assert whole(run) == ["columns_missing"] and "渠道" in run.findings
    run = tried(xlsx(line(home), header=["甲", "乙"]), clerk, now)
    assert whole(run) == ["no_header"]
    run = tried(xlsx(line(home), header=[*LABELS.values(), "类别"]), clerk, now)
    assert whole(run) == ["columns_twice"]


def test_who_has_several_communities_must_name_them(holder_of, home, now):
    actor = holder_of(Role.AFFAIRS_CLERK, home.street)
    cells = line(home)
    del cells["社区"]
    assert whole(tried(xlsx(cells, header=list(cells)), actor, now)) == ["columns_missing"]
    run = tried(xlsx(cells, header=list(cells)), actor, now, community_id=home.pk)
    assert run.state == ImportState.READY
    run = tried(xlsx(line(home, community="")), actor, now)
    assert faults_of(run) == [(2, "社区", "community_missing")]


def test_an_empty_table_and_too_many_rows(clerk, home, now, monkeypatch):
    assert whole(tried(xlsx(), clerk, now)) == ["sheet_empty"]
    monkeypatch.setattr(need_sheets, "MAX_ROWS", 2)
    lines = [line(home, f"A{n}") for n in range(3)]
    assert tried(xlsx(*lines[:2]), clerk, now).state == ImportState.READY
    assert whole(tried(xlsx(*lines), clerk, now)) == ["too_many_rows"]
    assert whole(tried(as_csv(*lines), clerk, now)) == ["too_many_rows"]


def test_formulas_are_named_and_not_computed(clerk, home, now):
    run = tried(xlsx(line(home, questionnaire_count="=1+1")), clerk, now)
    assert whole(run) == ["formula_in_cell"] and "J2" in run.findings


def test_a_broken_csv_is_refused(clerk, home, now):
    data = as_csv(line(home)).read() + b'"unfinished'
    run = tried(SimpleUploadedFile("x.csv", data), clerk, now)
    assert whole(run) == ["csv_broken"]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60 * 1024 * 1024)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xls", b"x", "not_a_sheet"),
        ("a.pdf", b"%PDF-", "not_a_sheet"),
        ("a.xlsx", b"not a zip", "office_unreadable"),
        ("a.xlsx", bomb(), "file_unpacks_too_large"),
        ("a.csv", b"", "file_empty"),
        ("a.csv", b"\x00\x01\x02", "not_a_csv"),
        ("a.csv", b"\x81\x00\xff\xff", "not_a_csv"),
        ("a.csv", b"1" * (intake.MAX_SHEET_BYTES + 1), "file_too_large"),
    ],
    ids=["xls", "pdf", "no-zip", "bomb", "empty", "nul", "encoding", "large"],
)
def test_files_that_are_no_tables_are_not_kept(name, data, code, clerk, now):
    with pytest.raises(BadInput) as refusal:
        import_runs.upload_needs(upload=SimpleUploadedFile(name, data), actor=clerk, now=now)
    assert refusal.value.codes == [code]


def test_a_workbook_that_cannot_be_followed_is_refused(clerk, home, now):
    out = io.BytesIO()
    with zipfile.ZipFile(xlsx(line(home))) as good, zipfile.ZipFile(out, "w") as bad:
        for name in good.namelist():
            cut = name.startswith("xl/worksheets/sheet")
            bad.writestr(name, good.read(name)[:900] if cut else good.read(name))
    run = tried(SimpleUploadedFile("x.xlsx", out.getvalue()), clerk, now)
    assert whole(run) == ["sheet_unreadable"]


# The template ------------------------------------------------------------------------------------


def test_the_template_is_taken_as_it_is_and_its_examples_are_good(holder_of, home, now):
    officer = holder_of(Role.DISTRICT_OFFICER, home.street.district)
    data = need_sheets.template_xlsx(import_runs.importable(officer, now.date()))
    run = tried(SimpleUploadedFile("t.xlsx", data), officer, now)
    assert whole(run) == ["sheet_empty"], "examples stand on a sheet of their own"
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["需求", "填写示例", "填写说明", "可填词语", "社区"]
    examples = list(book["填写示例"].iter_rows(min_row=2, values_only=True))
    places = list(book["社区"].iter_rows(min_row=2, values_only=True))
    assert (home.street.name, home.name, home.code) in places
    lines = [dict(zip(LABELS.values(), row, strict=True)) | {"社区": home.name} for row in examples]
    assert imported(xlsx(*lines), officer, now).made_rows == len(need_sheets.EXAMPLES)
    for label in ("类别", "渠道"):
        words = {row[1] for row in book["可填词语"].iter_rows(values_only=True) if row[0] == label}
        assert words == set(
            {"类别": need_sheets.CATEGORY_WORDS, "渠道": need_sheets.CHANNELS}[label]
        )
    assert need_sheets.template_csv().decode("utf-8-sig").split("\r\n")[0] == ",".join(
        LABELS.values()
    )
