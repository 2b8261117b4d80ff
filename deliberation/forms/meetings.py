"""What is typed about a council meeting: its announcement, who came, how it voted, its minutes."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import SeatKind
from deliberation.choices import MeetingState
from deliberation.forms.lists import ALL, FIRST_YEAR
from deliberation.forms.places import PlaceFilter, moment_field, text_area
from deliberation.services.meetings import presenter_words


class MeetingFilter(PlaceFilter):
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label=_("状态"), choices=[ALL, *MeetingState.choices], required=False)

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        years = range(today.year + 1, FIRST_YEAR - 1, -1)
        self.fields["year"].choices = [ALL, *((year, str(year)) for year in years)]


class AnnounceForm(forms.Form):
    """Time, place and the agenda: for each candidate whether it is taken, its place, who presents."""

    starts_at = moment_field(_("开会时间"))
    place = forms.CharField(label=_("地点"), max_length=120)
    announced_places = forms.CharField(
        label=_("公告位置"),
        max_length=200,
        help_text=_("如：社区宣传栏、各小区公告栏、罗湖家园网。"),
    )

    def __init__(self, *args, candidates, chosen=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.candidates = list(candidates)
        for place, matter in enumerate(self.candidates, start=1):
            words = {"title": matter.proposal.title}
            self.fields[f"take_{matter.pk}"] = forms.BooleanField(
                label=_("列入议程：%(title)s") % words, required=False, initial=matter.pk == chosen
            )
            self.fields[f"order_{matter.pk}"] = forms.IntegerField(
                label=_("次序：%(title)s") % words, min_value=1, max_value=99, initial=place,
                required=False,
            )  # fmt: skip
            self.fields[f"presenter_{matter.pk}"] = forms.CharField(
                label=_("介绍人：%(title)s") % words, max_length=40, required=False,
                initial=presenter_words(matter.proposal, matter.proposal.applicant.name),
            )  # fmt: skip

    @property
    def plain_fields(self):
        return [self[name] for name in ("starts_at", "place", "announced_places")]

    @property
    def rows(self):
        """(matter, take, order, presenter) of every candidate, as bound fields."""
        return [
            (matter, *(self[f"{name}_{matter.pk}"] for name in ("take", "order", "presenter")))
            for matter in self.candidates
        ]

    def agenda(self):
        """The matters taken, in their order: [(matter, presenter)]."""
        said = self.cleaned_data
        taken = [matter for matter in self.candidates if said.get(f"take_{matter.pk}")]
        taken.sort(key=lambda matter: said.get(f"order_{matter.pk}") or 99)
        return [(matter, said.get(f"presenter_{matter.pk}", "")) for matter in taken]


class AttendanceForm(forms.Form):
    """Who of the roster is present, and how many residents and deputies attend."""

    present = forms.TypedMultipleChoiceField(
        label=_("到会成员"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("勾选实际到会的成员。应到名单自公告起固定。"),
    )  # fmt: skip
    resident_count = forms.IntegerField(
        label=_("列席居民人数"), min_value=0, max_value=9999, required=False
    )
    deputy_count = forms.IntegerField(
        label=_("列席人大代表人数"), min_value=0, max_value=999, required=False
    )

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = [
            (member.person_id, _("%(name)s（%(seat)s）") % {
                "name": member.person.name, "seat": seat_label(member.seat),
            })
            for member in members
        ]  # fmt: skip

    def attendance(self):
        """The three facts as the services take them."""
        said = self.cleaned_data
        return {
            "present_ids": said["present"],
            "resident_count": said["resident_count"] or 0,
            "deputy_count": said["deputy_count"] or 0,
        }


class OpenForm(AttendanceForm):
    chair = forms.TypedChoiceField(label=_("主持人"), coerce=int, help_text=_("须是到会成员。"))
    recorder = forms.TypedChoiceField(label=_("记录人"), coerce=int)

    def __init__(self, *args, members, recorders, **kwargs):
        super().__init__(*args, members=members, **kwargs)
        self.fields["present"].required = True
        names = [(member.person_id, member.person.name) for member in members]
        known = {key for key, _name in names}
        others = [(person.pk, person.name) for person in recorders if person.pk not in known]
        self.fields["chair"].choices = [("", _("请选择")), *names]
        self.fields["recorder"].choices = [("", _("请选择")), *others, *names]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=200, widget=text_area(3))


class ChairForm(forms.Form):
    chair = forms.TypedChoiceField(label=_("新的主持人"), coerce=int)

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["chair"].choices = [
            ("", _("请选择")),
            *((member.person_id, member.person.name) for member in members),
        ]


class MinutesForm(forms.Form):
    minutes = forms.CharField(
        label=_("会议纪要"), max_length=20_000, widget=text_area(18),
        help_text=_("已按登记的内容拟好，请核对补充。纪要公开，请不要写电话和证件号码。"),
    )  # fmt: skip


def seat_label(seat):
    """Words of a council seat; the stored value where it is not known."""
    return dict(SeatKind.choices).get(seat, seat)
