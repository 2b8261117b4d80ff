"""What an applicant types: the content of a proposal with its budget lines, and its files."""

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from communities import selectors as places
from communities.categories import BENEFICIARIES
from communities.models import Organisation, OrganisationKind
from communities.permissions import appointments_of
from communities.roles import Role
from core.forms import EditedLines, SuggestInput, UploadField, YuanField
from core.money import format_wan
from projects.choices import ApplicantKind, AttachmentKind, ProposalType

LEAST_ROWS = 5
MOST_ROWS = 60
KIND_OF_ROLE = {
    Role.RESIDENT: ApplicantKind.RESIDENT,
    Role.COMMITTEE_CLERK: ApplicantKind.RESIDENTS_COMMITTEE,
    Role.STATION_CLERK: ApplicantKind.WORKSTATION,
    Role.ORGANISATION_AGENT: ApplicantKind.ORGANISATION,
}


def capacities(user, on):
    """In whose name this person may declare: key → (label, kind, community, organisation)."""
    found = {}
    for appointment in appointments_of(user, on):
        kind = KIND_OF_ROLE.get(appointment.role)
        if kind is None:
            continue
        if kind == ApplicantKind.ORGANISATION:
            body = appointment.organisation
            found[f"{kind}-{body.pk}"] = (body.name, kind, body.community_id, body.pk)
        else:
            community = appointment.community_here
            label = f"{community.street.name}{community.name} · {kind.label}"
            found[f"{kind}-{community.pk}"] = (label, kind, community.pk, None)
    return found


class LineForm(forms.Form):
    """One line of the budget; an empty one is left out."""

    name = forms.CharField(label=_("名称"), max_length=80)
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=1_000_000)
    unit = forms.CharField(label=_("单位"), max_length=16, required=False)
    unit_price = YuanField(label=_("单价（元）"), help_text="", min_fen=1, max_fen=10**12)


class BaseLines(EditedLines):
    def rows(self):
        """The filled lines as the services take them; what is wrong or empty is left out."""
        return [
            {
                "name": line["name"],
                "quantity": line["quantity"],
                "unit": line["unit"],
                "unit_price_fen": line["unit_price"],
            }
            for form in self.forms
            if (line := getattr(form, "cleaned_data", None)) and line.keys() >= set(form.fields)
        ]

    def total_fen(self):
        return sum(row["quantity"] * row["unit_price_fen"] for row in self.rows())


