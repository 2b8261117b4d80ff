"""What is typed for the acts of steps 1–3."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.roles import Role
from communities.selectors import people_with
from deliberation.choices import Capacity, Conclusion, Fit, Opinion
from deliberation.forms.uploads import UploadsField

NEEDS_SHOWN = 60
ROLE_OF_CAPACITY = {
    Capacity.PARTY: Role.PARTY_SIGNER,
    Capacity.COMMITTEE: Role.COMMITTEE_SIGNER,
}


def text_field(label, *, rows=4, max_length=2000, **kwargs):
    return forms.CharField(
        label=label, max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


def day_field(label, **kwargs):
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


class ReasonForm(forms.Form):
    """A reason that goes into the ledger."""

    reason = text_field(
        _("理由"), max_length=500, help_text=_("记入台账，并公开显示；请写明要改什么。")
    )


class WithdrawForm(forms.Form):
    reason = text_field(_("撤回理由"), max_length=500, help_text=_("记入台账，并公开显示。"))


class NeedsField(forms.MultipleChoiceField):
    """Keys of needs; whether each belongs to the pool and is open is judged by the service."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value):
        return str(value).isdecimal() and len(str(value)) < 16

    def clean(self, value):
        return [int(key) for key in super().clean(value)]


class EvidenceForm(forms.Form):
    """Step 1: which needs of the pool it answers, and what the questionnaires say."""

    needs = NeedsField(label=_("引用的需求"), required=False)
    questionnaire_count = forms.IntegerField(
        label=_("问需表份数"), min_value=0, max_value=1_000_000, initial=0
    )
    people_count = forms.IntegerField(
        label=_("涉及人数"), min_value=0, max_value=10_000_000, initial=0
    )
    summary = text_field(
        _("问需情况"), help_text=_("何时、何地、用什么方式问需，居民主要意见是什么。")
    )
    no_need_reason = forms.CharField(
        label=_("没有匹配需求的理由"),
        max_length=300,
        required=False,
        help_text=_("没有勾选任何需求时必填，会公开。"),
    )


class OpinionForm(forms.Form):
    """A department's two answers."""

    office = forms.TypedChoiceField(label=_("部门"), coerce=int)
    feasibility = forms.ChoiceField(
        label=_("可行性：是否可行"), choices=Opinion, widget=forms.RadioSelect
    )
    legality = forms.ChoiceField(
        label=_("合法性：是否合法合规"), choices=Opinion, widget=forms.RadioSelect
    )
    comment = text_field(
        _("意见"),
        max_length=500,
        required=False,
        help_text=_("答“否”或“存疑”时必填。任一项存疑，须先实地勘查。"),
    )

    def __init__(self, *args, offices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = [(office.pk, office.name) for office in offices]
        if len(offices) == 1:
            self.fields["office"].initial = offices[0].pk


class SurveyForm(forms.Form):
    surveyed_on = day_field(_("勘查日期"))
    people = forms.CharField(label=_("参加人员"), max_length=200)
    conclusion = text_field(_("勘查结论"))
    photos = UploadsField(
        label=_("现场照片"),
        most=9,
        help_text=_(
            "至少一张，可一次选择多张，最多9张；只有工作人员可见。JPG、PNG、WEBP，每张不超过 10 MB。"
        ),
    )


class SummaryForm(forms.Form):
    problems = text_field(
        _("问题清单"), help_text=_("可能存在的问题，逐条写。议事会和居民都能看到。")
    )
    necessity = text_field(_("实施的必要性"))


class ReviewForm(forms.Form):
    """The record of the joint meeting: who came in which capacity, and what was concluded."""

    anchors = {"attendees": "#attendees"}

    held_on = day_field(_("会议日期"))
    attendees = forms.MultipleChoiceField(
        label=_("到会人员"), widget=forms.CheckboxSelectMultiple, required=False
    )
    recused = forms.MultipleChoiceField(
        label=_("回避"), widget=forms.CheckboxSelectMultiple, required=False
    )
    fit = forms.ChoiceField(label=_("契合度"), choices=Fit, widget=forms.RadioSelect)
    fit_reason = text_field(_("契合度依据"), rows=3, max_length=500)
    no_need_reason = forms.CharField(
        label=_("未引用需求的理由"),
        max_length=300,
        required=False,
        help_text=_("本项目没有引用需求库中的需求，作“通过”结论时必填。"),
    )
    conclusion = forms.ChoiceField(label=_("结论"), choices=Conclusion, widget=forms.RadioSelect)
    reason = text_field(
        _("理由"),
        rows=3,
        max_length=500,
        required=False,
        help_text=_("退回或不通过时必填，会公开。"),
    )

    def __init__(self, *args, seats, has_needs, **kwargs):
        super().__init__(*args, **kwargs)
        self.seats = seats
        choices = [(seat["key"], seat["name"]) for seat in seats]
        self.fields["attendees"].choices = self.fields["recused"].choices = choices
        if has_needs:
            del self.fields["no_need_reason"]

    def clean(self):
        fields = super().clean()
        came = fields.get("attendees", [])
        strange = set(fields.get("recused", [])) - set(came)
        if strange:
            self.add_error("attendees", _("勾选了回避的人员也要勾选到会。"))
        return fields

    def rows(self):
        """The table: each seat with what is ticked."""
        came, recused = self["attendees"].value() or [], self["recused"].value() or []
        return [
            seat | {"came": seat["key"] in came, "is_recused": seat["key"] in recused}
            for seat in self.seats
        ]

    def entries(self):
        """The attendees as the service takes them."""
        recused = self.cleaned_data["recused"]
        return [
            {
                "person_id": int(key.partition("-")[2]),
                "capacity": key.partition("-")[0],
                "is_recused": key in recused,
            }
            for key in self.cleaned_data["attendees"]
        ]


def seats_of(matter, on=None):
    """Who may come to the joint review: person × capacity, the applicant marked."""
    on = on or timezone.localdate()
    return [
        {
            "key": f"{capacity.value}-{person.pk}",
            "name": person.name,
            "capacity": capacity.label,
            "is_applicant": person.pk == matter.proposal.applicant_id,
        }
        for capacity, role in ROLE_OF_CAPACITY.items()
        for person in people_with(role, community=matter.community, on=on)
    ]
