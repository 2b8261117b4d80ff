"""What goes in and what comes out of the API. Out: public fields only; contacts have no field."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from communities import rules
from communities.categories import BENEFICIARIES, CATEGORIES
from communities.models import (
    Channel,
    NeedStatus,
    Urgency,
)
from communities.roles import Role
from core.api import ReasonSerializer, StrictSerializer, WholeNumberField

CATEGORY_KEYS = [(category.key, category.label) for category in CATEGORIES.values()]


class NeedSerializer(serializers.Serializer):
    number = serializers.CharField()
    community_code = serializers.CharField(source="community.code")
    community = serializers.CharField(source="community.name")
    street = serializers.CharField(source="community.street.name")
    channel = serializers.ChoiceField(Channel.choices)
    category = serializers.ChoiceField(CATEGORY_KEYS)
    category_label = serializers.CharField()
    content = serializers.CharField()
    estate = serializers.CharField(
        source="estate.name", default=None, allow_null=True, help_text="小区"
    )
    place_text = serializers.CharField(help_text="小区以外的地点")
    photo = serializers.SerializerMethodField(help_text="公开的现场照片的地址")
    beneficiaries = serializers.ListField(
        child=serializers.ChoiceField(list(BENEFICIARIES.items())), source="beneficiary_keys"
    )
    urgency = serializers.ChoiceField(Urgency.choices)
    status = serializers.ChoiceField(NeedStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    reason = serializers.CharField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = serializers.CharField(source="answerer_name")
    reply_due_on = serializers.DateField(allow_null=True)
    merged_into = serializers.CharField(
        source="merged_into.number", default=None, allow_null=True, help_text="并入的需求编号"
    )
    supporter_count = serializers.IntegerField()
    people_count = serializers.IntegerField(help_text="提出人、附议人和并入的同类需求的人数")
    questionnaire_count = serializers.IntegerField()
    on_behalf = serializers.BooleanField()
    round = serializers.CharField(
        source="round.number", default=None, allow_null=True, help_text="问需轮次编号"
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_photo(self, need):
        return reverse("core:file", args=[need.photo_id]) if need.photo_is_public else None


class SimilarNeedSerializer(serializers.Serializer):
    need = NeedSerializer()
    because = serializers.CharField(help_text="相近的字词")


class NeedChangeSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    label = serializers.CharField(source="kind_label")
    text = serializers.CharField()


class NextActSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    allowed = serializers.BooleanField()
    href = serializers.CharField()
    reasons = ReasonSerializer(many=True)


class NeedDetailSerializer(NeedSerializer):
    proposals = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()
    next_acts = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_proposals(self, need):
        held = need.uptakes.filter(released_at=None).order_by("pk")
        return list(held.values_list("by_no", flat=True))

    @extend_schema_field(NeedChangeSerializer(many=True))
    def get_changes(self, need):
        return NeedChangeSerializer(self.context["story"], many=True).data

    @extend_schema_field(NextActSerializer(many=True))
    def get_next_acts(self, need):
        return NextActSerializer(self.context["acts"], many=True).data


class OwnNeedSerializer(NeedSerializer):
    """For its author: until when it may still be put right."""

    may_correct_until = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DateTimeField())
    def get_may_correct_until(self, need):
        return serializers.DateTimeField().to_representation(
            need.created_at + rules.CORRECTION_TIME
        )

    @extend_schema_field(NeedChangeSerializer(many=True))
    def get_changes(self, need):
        return NeedChangeSerializer(self.context["story"], many=True).data


class NeedReceiptSerializer(serializers.Serializer):
    """The receipt; the only answer that carries a query code."""

    number = serializers.CharField()
    query_code = serializers.CharField()
    status = serializers.ChoiceField(NeedStatus.choices)
    created_at = serializers.DateTimeField()


class AppointmentSerializer(serializers.Serializer):
    role = serializers.ChoiceField(Role.choices)
    role_label = serializers.CharField(source="get_role_display")
    holder = serializers.CharField()
    place_code = serializers.SerializerMethodField()
    seat = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)

    @extend_schema_field(serializers.CharField())
    def get_place_code(self, appointment):
        codes = getattr(appointment.holder, "codes", None)
        return codes.narrowest if codes else ""


class NeedWordsInput(StrictSerializer):
    category = serializers.ChoiceField(CATEGORY_KEYS)
    content = serializers.CharField(min_length=rules.CONTENT_MIN, max_length=rules.CONTENT_MAX)
    estate = serializers.CharField(
        max_length=rules.ESTATE_MAX, required=False, allow_blank=True,
        help_text="小区名称，见 /api/v1/estates/；不认识的名称记入地点",
    )  # fmt: skip
    place_text = serializers.CharField(max_length=rules.PLACE_MAX, required=False, allow_blank=True)
    beneficiaries = serializers.ListField(
        child=serializers.ChoiceField(list(BENEFICIARIES.items())), required=False, max_length=7
    )
    urgency = serializers.ChoiceField(Urgency.choices, required=False)
    photo = serializers.FileField(required=False, help_text="现场照片，经办人看过后才公开")


class NeedInput(NeedWordsInput):
    community = serializers.CharField(max_length=12, help_text="社区代码（12 位）")
    contact_name = serializers.CharField(max_length=40, required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    consented = serializers.BooleanField(required=False)
    request_id = serializers.UUIDField(
        required=False, help_text="客户端自拟；同一请求重发时返回第一次的回执"
    )
    channel = serializers.ChoiceField(Channel.choices, required=False)
    on_behalf = serializers.BooleanField(required=False)
    collector = serializers.CharField(max_length=40, required=False, allow_blank=True)
    collected_on = serializers.DateField(required=False)
    questionnaire_count = WholeNumberField(min_value=0, max_value=100_000, required=False)
    round = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="从哪一轮问需表录入（轮次编号）"
    )
    form_scan = serializers.FileField(required=False)
    scan_missing_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NeedCodeInput(StrictSerializer):
    number = serializers.CharField(max_length=60)
    query_code = serializers.CharField(max_length=30)


class NeedCorrectionInput(NeedCodeInput, NeedWordsInput):
    """Any of the words again; what is left out stays."""

    category = serializers.ChoiceField(CATEGORY_KEYS, required=False)
    content = serializers.CharField(
        min_length=rules.CONTENT_MIN, max_length=rules.CONTENT_MAX, required=False
    )
    remove_photo = serializers.BooleanField(required=False)


class NeedSupportInput(StrictSerializer):
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)


class NeedAnswerInput(StrictSerializer):
    text = serializers.CharField(max_length=1000)


class NeedCloseInput(StrictSerializer):
    outcome = serializers.ChoiceField([NeedStatus.SOLVED.value, NeedStatus.DECLINED.value])
    reason = serializers.CharField(max_length=1000)


class NeedReopenInput(StrictSerializer):
    reason = serializers.CharField(max_length=1000)


class NeedAssignInput(StrictSerializer):
    office = serializers.IntegerField(help_text="单位编号，见 /api/v1/offices/")
    reason = serializers.CharField(max_length=300)


class NeedCategoryInput(StrictSerializer):
    category = serializers.ChoiceField(CATEGORY_KEYS)


class NeedConfirmInput(StrictSerializer):
    note = serializers.CharField(max_length=300)


class NeedPhotoInput(StrictSerializer):
    looked = serializers.BooleanField(help_text="已看过照片，没有能认出的人脸、车牌、门牌和证件")


class NeedMergeInput(StrictSerializer):
    into = serializers.CharField(max_length=60, help_text="保留的需求编号")
    reason = serializers.CharField(max_length=300)


class NeedContactInput(StrictSerializer):
    purpose = serializers.CharField(max_length=200)


class NeedContactSerializer(serializers.Serializer):
    name = serializers.CharField()
    phone = serializers.CharField()
    content_as_typed = serializers.CharField()


class SimilarQuery(StrictSerializer):
    text = serializers.CharField(max_length=rules.CONTENT_MAX)
    community = serializers.CharField(max_length=12, help_text="社区代码")


class NeedQuery(StrictSerializer):
    q = serializers.CharField(max_length=60, required=False)
    street = serializers.CharField(max_length=9, required=False)
    community = serializers.CharField(max_length=12, required=False)
    category = serializers.ChoiceField(CATEGORY_KEYS, required=False)
    status = serializers.ChoiceField(NeedStatus.choices, required=False)
    order = serializers.ChoiceField(["wanted"], required=False)
