"""What is typed when a table of needs is brought."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("需求表"),
        help_text=_("XLSX 或 CSV，不超过20 MB、5万行。上传后先检查，不会马上导入。"),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    community = forms.TypedChoiceField(
        label=_("表中没有填社区的行，属于"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args, communities, **kwargs):
        super().__init__(*args, **kwargs)
        if len(communities) == 1:
            del self.fields["community"]
            return
        self.fields["community"].choices = [
            ("", _("不指定：每一行都要填社区")),
            *[(place.pk, f"{place.street.name} {place.name}") for place in communities],
        ]
