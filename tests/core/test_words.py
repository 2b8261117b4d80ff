from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template

from core.forms import UploadField, YuanField, add_refusal
from core.refusals import BadInput, Reason


def render(text, **context):
    return Template("{% load words %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("expression", "value", "words"),
    [
        ("x|yuan", 50_000_000, "500,000.00"),
        ("x|yuan", None, ""),
        ("x|wan", 32_500_000, "32.5"),
        ("x|wan", None, ""),
        ("x|capitals", 50_000_000, "伍拾万元整"),
        ("x|capitals", None, ""),
        ("x|local_day", datetime(2017, 5, 31, 17, tzinfo=UTC), "2017年6月1日"),
        ("x|local_day", date(2017, 6, 1), "2017年6月1日"),
        ("x|local_day", None, ""),
        ("x|local_weekday", date(2017, 6, 1), "2017年6月1日（星期四）"),
        ("x|local_weekday", None, ""),
        ("x|local_time", datetime(2017, 6, 1, 2, 5, tzinfo=UTC), "2017年6月1日 10:05"),
        ("x|local_time", date(2017, 6, 1), "2017年6月1日"),
        ("x|iso_time", datetime(2017, 6, 1, 2, tzinfo=UTC), "2017-06-01T10:00:00+08:00"),
        ("x|iso_time", None, ""),
        ("x|mask_phone", "13812345678", "138****5678"),
        ("x|mask_name", "张三", "张**"),
        ("x|mask_text", "打13812345678", "打138****5678"),
    ],
)
def test_filters(expression, value, words):
    assert render("{{ " + expression + " }}", x=value) == words


class Form(forms.Form):
    amount = YuanField(label="金额", min_fen=1, max_fen=50_000_000, required=False)
    paper = UploadField(required=False)


@pytest.mark.parametrize(
    ("typed", "fen"), [("500,000.00", 50_000_000), ("0.01", 1), ("", None), (" 5 ", 500)]
)
def test_an_amount_is_cleaned_to_fen(typed, fen):
    form = Form({"amount": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == fen


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0", "不能少于 0.01 元"),
        ("500000.01", "不能超过 500,000.00 元"),
        ("５", "半角"),
        ("-1", "负数"),
        ("1e5", "只能包含"),
        ("9" * 40, "24"),
    ],
)
def test_an_amount_is_refused_in_words(typed, words):
    form = Form({"amount": typed})
    assert words in form.errors["amount"][0]


def test_an_amount_is_shown_in_yuan_and_typed_as_text():
    html = str(Form(initial={"amount": 50_000_000})["amount"])
    assert 'value="500000.00"' in html
    assert 'type="text"' in html
    assert 'inputmode="decimal"' in html
    assert not Form({"amount": "500000.00"}, initial={"amount": 50_000_000}).has_changed()


def test_the_upload_field_tells_the_browser_what_may_come():
    assert ".docx" in str(Form()["paper"])


def test_a_refusal_lands_on_the_fields_it_names():
    form = Form({"amount": "5"})
    assert form.is_valid()
    add_refusal(
        form,
        BadInput(
            Reason("a", "超过上限。", remedy="请拆分。", field="amount"), Reason("b", "时间已过。")
        ),
    )
    assert form.errors["amount"] == ["超过上限。请拆分。"]
    assert form.non_field_errors() == ["时间已过。"]
