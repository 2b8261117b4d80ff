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
    "0086 138 0013 8000",
    "138—0013—8000",
    "①③⑧⓪⓪①③⑧⓪⓪⓪",
    "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
    "一三八零零一三八零零零",
    "幺三八〇〇幺三八〇〇〇",
    "0755-2566666",
    "0755 2566 6666",
    "（0755）2566 6666",
    "020-83331234",
    "+86 755 25666666",
    "6222021234567890",
    "6222 0212 3456 7890 123",
    "6222-0212-3456-7890",
    "zhang.san@qq.com",
    "zhang＠163.com",
]
# what stands after a word that says what it is: (lead, secret)
LED = [
    ("微信", "zhangsan88"), ("微信号：", "zhang_san"), ("加我wx:", "zhangsan1"), ("WX ", "zhangsan"),
    ("VX：", "lisi_2017"), ("找", "wxid_ab12cd34"), ("QQ", "12345"), ("QQ：", "123456789"),
    ("qq号是", "88888888"), ("ＱＱ：", "１２３４５６"), ("电话", "25666666"), ("座机号码：", "2566-6666"),
]  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("frame", ["{}", "我的电话是{}，请联系。", "电话:{}（晚上）", "a,{},b"])
def test_numbers_of_people_are_hidden_in_free_text(secret, frame):
    masked = masking.mask_free_text(frame.format(secret))
    assert secret not in masked
    assert "****" in masked
    before, after = frame.split("{}")
    assert masked.startswith(before)
    assert masked.endswith(after)


@pytest.mark.parametrize(("lead", "secret"), LED)
def test_names_and_numbers_that_are_announced_are_hidden(lead, secret):
    masked = masking.mask_free_text(f"找我{lead}{secret}，谢谢")
    assert secret not in masked
    assert masked.startswith(f"找我{lead}****") and masked.endswith("，谢谢")


@pytest.mark.parametrize(
    "text", [*SECRETS, *("".join(pair) for pair in LED), "0201234567，0212345678"]
)
def test_masked_words_are_never_longer(text):
    assert len(masking.mask_free_text(text)) <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "投入 500000.00 元，共 1200 人受益",
        "DM-01-2017-001",
        "2017年6月1日 10:00",
        "统一社会信用代码 91440300MA5DABCD1X",
        "门牌 2017号3栋1201房",
        "2017-12-01",
        "2017.12.01至2018.01.31",
        "二〇一七年十二月一日，一三五七号楼",
        "13,800,138,000元，每平方米1380元",
        "XQ-DMJD-DM-2017-00001",
        "WX-2017-001 和 wx-DM-01",
        "微信群里大家都说好，微信公众号罗湖发布，WeChat群，微信WeChat",
        "QQ群里说，QQ糖",
        "编号2017120112345678",
        "订单流水号 6222021234567890",
        "深南东路2017号0755栋，第15、16、17栋，3-6栋之间",
        "12345热线，电话亭旁边，电话25号",
        "85平方米 25m²",
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
