"""Papers: every name can be read on them, nothing typed is code, the same words give the same bytes."""

from io import BytesIO

import pypdf
import pytest
from fontTools.ttLib import TTCollection, TTFont

from core import glyphs, pdf
from core.glyphs import breakable, drawable, printable
from core.pdf import Register, pdf_of

# names people really bear, from the basic plane and beyond
RARE = "祎喆玥堃犇骉龑翀彧頔赟韡烎燚垚淼焱晢翾甪昇昶珺琤璟昉旻昱朓朏㛃㐂䶮𬱖𠅤𫖯𬸚𬤇𫍯"
CODE = ["#read(\"/etc/hostname\")", "$x^2$", "*bold*", "= heading", "// remark", "#panic()", "\\u{41}",
        '"; #import "x"', "<label>", "@ref", "`raw`", "[body]", "{code}"]  # fmt: skip


def register(rows, **words):
    columns = (("序号", 2), ("名称", 8), ("说明", 8))
    return Register(title="议事会决议台账", columns=columns, rows=rows, **words)


def line(*cells, more=()):
    cells = (*map(str, cells), "", "")[:3]
    return cells, list(more)


def read(data):
    return pypdf.PdfReader(BytesIO(data))


def text_of(data):
    return "\n".join(page.extract_text() for page in read(data).pages)


def embedded(reader):
    """{character: an outline of it is there} of every font that a PDF carries."""
    drawn = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object()
            assert inner["/CIDToGIDMap"] == "/Identity"
            file = inner["/FontDescriptor"]["/FontFile2"].get_object().get_data()
            face = TTFont(BytesIO(file))
            face.setGlyphOrder([f"g{number}" for number in range(face["maxp"].numGlyphs)])
            for code, text in to_unicode(font["/ToUnicode"].get_object().get_data()):
                outline = face["glyf"][f"g{code}"].numberOfContours != 0
                drawn[text] = drawn.get(text, False) or (outline and code != 0)
    return drawn


def to_unicode(data):
    """(code in the font, text) pairs of a ToUnicode map."""
    inside = False
    for row in data.decode("ascii").splitlines():
        if row.endswith(("beginbfchar", "beginbfrange")):
            inside = "range" if row.endswith("range") else "char"
        elif row.startswith("end"):
            inside = False
        elif inside == "char":
            code, text = row.replace("<", "").split(">")[:2]
            yield int(code, 16), bytes.fromhex(text.strip()).decode("utf-16-be")


def test_rare_names_are_printed_and_their_glyphs_embedded():
    data = pdf_of([register([line(1, RARE)])])
    said = text_of(data).replace("\n", "")
    assert [sign for sign in RARE if sign not in said] == []
    drawn = embedded(read(data))
    assert [sign for sign in RARE if not drawn.get(sign)] == []


def test_without_the_check_a_sign_that_no_font_draws_would_be_an_empty_box(monkeypatch):
    """The control: the sign passes the text of the PDF, but no glyph of it is drawn."""
    sign = "𡦂"
    assert ord(sign) not in drawable()
    assert f"〔U+{ord(sign):04X}〕" in text_of(pdf_of([register([line(1, sign)])]))
    monkeypatch.setattr(pdf, "printable", str)
    data = pdf_of([register([line(1, f"{sign}喆")])])
    # .notdef is drawn for it: a box, and no map leads from it to the sign
    assert sign not in text_of(data) and "喆" in text_of(data)


def test_every_family_name_and_common_sign_has_a_glyph():
    common = "".join(chr(code) for code in range(0x4E00, 0x9FA6))
    assert [sign for sign in common if ord(sign) not in drawable()] == []
    assert {ord(sign) for sign in "，。；：！？“”‘’（）《》、…—·￥①②③④⑤⑥"} <= drawable()


@pytest.mark.parametrize("typed", CODE)
def test_what_is_typed_is_set_as_it_is_and_never_run(typed):
    data = pdf_of([register([line(1, typed, more=[("说明", typed)])], mark=typed, lines=(typed,))])
    said = text_of(data).replace("\n", "").replace(" ", "")
    assert said.count(typed.replace(" ", "")) == 4


def test_control_and_direction_marks_are_left_out():
    assert printable("a\u202eb\x00c\u200bd\te\r\nf\ufe0f") == "abcd e\nf"
    assert printable("张\n三") == "张\n三"


def test_long_words_are_broken_and_nothing_is_lost():
    name = "a_very_long_account_name_without_blanks"
    assert breakable(name, 14).replace("\u200b", "") == name
    assert max(map(len, breakable(name, 14).split("\u200b"))) == 14
    assert breakable("短短 words 即可", 14) == "短短 words 即可"


def test_the_same_words_give_the_same_bytes_and_others_do_not():
    rows = [line(n, f"项目{n}") for n in range(40)]
    first = pdf_of([register(rows)], foot="x")
    assert pdf_of([register(list(rows))], foot="x") == first
    assert pdf_of([register(rows)], foot="y") != first


def test_pages_are_a4_landscape_numbered_with_the_header_on_each():
    rows = [line(n, f"第{n}项", "说明" * 20) for n in range(120)]
    data = pdf_of([register(rows, boxes=("填报单位（盖章）", "负责人（签名）"))], foot="快照 TZ-1")
    pages = read(data).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        box = page.mediabox
        assert (round(box.width), round(box.height)) == (842, 595)
        said = page.extract_text().replace(" ", "")
        assert f"第{number}页，共{len(pages)}页" in said and "快照TZ-1" in said
        if f"第{number}项" in said or number < len(pages):
            assert "序号名称说明" in said.replace("\n", "")
    last = pages[-1].extract_text()
    assert "填报单位（盖章）" in last and "负责人（签名）" in last
    said = text_of(data)
    assert all(f"第{n}项" in said.replace("\n", "").replace(" ", "") for n in range(120))


def test_each_register_begins_on_its_own_page_and_an_empty_one_says_so():
    data = pdf_of([register([line(1, "甲")]), register([])])
    first, second = (page.extract_text() for page in read(data).pages)
    assert "甲" in first and "没有记录" in second


def test_the_qr_code_is_drawn_only_where_there_is_an_address():
    plain = pdf_of([register([line(1, "甲")])])
    coded = pdf_of(
        [register([line(1, "甲")], link="https://example.org/c/1/", link_words="扫码核验")]
    )
    assert "扫码核验" in text_of(coded) and "扫码核验" not in text_of(plain)
    assert len(coded) > len(plain)


def test_no_font_of_the_machine_is_asked(monkeypatch):
    assert {info.path for info in pdf._fonts().fonts()} == {str(glyphs.font_file())}
    assert glyphs.FAMILY in pdf._fonts().families()


def test_the_table_of_characters_is_that_of_the_font():
    """The control for our own reading of the font: fontTools reads the same."""
    with TTCollection(str(glyphs.font_file()), lazy=True) as faces:
        (face,) = [one for one in faces if one["name"].getBestFamilyName() == glyphs.FAMILY]
        assert set(face.getBestCmap()) == set(drawable())
