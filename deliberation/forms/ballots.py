"""The form of one vote: who stays out, by which method, the numbers or each member's word."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation import rules
from deliberation.choices import Choice, VoteMethod
from deliberation.forms.meetings import seat_label
from deliberation.forms.places import text_area


def _count(label):
    return forms.IntegerField(label=label, min_value=0, max_value=999, required=False)


class VoteForm(forms.Form):
    """One item's vote: who stays out, by which method, the numbers or each member's word."""

    presenter = forms.CharField(label=_("介绍人"), max_length=40)
    discussion = forms.CharField(
        label=_("主要发言摘要"), max_length=2000, required=False, widget=text_area(4),
        help_text=_("写意见，不写个人电话、证件号码。"),
    )  # fmt: skip
    method = forms.ChoiceField(
        label=_("表决方式"), choices=VoteMethod.choices, widget=forms.RadioSelect
    )
    yes = _count(Choice.YES.label)
    no = _count(Choice.NO.label)
    abstain = _count(Choice.ABSTAIN.label)
    tellers = forms.CharField(
        label=_("计票人、监票人"), max_length=80, required=False,
        help_text=_("计数和无记名投票必填。"),
    )  # fmt: skip

    def __init__(self, *args, members, interested, **kwargs):
        super().__init__(*args, **kwargs)
        self.members, self.interested = members, interested
        for member in members:
            name = {"name": member.person.name}
            must = member.pk in interested
            self.fields[f"recuse_{member.pk}"] = forms.BooleanField(
                label=_("%(name)s回避") % name, required=False, initial=must, disabled=must
            )
            self.fields[f"why_{member.pk}"] = forms.CharField(
                label=_("%(name)s回避原因") % name, max_length=200, required=False, disabled=must,
                initial=_("本项目申报人或申报组织经办人") if must else "",
            )  # fmt: skip
            if member.is_present and not must:
                self.fields[f"choice_{member.pk}"] = forms.ChoiceField(
                    label=_("%(name)s的意见") % name, choices=Choice.choices, required=False,
                    widget=forms.RadioSelect,
                )  # fmt: skip

    @property
    def numbers(self):
        """The three counts as bound fields."""
        return [self[choice.value] for choice in Choice]

    @property
    def member_rows(self):
        """(member, seat, recuse, why, choice or None) of every member on the roster."""
        return [
            (
                member,
                seat_label(member.seat),
                self[f"recuse_{member.pk}"],
                self[f"why_{member.pk}"],
                self[f"choice_{member.pk}"] if f"choice_{member.pk}" in self.fields else None,
            )
            for member in self.members
        ]

    @property
    def is_named(self):
        return self.cleaned_data.get("method") == VoteMethod.HANDS_NAMED

    def clean(self):
        said = super().clean()
        if not said.get("method"):
            return said
        if self.is_named:
            self._take_named_votes()
        for name in ("yes", "no", "abstain"):
            said[name] = said.get(name) or 0
        entitled = len(self.entitled())
        if not rules.tally_adds_up(said["yes"], said["no"], said["abstain"], entitled):
            words = _(
                "赞成%(yes)s、反对%(no)s、弃权%(abstain)s合计不等于有表决权的到会人数%(all)s，"
                "请重新计票。"
            )
            counts = {name: said[name] for name in ("yes", "no", "abstain")}
            self.add_error("yes", words % {**counts, "all": entitled})
        return said

    def _take_named_votes(self):
        said = self.cleaned_data
        for member in self.entitled():
            if not said.get(f"choice_{member.pk}"):
                self.add_error(f"choice_{member.pk}", _("请选择赞成、反对或弃权。"))
        choices = [vote["choice"] for vote in self.votes()]
        said |= {choice.value: choices.count(choice) for choice in Choice}

    def entitled(self):
        """Members present and not staying out."""
        out = {entry["member_id"] for entry in self.recusals()} | set(self.interested)
        return [one for one in self.members if one.is_present and one.pk not in out]

    def recusals(self):
        """Declared recusals; the service adds those it computes."""
        said = self.cleaned_data
        return [
            {"member_id": one.pk, "reason": said.get(f"why_{one.pk}", "")}
            for one in self.members
            if said.get(f"recuse_{one.pk}") and one.pk not in self.interested
        ]

    def votes(self):
        """Each member's word, for the named show of hands only."""
        if not self.is_named:
            return []
        said = self.cleaned_data
        return [
            {"member_id": one.pk, "choice": said[f"choice_{one.pk}"]}
            for one in self.entitled()
            if said.get(f"choice_{one.pk}")
        ]
