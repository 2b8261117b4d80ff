"""What is typed about a vote: who stays out, the numbers or each word, a ballot and its paper."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import UploadField
from deliberation import rules
from deliberation.choices import Choice, VoteMethod
from deliberation.forms.meetings import seat_label
from deliberation.forms.places import text_area

HANDS = [one for one in VoteMethod.choices if one[0] != VoteMethod.SECRET]


def _count(label):
    return forms.IntegerField(label=label, min_value=0, max_value=999, required=False)


class RecusalForm(forms.Form):
    """What comes before any vote: who presents, what was said, who stays out."""

    presenter = forms.CharField(label=_("介绍人"), max_length=40)
    discussion = forms.CharField(
        label=_("主要发言摘要"), max_length=2000, required=False, widget=text_area(4),
        help_text=_("写意见，不写个人电话、证件号码。"),
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


class VoteForm(RecusalForm):
    """One item's vote by hands: by which method, the numbers or each member's word."""

    method = forms.ChoiceField(
        label=_("表决方式"), choices=HANDS, widget=forms.RadioSelect,
        help_text=_("无记名投票请返回会议页面，选择“开启无记名投票”。"),
    )  # fmt: skip
    yes = _count(Choice.YES.label)
    no = _count(Choice.NO.label)
    abstain = _count(Choice.ABSTAIN.label)
    tellers = forms.CharField(
        label=_("计票人、监票人"), max_length=80, required=False,
        help_text=_("计数表决必填。"),
    )  # fmt: skip

    def __init__(self, *args, members, interested, **kwargs):
        super().__init__(*args, members=members, interested=interested, **kwargs)
        for member in members:
            if member.is_present and member.pk not in interested:
                self.fields[f"choice_{member.pk}"] = forms.ChoiceField(
                    label=_("%(name)s的意见") % {"name": member.person.name},
                    choices=Choice.choices, required=False, widget=forms.RadioSelect,
                )  # fmt: skip

    @property
    def numbers(self):
        """The three counts as bound fields."""
        return [self[choice.value] for choice in Choice]

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


class OpenBallotForm(RecusalForm):
    """What is fixed when a secret ballot opens."""

    minutes = forms.IntegerField(
        label=_("投票时长（分钟）"), min_value=1, max_value=rules.LONGEST_BALLOT,
        help_text=_("宣布的截止时间。到时还有人没投的，由主持人宣布截止，未投票的计为弃权（推定）。"),
    )  # fmt: skip
    tellers = forms.CharField(label=_("计票人、监票人"), max_length=80)


class CastForm(forms.Form):
    choice = forms.ChoiceField(
        label=_("您的意见"), choices=Choice.choices, widget=forms.RadioSelect,
        error_messages={"required": _("请选择赞成、反对或弃权。")},
    )  # fmt: skip


class PaperForm(forms.Form):
    """Which of those who have not voted take a ballot on paper."""

    members = forms.TypedMultipleChoiceField(
        label=_("领取纸质票的成员"), coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("只列出还没有投票的成员。领了纸质票，就不能再用手机投票。"),
        error_messages={"required": _("请勾选领取纸质票的成员。")},
    )  # fmt: skip

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].choices = [(one.pk, one.person.name) for one in members]


class TallyForm(forms.Form):
    """One person's own count of the paper; the other one's is never shown."""

    yes = forms.IntegerField(label=Choice.YES.label, min_value=0, max_value=999)
    no = forms.IntegerField(label=Choice.NO.label, min_value=0, max_value=999)
    abstain = forms.IntegerField(label=Choice.ABSTAIN.label, min_value=0, max_value=999)
    spoiled = forms.IntegerField(
        label=_("废票"),
        min_value=0,
        max_value=999,
        help_text=_("看不清意见的票，计为弃权（推定）。"),
    )
    missing = forms.IntegerField(
        label=_("未交回"),
        min_value=0,
        max_value=999,
        help_text=_("领了没有交回的，计为弃权（推定）。"),
    )
    scan = UploadField(
        label=_("计票单扫描件或照片"), required=False,
        help_text=_("两位计票人中至少一位附上。JPG、PNG、WEBP 或 PDF，不超过 10 MB。"),
    )  # fmt: skip


class CloseBallotForm(forms.Form):
    is_cut_off = forms.BooleanField(
        label=_("主持人已当场宣布截止，未投票的成员计为弃权"), required=False
    )

    def __init__(self, *args, waiting, **kwargs):
        super().__init__(*args, **kwargs)
        if not waiting:
            del self.fields["is_cut_off"]
