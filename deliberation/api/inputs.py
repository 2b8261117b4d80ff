"""What comes in, one serializer per act. Unknown fields are refused (StrictSerializer)."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api import StrictSerializer, WholeNumberField, YuanField
from deliberation.choices import (
    Capacity,
    Choice,
    Conclusion,
    Fit,
    Ground,
    Opinion,
    Purpose,
    SendBack,
    State,
    VoteMethod,
)
from projects.choices import ApplicantKind, AttachmentKind, ProposalType

Text = serializers.CharField


def reason_text(**extra):
    """A written reason, up to 500 characters."""
    return Text(max_length=500, **extra)


class LineInput(StrictSerializer):
    name = Text(max_length=80)
    quantity = WholeNumberField(min_value=1, max_value=1_000_000)
    unit = Text(max_length=16, required=False, allow_blank=True, default="")
    unit_price = YuanField(help_text=_("单价，元，两位小数的字符串"))


class ContentInput(StrictSerializer):
    """The content of a proposal; the amount is the sum of its lines."""

    title = Text(max_length=80)
    positive_item = serializers.IntegerField(help_text=_("正面清单条目的 id"))
    summary = Text(max_length=5000)
    estate = Text(
        max_length=60, required=False, allow_blank=True, default="",
        help_text=_("小区名称，见 /api/v1/estates/"),
    )  # fmt: skip
    site = Text(max_length=120, required=False, allow_blank=True, default="")
    beneficiaries = Text(max_length=120, required=False, allow_blank=True, default="")
    partner = serializers.IntegerField(required=False, allow_null=True, default=None)
    exclusions_declared = serializers.BooleanField(default=False)
    exclusion_note = Text(max_length=300, required=False, allow_blank=True, default="")
    change_note = Text(max_length=500, required=False, allow_blank=True, default="")
    lines = LineInput(many=True, allow_empty=False)


class EditInput(ContentInput):
    type = serializers.ChoiceField(choices=ProposalType.choices)
    seen = Text(
        max_length=64, required=False, allow_blank=True, default="",
        help_text=_("读取时的 content_version；期间有人改过则拒绝覆盖。"),
    )  # fmt: skip


class DraftInput(ContentInput):
    type = serializers.ChoiceField(choices=ProposalType.choices)
    community = Text(help_text=_("社区代码"))
    applicant_kind = serializers.ChoiceField(choices=ApplicantKind.choices)
    organisation = serializers.IntegerField(required=False, allow_null=True, default=None)
    based_on = serializers.IntegerField(required=False, allow_null=True, default=None)


class AttachInput(StrictSerializer):
    file = serializers.FileField()
    kind = serializers.ChoiceField(choices=AttachmentKind.choices)
    title = Text(max_length=80)
    is_public = serializers.BooleanField(default=False)


class NoInput(StrictSerializer):
    """Acts that need nothing but the decision."""


class WrittenReasonInput(StrictSerializer):
    reason = reason_text()


class CitedRoundInput(StrictSerializer):
    round = Text(max_length=40, help_text=_("问需轮次编号"))
    label = Text(max_length=60, help_text=_("该轮汇总中说明本项目的选项"))


class EvidenceInput(StrictSerializer):
    needs = serializers.ListField(
        child=Text(max_length=48), allow_empty=True, help_text=_("引用的需求编号")
    )
    rounds = CitedRoundInput(many=True, required=False, default=list, max_length=12)
    questionnaire_count = WholeNumberField(min_value=0, max_value=1_000_000)
    people_count = WholeNumberField(min_value=0, max_value=10_000_000)
    summary = Text(max_length=5000)
    no_need_reason = Text(max_length=300, required=False, allow_blank=True, default="")


class OpinionInput(StrictSerializer):
    office = serializers.IntegerField(source="office_id")
    feasibility = serializers.ChoiceField(choices=Opinion.choices)
    legality = serializers.ChoiceField(choices=Opinion.choices)
    comment = reason_text(required=False, allow_blank=True, default="")


class SurveyInput(StrictSerializer):
    surveyed_on = serializers.DateField()
    people = Text(max_length=200)
    conclusion = Text(max_length=5000)
    photos = serializers.ListField(child=serializers.FileField(), allow_empty=False, max_length=12)


class SummaryInput(StrictSerializer):
    problems = Text(max_length=5000)
    necessity = Text(max_length=5000)


class AttendeeInput(StrictSerializer):
    person = serializers.IntegerField(source="person_id")
    capacity = serializers.ChoiceField(choices=Capacity.choices)
    is_recused = serializers.BooleanField(default=False)


class JudgedNeedInput(StrictSerializer):
    need = Text(max_length=60, help_text=_("需求编号"))
    is_confirmed = serializers.BooleanField()
    note = Text(max_length=200, required=False, allow_blank=True, default="")


class ReviewInput(StrictSerializer):
    held_on = serializers.DateField()
    needs = JudgedNeedInput(
        many=True, required=False, allow_null=True, default=None,
        help_text=_("逐条判断引用的需求，可以补充；不填即确认全部引用的需求。"),
    )  # fmt: skip
    attendees = AttendeeInput(many=True, allow_empty=False)
    fit = serializers.ChoiceField(choices=Fit.choices)
    fit_reason = reason_text()
    no_need_reason = Text(max_length=300, required=False, allow_blank=True, default="")
    conclusion = serializers.ChoiceField(choices=Conclusion.choices)
    reason = reason_text(required=False, allow_blank=True, default="")


class PostNoticeInput(StrictSerializer):
    places = Text(max_length=200)
    contact_name = Text(max_length=40)
    contact_phone = Text(max_length=20)
    contact_address = Text(max_length=120)
    photo = serializers.FileField(required=False, allow_null=True, default=None)


class SubmitInput(StrictSerializer):
    note = reason_text(required=False, allow_blank=True, default="")


class EstablishInput(StrictSerializer):
    forum = Text(max_length=120)
    document_number = Text(max_length=60, required=False, allow_blank=True, default="")
    agreement_on = serializers.DateField(required=False, allow_null=True, default=None)


class RefuseInput(StrictSerializer):
    ground = serializers.ChoiceField(choices=Ground.choices)
    reason = reason_text()


class ItemInput(StrictSerializer):
    matter = serializers.IntegerField(source="matter_id")
    purpose = serializers.ChoiceField(choices=Purpose.choices, default=Purpose.ESTABLISH)
    presenter = Text(max_length=40, required=False, allow_blank=True, default="")


class AnnounceInput(StrictSerializer):
    community = Text(help_text=_("社区代码"))
    starts_at = serializers.DateTimeField()
    place = Text(max_length=120)
    announced_places = Text(max_length=200)
    items = ItemInput(many=True, allow_empty=False)


class AttendanceInput(StrictSerializer):
    present = serializers.ListField(
        child=serializers.IntegerField(), source="present_ids", help_text=_("到会成员的人员 id")
    )
    resident_count = WholeNumberField(min_value=0, max_value=32_000, default=0)
    deputy_count = WholeNumberField(min_value=0, max_value=32_000, default=0)


class OpenMeetingInput(AttendanceInput):
    chair = serializers.IntegerField(source="chair_id")
    recorder = serializers.IntegerField(source="recorder_id")


class ChairInput(StrictSerializer):
    chair = serializers.IntegerField(source="chair_id")


class MinutesInput(StrictSerializer):
    minutes = Text(max_length=20_000)


class RecusalInput(StrictSerializer):
    member = serializers.IntegerField(source="member_id")
    reason = Text(max_length=200)


class MemberVoteInput(StrictSerializer):
    member = serializers.IntegerField(source="member_id")
    choice = serializers.ChoiceField(choices=Choice.choices)


class VoteInput(StrictSerializer):
    method = serializers.ChoiceField(choices=VoteMethod.choices)
    yes = WholeNumberField(min_value=0, max_value=1000, default=0)
    no = WholeNumberField(min_value=0, max_value=1000, default=0)
    abstain = WholeNumberField(min_value=0, max_value=1000, default=0)
    votes = MemberVoteInput(many=True, required=False, default=list)
    recusals = RecusalInput(many=True, required=False, default=list)
    presenter = Text(max_length=40, required=False, allow_blank=True, default="")
    discussion = Text(max_length=5000, required=False, allow_blank=True, default="")
    tellers = Text(max_length=80, required=False, allow_blank=True, default="")


class ObjectionInput(StrictSerializer):
    content = Text(max_length=5000)
    name = Text(max_length=40, help_text=_("仅工作人员可见"))
    phone = Text(max_length=20, help_text=_("仅工作人员可见"))
    request_id = Text(
        max_length=40, required=False, allow_blank=True, default="",
        help_text=_("同一请求号重复提交只登记一次"),
    )  # fmt: skip


class PaperObjectionInput(StrictSerializer):
    content = Text(max_length=5000)
    name = Text(max_length=40)
    phone = Text(max_length=20)
    received_at = serializers.DateTimeField(help_text=_("收到书面异议的时间"))
    scan = serializers.FileField(required=False, allow_null=True, default=None)


class DecideObjectionInput(StrictSerializer):
    is_upheld = serializers.BooleanField()
    inquiry = Text(max_length=5000)
    answer = Text(max_length=5000)
    send_back = serializers.ChoiceField(
        choices=SendBack.choices, required=False, allow_blank=True, default=""
    )
    name_checked = serializers.BooleanField(
        default=False, help_text=_("已核对：答复中出现的名字不是异议人")
    )


class ReceiptInput(StrictSerializer):
    code = Text(max_length=20)


class ProposalQuery(StrictSerializer):
    street = Text(required=False)
    community = Text(required=False)
    state = serializers.ChoiceField(choices=State.choices, required=False)
    type = serializers.ChoiceField(choices=ProposalType.choices, required=False)
    year = WholeNumberField(min_value=2000, max_value=2999, required=False)
    number = Text(required=False)
    text = Text(required=False, max_length=40)


class PlaceQuery(StrictSerializer):
    street = Text(required=False)
    community = Text(required=False)
    year = WholeNumberField(min_value=2000, max_value=2999, required=False)


class LedgerQuery(StrictSerializer):
    community = Text(required=False)
    street = Text(required=False)
    event = Text(required=False)


class HistoryRecordInput(StrictSerializer):
    key = Text(max_length=80, help_text=_("本单位自己的记录编号；重复提交不重复入库"))
    community = Text(source="community_code")
    title = Text(max_length=80)
    type = serializers.ChoiceField(choices=ProposalType.choices)
    amount = YuanField(source="amount_fen")
    entered_on = serializers.DateField()
    passed_on = serializers.DateField()
    source = Text(max_length=200)
    organisation = Text(
        source="organisation_name", max_length=120, required=False, allow_blank=True, default=""
    )
    summary = Text(max_length=5000, required=False, allow_blank=True, default="")


class HistoryInput(StrictSerializer):
    records = HistoryRecordInput(many=True, allow_empty=False, max_length=5000)
    is_trial = serializers.BooleanField(default=False, help_text=_("只检查，不写入"))


class HistoryOut(serializers.Serializer):
    imported = serializers.IntegerField()
    already_there = serializers.IntegerField()
    is_trial = serializers.BooleanField()
