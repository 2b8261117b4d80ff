"""The form of the history import: which sheet, and whether only to check."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HistoryForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("导入什么"),
        choices=[("records", _("已通过的项目")), ("meetings", _("议事会会议"))],
        widget=forms.RadioSelect,
        initial="records",
    )
    file = forms.FileField(
        label=_("表格（XLSX 或 CSV）"), help_text=_("请先下载模板，金额列须写明单位。")
    )
    is_trial = forms.TypedChoiceField(
        label=_("方式"),
        choices=[("1", _("只检查，不写入")), ("0", _("检查无误即导入"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
        help_text=_("有一行不合格就一行也不写入；重复导入同一编号不会重复入库。"),
    )
