"""Components keep their contracts; looked at as markup, without the database."""

from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template.loader import render_to_string

from core.refusals import Reason
from portal.gallery import CONTRACTS

COMPONENTS = Path(__file__).resolve().parents[2] / "templates" / "components"


class NeedForm(forms.Form):
    content = forms.CharField(label="内容", help_text="写清楚在哪里")
    place = forms.CharField(label="地点", required=False)
    urgency = forms.ChoiceField(
        label="紧急程度", widget=forms.RadioSelect, choices=[("a", "一般"), ("b", "急事")]
    )


def shown(name, **variables):
    return render_to_string(f"components/{name}.html", variables)


def test_every_component_stands_in_the_gallery_with_its_contract():
    assert sorted(path.name for path in COMPONENTS.glob("*.html")) == sorted(
        name for name, _takes in CONTRACTS
    )
    for path in COMPONENTS.glob("*.html"):
        words = path.read_text()
        assert "{% comment %}" in words.splitlines()[0], path.name
        assert 'include "components/' + path.name in words, f"{path.name} shows no use"


def test_no_template_carries_inline_script_or_style():
    for path in COMPONENTS.parent.rglob("*.html"):
        words = path.read_text()
        assert "style=" not in words, path
        assert "onclick=" not in words, path
        assert "<style" not in words, path
        for piece in words.split("<script")[1:]:
            assert "src=" in piece.split(">")[0] or "application/json" in piece, path


def test_a_field_ties_help_and_error_to_its_control():
    html = shown("field", field=NeedForm({"content": ""})["content"])
    assert 'aria-describedby="id_content_helptext id_content_error"' in html
    assert 'id="id_content_helptext"' in html
    assert 'id="id_content_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_ties_help_given_by_the_page_too():
    html = shown("field", field=NeedForm()["place"], help="例如：3 栋楼下")
    assert 'aria-describedby="id_place_helptext"' in html
    assert "选填" in html


def test_a_field_keeps_what_was_typed():
    assert "二坊 5 栋" in shown("field", field=NeedForm({"place": "二坊 5 栋"})["place"])


def test_a_field_of_choices_is_a_named_group_without_double_ids():
    html = shown("field", field=NeedForm()["urgency"])
    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count('id="id_urgency"') == 1


def test_the_summary_of_errors_links_to_each_field():
    html = shown("form_errors", form=NeedForm({"content": ""}))
    assert 'href="#id_content"' in html
    assert 'role="alert"' in html
    assert shown("form_errors", form=NeedForm()).strip() == ""


def test_the_pager_keeps_the_other_words_of_the_query():
    page = Paginator(range(100), 10).page(3)
    html = shown("pager", page=page, query=QueryDict("q=路灯&page=3"))
    assert "?q=%E8%B7%AF%E7%81%AF&amp;page=4" in html
    assert html.count('aria-current="page"') == 1
    assert shown("pager", page=Paginator(range(3), 10).page(1)).strip() == ""


def test_a_closed_act_is_switched_off_and_says_why():
    reason = Reason("cap", "超过上限", rule="《操作指引》第三条", remedy="调减金额")
    html = shown("act_button", label="申报", href="/x/", allowed=False, reasons=[reason])
    assert "disabled" in html
    assert "href" not in html
    assert all(words in html for words in ("超过上限", "《操作指引》第三条", "调减金额"))
    assert 'href="/x/"' in shown("act_button", label="申报", href="/x/", allowed=True)


def test_what_people_typed_is_escaped():
    html = shown("reasons", reasons=[Reason("x", "<b>路灯</b>")])
    assert "&lt;b&gt;" in html


def test_the_step_one_is_at_is_said_in_words_and_marked():
    html = shown(
        "stepper", steps=[{"label": "问需", "state": "done"}, {"label": "申报", "state": "now"}]
    )
    assert html.count('aria-current="step"') == 1
    assert "已完成" in html
    assert "正在办理" in html


@pytest.mark.parametrize(
    ("fen", "unit", "words"),
    [(32_500_050, "", "325,000.50"), (32_500_000, "wan", "32.5"), (None, "", "—")],
)
def test_money_is_written_in_yuan_or_wan(fen, unit, words):
    assert words in shown("money", fen=fen, unit=unit)


def test_a_confirmation_carries_the_token_and_a_way_back():
    html = shown("confirm", title="撤回？", label="撤回", cancel_href="/back/", csrf_token="t0ken")
    assert 'value="t0ken"' in html
    assert 'href="/back/"' in html
    assert '<h1 class="confirm-title">撤回？</h1>' in html
