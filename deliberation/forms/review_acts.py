"""What is typed for the acts of steps 1–3."""

import re

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Need
from communities.roles import Role
from communities.rules import read_number
from communities.selectors import people_with
from deliberation.choices import Capacity, Conclusion, Fit, Opinion
from deliberation.forms.uploads import UploadsField

NEEDS_SHOWN = 60
ROUNDS_SHOWN = 12
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


class TalliesField(NeedsField):
    """Keys of lines of rounds, one list to choose from a round; nothing chosen is an empty word."""

    def to_python(self, value):
        return [key for key in super().to_python(value) if key]


class EvidenceForm(forms.Form):
    """Step 1: which needs of the pool it answers, and what the questionnaires say."""

    needs = NeedsField(label=_("引用的需求"), required=False)
    rounds = TalliesField(label=_("引用的问需轮次"), required=False)
    questionnaire_count = forms.IntegerField(
        label=_("问需表份数"),
        min_value=0,
        max_value=1_000_000,
        initial=0,
        help_text=_("引用了问需轮次的，填0就按各轮有效份数合计。"),
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


VERDICTS = [("confirm", _("确认")), ("strike", _("不契合"))]
VERDICTS_OF_OTHERS = [("leave", _("不列入")), ("confirm", _("列入"))]


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
        label=_("没有契合需求的理由"),
        max_length=300,
        required=False,
        help_text=_("没有确认任何一条需求、又作“通过”结论时必填，会公开。"),
    )
    more_needs = forms.CharField(
        label=_("补充其他需求（编号）"),
        max_length=300,
        required=False,
        help_text=_("本社区需求库里还有别的需求也由本项目满足的，填写编号，用逗号隔开。"),
    )
    conclusion = forms.ChoiceField(label=_("结论"), choices=Conclusion, widget=forms.RadioSelect)
    reason = text_field(
        _("理由"),
        rows=3,
        max_length=500,
        required=False,
        help_text=_("退回或不通过时必填，会公开。"),
    )

    def __init__(self, *args, seats, needs, **kwargs):
        super().__init__(*args, **kwargs)
        self.seats, self.needs = seats, needs
        choices = [(seat["key"], seat["name"]) for seat in seats]
        self.fields["attendees"].choices = self.fields["recused"].choices = choices
        for row in needs:
            self.fields[f"fit-{row['need'].pk}"] = forms.ChoiceField(
                label=row["need"].number,
                choices=VERDICTS if row["is_cited"] else VERDICTS_OF_OTHERS,
                initial="" if row["is_cited"] else "leave",
                required=row["is_cited"],
                widget=forms.RadioSelect,
                error_messages={"required": _("请选择“确认”或“不契合”。")},
            )
            if row["is_cited"]:
                self.fields[f"why-{row['need'].pk}"] = forms.CharField(
                    label=_("不契合的理由"), max_length=200, required=False
                )

    def clean(self):
        fields = super().clean()
        came = fields.get("attendees", [])
        strange = set(fields.get("recused", [])) - set(came)
        if strange:
            self.add_error("attendees", _("勾选了回避的人员也要勾选到会。"))
        return fields

    def judged_cited(self):
        """The needs cited at the declaration, each with its two fields."""
        return [self._judged(row) for row in self.needs if row["is_cited"]]

    def judged_others(self):
        return [self._judged(row) for row in self.needs if not row["is_cited"]]

    def _judged(self, row):
        key = row["need"].pk
        why = self[f"why-{key}"] if row["is_cited"] else None
        return row | {"verdict": self[f"fit-{key}"], "why": why}

    def verdicts(self):
        """What was said of each need, as the service takes it; others that were left are not said."""
        said = [
            {
                "need_id": row["need"].pk,
                "is_confirmed": self.cleaned_data[f"fit-{row['need'].pk}"] == "confirm",
                "note": self.cleaned_data.get(f"why-{row['need'].pk}", ""),
            }
            for row in self.needs
            if self.cleaned_data[f"fit-{row['need'].pk}"] not in ("", "leave")
        ]
        known = {verdict["need_id"] for verdict in said}
        more = [key for key in self.cleaned_data["more_needs"] if key not in known]
        return said + [{"need_id": key, "is_confirmed": True} for key in more]

    def clean_more_needs(self):
        """Numbers, however separated → keys of needs; an unknown one is named."""
        typed = re.split(r"[,，、;；\s]+", self.cleaned_data["more_needs"])
        numbers = [read_number(number) for number in typed if number]
        found = dict(Need.objects.public().filter(number__in=numbers).values_list("number", "pk"))
        unknown = [number for number in numbers if number not in found]
        if unknown:
            raise forms.ValidationError(_("没有需求：%(n)s。") % {"n": "、".join(unknown)})
        return list(found.values())

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