Lines = formset_factory(
    LineForm, formset=BaseLines, extra=LEAST_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


class ContentForm(forms.Form):
    """The content that may be changed until it is declared."""

    # where the summary of errors leads for what is not a field
    anchors = {"lines": "#lines", "amount": "#lines"}

    title = forms.CharField(label=_("项目名称"), max_length=80)
    type = forms.ChoiceField(label=_("类型"), widget=forms.RadioSelect)
    positive_item = forms.TypedChoiceField(
        label=_("正面清单条目"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("清单外不受理。可以先存草稿，申报前必须选定。"),
    )
    summary = forms.CharField(
        label=_("主要内容"),
        max_length=3000,
        help_text=_("做什么、怎么做、解决什么问题。申报后公开，请不要写个人电话和证件号码。"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    estate_name = forms.CharField(
        label=_("在哪个小区"),
        max_length=60,
        required=False,
        help_text=_("从提示的名称中选；不在小区里的不填。老旧住宅区的工程单独统计。"),
        widget=SuggestInput(attrs={"autocomplete": "off"}),
    )
    site = forms.CharField(label=_("实施地点"), max_length=120, required=False)
    beneficiaries = forms.MultipleChoiceField(
        label=_("受益群体"),
        choices=list(BENEFICIARIES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    partner = forms.TypedChoiceField(
        label=_("联合申报方"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("只有备案的社区组织需要：与一家登记的社会组织联合申报，经费拨付给后者。"),
    )
    exclusions_declared = forms.BooleanField(
        label=_("已逐条核对，本项目不属于上述任何一项排除事项"), required=False
    )
    exclusion_note = forms.CharField(
        label=_("声明依据"),
        max_length=300,
        required=False,
        help_text=_("如：物业服务合同未包含此项。"),
    )
    change_note = forms.CharField(
        label=_("与上次相比的改动"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, data=None, files=None, *, rule_set, lines, is_renewal=False, estates=(), **kwargs
    ):
        super().__init__(data, files, **kwargs)
        words = dict.fromkeys(estate.name for estate in estates)
        self.fields["estate_name"].widget.words = tuple(words)
        self.lines = Lines(data, initial=None if data is not None else lines, prefix="lines")
        self.lines.extra = max(2, LEAST_ROWS - len(lines))
        self.fields["type"].choices = type_choices(rule_set)
        items = list(rule_set.positive_items.order_by("code")) if rule_set else []
        self.item_types = {item.pk: item.type for item in items}
        self.fields["positive_item"].choices = [("", _("请选择")), *grouped(items)]
        self.fields["partner"].choices = [("", _("无")), *partner_choices()]
        self.exclusions = list(rule_set.exclusions.order_by("code")) if rule_set else []
        if is_renewal:
            self.fields["change_note"].required = True
        else:
            del self.fields["change_note"]

    def is_valid(self):
        fields_stand = super().is_valid()
        if self.is_bound and not self.lines.is_valid():
            self.add_error(None, _("预算明细有误，请更正标红的行。"))
            return False
        return fields_stand

    def clean(self):
        fields = super().clean()
        item = fields.get("positive_item")
        if item and "type" in fields and self.item_types[item] != fields["type"]:
            words = ProposalType(self.item_types[item]).label
            self.add_error(
                "positive_item",
                _("这一条属于%(type)s，与所选类型不同。请改选类型或条目。") % {"type": words},
            )
        return fields

    def content(self):
        """The cleaned fields as the services take them."""
        fields = dict(self.cleaned_data)
        fields["positive_item_id"] = fields.pop("positive_item")
        fields["partner_id"] = fields.pop("partner")
        fields["beneficiaries"] = ",".join(fields["beneficiaries"])
        return fields


class NewForm(ContentForm):
    """A new proposal also says where, and in whose name."""

    applicant = forms.ChoiceField(label=_("以谁的名义申报"), widget=forms.RadioSelect)
    community = forms.TypedChoiceField(
        label=_("在哪个社区"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("居民、居委会、工作站在本社区申报，可不选；组织请选择实施的社区。"),
    )
    field_order = ("applicant", "community")

    def __init__(self, *args, capacities, **kwargs):
        super().__init__(*args, **kwargs)
        self.capacities = capacities
        self.fields["applicant"].choices = [(key, one[0]) for key, one in capacities.items()]
        if any(one[3] for one in capacities.values()):
            self.fields["community"].choices = [("", _("请选择")), *community_choices()]
            self.fields["community"].required = all(one[3] for one in capacities.values())
        else:
            del self.fields["community"]

    def clean(self):
        fields = super().clean()
        if "applicant" in fields:
            _label, kind, home, _organisation = self.capacities[fields["applicant"]]
            chosen = fields.get("community") or home
            if chosen is None:
                self.add_error("community", _("请选择在哪个社区实施。"))
            elif kind != ApplicantKind.ORGANISATION and chosen != home:
                self.add_error("community", _("这个身份只能在本社区申报，请改选社区或身份。"))
            fields["community"] = chosen
        return fields

    def content(self):
        fields = super().content()
        fields.pop("community")
        _label, kind, _home, organisation = self.capacities[fields.pop("applicant")]
        return fields | {"applicant_kind": kind, "organisation_id": organisation}


def type_choices(rule_set):
    """The types that the rules take at community level, with their caps."""
    caps = rule_set.type_caps.filter(level="community") if rule_set else []
    words = {
        cap.type: _("%(type)s（最高%(cap)s万元）")
        % {"type": cap.get_type_display(), "cap": format_wan(cap.cap_fen)}
        for cap in caps
    }
    return [(key, words[key]) for key in ProposalType.values if key in words] or list(
        ProposalType.choices
    )


def grouped(items):
    """Entries of the positive list as groups of a select, each with its description."""
    groups = {}
    for item in items:
        words = f"{item.code} {item.title}"
        words += f"：{item.detail}" if item.detail else ""
        groups.setdefault(item.get_type_display(), []).append((item.pk, words))
    return list(groups.items())


def partner_choices():
    rows = Organisation.objects.filter(kind=OrganisationKind.REGISTERED, is_active=True)
    return [(one.pk, one.name) for one in rows.order_by("name", "pk")]


def community_choices():
    groups = {}
    for community in places.communities_of():
        groups.setdefault(community.street.name, []).append((community.pk, community.name))
    return list(groups.items())


class AttachmentForm(forms.Form):
    """A file of the proposal."""

    upload = UploadField(label=_("文件"))
    kind = forms.ChoiceField(label=_("材料种类"), choices=AttachmentKind)
    title = forms.CharField(label=_("名称"), max_length=80)
    is_public = forms.BooleanField(
        label=_("申报后公开"),
        required=False,
        help_text=_("公开的材料任何人都能打开，请先确认没有个人信息。"),
    )
