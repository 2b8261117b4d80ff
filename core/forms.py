"""Form fields shared by all apps."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from core import intake, money


class YuanField(forms.CharField):
    """Yuan as people type them ("5,000.00"); the cleaned value is whole fen, None when empty."""

    def __init__(self, *, min_fen=0, max_fen=money.MAX_FEN, **kwargs):
        self.min_fen, self.max_fen = min_fen, max_fen
        kwargs.setdefault("max_length", 24)
        kwargs.setdefault("help_text", _("单位：元，最多两位小数。"))
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        # Not type=number: browsers round, accept 1e5 and change the value on scrolling.
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value):
        return money.format_yuan(value) if isinstance(value, int) else value

    def clean(self, value):
        text = super().clean(value)
        if text == "":
            return None
        try:
            fen = money.parse_yuan(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid_amount") from error
        if fen < self.min_fen:
            raise ValidationError(
                _("金额不能少于 %(amount)s 元。"),
                code="too_small",
                params={"amount": money.format_yuan_grouped(self.min_fen)},
            )
        if fen > self.max_fen:
            raise ValidationError(
                _("金额不能超过 %(amount)s 元。"),
                code="too_large",
                params={"amount": money.format_yuan_grouped(self.max_fen)},
            )
        return fen

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)


class SuggestInput(forms.TextInput):
    """A line to type in, with words to choose from (a datalist): they help, they do not bind."""

    words = ()

    def render(self, name, value, attrs=None, renderer=None):
        if not self.words:
            return super().render(name, value, attrs, renderer)
        key = f"{(attrs or {}).get('id') or f'id_{name}'}_words"
        options = format_html_join("", '<option value="{}"></option>', ((w,) for w in self.words))
        line = super().render(name, value, {**(attrs or {}), "list": key}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', line, key, options)


class UploadField(forms.FileField):
    """A file for core.files.take_in; the checks are there, this only tells the browser."""

    widget = forms.ClearableFileInput
    accept = intake.ACCEPT
    help_text = _("JPG、PNG、WEBP、PDF、XLSX 或 DOCX，不超过 10 MB。")

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", self.help_text)
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": self.accept}


class PhotoField(UploadField):
    """One picture. Types and not extensions, so that a phone offers its camera."""

    widget = forms.FileInput
    accept = "image/jpeg,image/png,image/webp"
    help_text = _("JPG、PNG 或 WEBP，不超过 10 MB。")


def add_refusal(form, refused):
    """Show a service's refusal at the fields it names, and above the form otherwise."""
    for reason in refused.reasons:
        field = reason.field if reason.field in form.fields else None
        text = str(reason.text)
        form.add_error(field, f"{text}{reason.remedy}" if reason.remedy else text)


class EditedLines(forms.BaseFormSet):
    """Rows of a table that is typed in without scripts: more rows by a button, emptied rows go."""

    def _construct_form(self, i, **kwargs):
        # a row that was emptied is a row taken out
        return super()._construct_form(i, **(kwargs | {"empty_permitted": True}))

    def forgive(self):
        """Take the errors off: rows are only being added, nothing was sent in yet."""
        for form in self.forms:
            form.errors.clear()
        self.non_form_errors().clear()
