"""What people type about rounds of questionnaires. Services judge it."""

from django import forms
from django.forms import formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.categories import CATEGORIES
from communities.models import RoundMethod, RoundState
from communities.services.round_checks import MOST_TALLIES
from core.forms import EditedLines, UploadField

LEAST_ROWS, MORE_ROWS = 6, 5
CATEGORY_WORDS = [("", _("请选择")), *[(c.key, c.label) for c in CATEGORIES.values()]]


def _day(label, **kwargs):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def _forms(label, **kwargs):
    """A number of paper forms."""
    return forms.IntegerField(label=label, min_value=0, max_value=100_000, **kwargs)


class RoundForm(forms.Form):
    """A new round."""

    community = forms.TypedChoiceField(label=_("社区"), coerce=int)
    title = forms.CharField(
        label=_("名称"), max_length=80, help_text=_("公开显示，如“2017年上半年入户问需”。")
    )
    method = forms.ChoiceField(
        label=_("方式"), choices=RoundMethod.choices, widget=forms.RadioSelect
    )
    opened_on = _day(_("开始发放日期"))
    handed_out_where = forms.CharField(
        label=_("发放地点"), max_length=120, help_text=_("公开显示，如“社区工作站、各小区管理处”。")
    )
    handed_out_by = forms.CharField(
        label=_("发放人或单位"),
        max_length=80,
        required=False,
        help_text=_("只供经办人查看，不公开。"),
    )
    handed_out = _forms(_("已发放份数"), help_text=_("以后补发的，录入汇总时再改。"))

    def __init__(self, *args, communities, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = [
            (community.pk, f"{community.street.name} {community.name}") for community in communities
        ]


class TallyLineForm(forms.Form):
    """One line of the summary sheet; an empty one is left out."""

    label = forms.CharField(label=_("选项"), max_length=60)
    category = forms.ChoiceField(label=_("类别"), choices=CATEGORY_WORDS)
    count = forms.IntegerField(label=_("份数"), min_value=1, max_value=100_000)


class BaseTallyLines(EditedLines):
    def rows(self):
        """The filled lines as the services take them; empty ones are left out."""
        return [line for form in self.forms if (line := getattr(form, "cleaned_data", None))]


TallyLines = formset_factory(
    TallyLineForm,
    formset=BaseTallyLines,
    extra=LEAST_ROWS,
    max_num=MOST_TALLIES,
    absolute_max=MOST_TALLIES,
)


class FiguresForm(forms.Form):
    """The counts of forms and, in `lines`, what the forms say."""

    handed_out = _forms(_("发放份数"))
    returned = _forms(_("收回份数"))
    valid = _forms(_("有效份数"), help_text=_("收回的表中填写清楚、可以统计的。"))
    # the version this page was made from
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, files=None, *, one, **kwargs):
        first = {name: getattr(one, name) for name in ("handed_out", "returned", "valid")}
        super().__init__(data, files, initial=first | {"seen": one.version}, **kwargs)
        stored = list(one.tallies.values("label", "category", "count"))
        self.lines = TallyLines(data, prefix="lines", initial=None if data else stored)

    def is_valid(self):
        # both are asked, so that all faults show at once
        fine = super().is_valid()
        if self.lines.is_valid():
            return fine
        if fine or not self.non_field_errors():
            self.add_error(None, _("汇总表里有没填对的行，请看表中的红字。"))
        return False

    def words(self):
        """What the services take."""
        fields = dict(self.cleaned_data)
        fields["tallies"] = self.lines.rows()
        return fields


class CorrectRoundForm(FiguresForm):
    reason = forms.CharField(
        label=_("更正理由"),
        max_length=300,
        help_text=_("公开显示，更正前的数据也会保留。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    summary_sheet = UploadField(label=_("更正后的汇总表扫描件"), required=False)


class CloseRoundForm(forms.Form):
    closed_on = _day(_("收表结束日期"), initial=timezone.localdate)
    summary_sheet = UploadField(label=_("问需汇总表扫描件"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CancelRoundForm(forms.Form):
    reason = forms.CharField(
        label=_("取消理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class PublicRoundFilter(forms.Form):
    """The words of the list's address."""

    q = forms.CharField(label=_("名称或编号"), max_length=60, required=False)
    community = forms.ChoiceField(label=_("社区"), required=False)
    method = forms.ChoiceField(
        label=_("方式"), choices=[("", _("全部")), *RoundMethod.choices], required=False
    )

    def __init__(self, *args, communities, **kwargs):
        super().__init__(*args, **kwargs)
        groups = {}
        for community in communities:
            groups.setdefault(community.street.name, []).append((community.code, community.name))
        self.fields["community"].choices = [("", _("全部")), *groups.items()]


class RoundFilter(PublicRoundFilter):
    state = forms.ChoiceField(
        label=_("状态"), choices=[("", _("全部")), *RoundState.choices], required=False
    )
