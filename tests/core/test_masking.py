import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import masking


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("0755-25666666", "****66"),
        ("25666666", "****66"),
        ("110", "****"),
        ("", ""),
        (None, ""),
    ],
)
def test_phones(phone, masked):
    assert masking.mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张**"), ("欧阳修文", "欧**"), (" 李 ", "李**"), ("", "")]
)
def test_names_do_not_tell_their_length(name, masked):
    assert masking.mask_name(name) == masked


SECRETS = [
    "13812345678",
    "138 1234 5678",
    "138-1234-5678",
    "+8613812345678",
    "+86 13812345678",
    "１３８１２３４５６７８",
    "1 3 8 1 2 3 4 5 6 7 8",
    "0755-25666666",
    "075525666666",
    "(0755)25666666",
    "440303198001011234",
    "44030319800101123X",
    "44030319800101123x",
    "440303 19800101 1234",
    "４４０３０３１９８００１０１１２３Ｘ",
    "440303800101123",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("frame", ["{}", "我的电话是{}，请联系。", "电话:{}（晚上）", "a,{},b"])
def test_numbers_of_people_are_hidden_in_free_text(secret, frame):
    masked = masking.mask_free_text(frame.format(secret))
    assert secret not in masked
    assert "****" in masked
    before, after = frame.split("{}")
    assert masked.startswith(before)
    assert masked.endswith(after)


@pytest.mark.parametrize(
    "text",
    [
        "投入 500000.00 元，共 1200 人受益",
        "DM-01-2017-001",
        "2017年6月1日 10:00",
        "统一社会信用代码 91440300MA5DABCD1X",
        "门牌 2017号3栋1201房",
        "",
    ],
)
def test_other_numbers_stay(text):
    assert masking.mask_free_text(text) == text


def test_several_numbers_are_all_hidden():
    text = "13812345678或13987654321，证号440303198001011234"
    assert masking.mask_free_text(text) == "138****5678或139****4321，证号440****"


@given(st.text(st.characters(exclude_categories=["Nd"]), max_size=50))
def test_text_without_digits_is_left_alone(text):
    assert masking.mask_free_text(text) == text
