"""What goes in and what comes out of the API. Out: public fields only; contacts have no field."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from communities import rules
from communities.categories import BENEFICIARIES, CATEGORIES
from communities.models import (
    Channel,
    NeedStatus,
    Office,
    OfficeKind,
    Organisation,
    OrganisationKind,
    Street,
    Urgency,
)
from communities.roles import Role
from core.api import ReasonSerializer, StrictSerializer, WholeNumberField

CATEGORY_KEYS = [(category.key, category.label) for category in CATEGORIES.values()]


class StreetSerializer(serializers.ModelSerializer):
    district_code = serializers.CharField(source="district.code")
    district = serializers.CharField(source="district.name")

    class Meta:
        model = Street
        fields = ["code", "name", "abbr", "district_code", "district"]


class CommunitySerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    abbr = serializers.CharField()
    street_code = serializers.CharField(source="street.code")
    street = serializers.CharField(source="street.name")


class OfficeSerializer(serializers.ModelSerializer):
    kind_label = serializers.CharField(source="get_kind_display")
    place_code = serializers.CharField(source="place.code")
    place = serializers.CharField(source="place.name")

    class Meta:
        model = Office
        fields = ["id", "kind", "kind_label", "name", "place_code", "place"]


class OrganisationSerializer(serializers.ModelSerializer):
    kind_label = serializers.CharField(source="get_kind_display")
    community_code = serializers.CharField(source="community.code", default=None)

    class Meta:
        model = Organisation
        fields = [
            "id",
            "kind",
            "kind_label",
            "name",
            "credit_code",
            "filing_no",
            "community_code",
            "registered_on",
            "is_active",
        ]


class NeedSerializer(serializers.Serializer):
    number = serializers.CharField()
    community_code = serializers.CharField(source="community.code")
    community = serializers.CharField(source="community.name")
    street = serializers.CharField(source="community.street.name")
    channel = serializers.ChoiceField(Channel.choices)
    category = serializers.ChoiceField(CATEGORY_KEYS)
    category_label = serializers.CharField()
    content = serializers.CharField()
    place_text = serializers.CharField()
    beneficiaries = serializers.ListField(
        child=serializers.ChoiceField(list(BENEFICIARIES.items())), source="beneficiary_keys"
    )
    urgency = serializers.ChoiceField(Urgency.choices)
    status = serializers.ChoiceField(NeedStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    reason = serializers.CharField()
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = serializers.CharField(source="committee_name")
    supporter_count = serializers.IntegerField()
    questionnaire_count = serializers.IntegerField()
    on_behalf = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


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
        return [
            {
                "key": act.key,
                "label": str(act.label),
                "allowed": act.allowed,
                "href": act.href,
                "reasons": [reason.as_dict() for reason in act.reasons],
            }
            for act in self.context["acts"]
        ]


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
    place_text = serializers.CharField(max_length=120, required=False, allow_blank=True)
    beneficiaries = serializers.ListField(
        child=serializers.ChoiceField(list(BENEFICIARIES.items())), required=False, max_length=7
    )
    urgency = serializers.ChoiceField(Urgency.choices, required=False)


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
    form_scan = serializers.FileField(required=False)
    scan_missing_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NeedCodeInput(StrictSerializer):
    number = serializers.CharField(max_length=60)
    query_code = serializers.CharField(max_length=30)


class NeedCorrectionInput(NeedCodeInput):
    category = serializers.ChoiceField(CATEGORY_KEYS, required=False)
    content = serializers.CharField(
        min_length=rules.CONTENT_MIN, max_length=rules.CONTENT_MAX, required=False
    )
    place_text = serializers.CharField(max_length=120, required=False, allow_blank=True)
    beneficiaries = serializers.ListField(
        child=serializers.ChoiceField(list(BENEFICIARIES.items())), required=False, max_length=7
    )
    urgency = serializers.ChoiceField(Urgency.choices, required=False)


class NeedSupportInput(StrictSerializer):
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)


class NeedAnswerInput(StrictSerializer):
    text = serializers.CharField(max_length=1000)


class NeedCloseInput(StrictSerializer):
    outcome = serializers.ChoiceField([NeedStatus.SOLVED.value, NeedStatus.DECLINED.value])
    reason = serializers.CharField(max_length=1000)


class NeedReopenInput(StrictSerializer):
    reason = serializers.CharField(max_length=1000)


class NeedContactInput(StrictSerializer):
    purpose = serializers.CharField(max_length=200)


class NeedContactSerializer(serializers.Serializer):
    name = serializers.CharField()
    phone = serializers.CharField()
    content_as_typed = serializers.CharField()


class StreetQuery(StrictSerializer):
    district = serializers.CharField(max_length=6, required=False)


class CommunityQuery(StrictSerializer):
    street = serializers.CharField(max_length=9, required=False)


class OfficeQuery(StrictSerializer):
    kind = serializers.ChoiceField(OfficeKind.choices, required=False)
    community = serializers.CharField(max_length=12, required=False)
    street = serializers.CharField(max_length=9, required=False)
    district = serializers.CharField(max_length=6, required=False)


class OrganisationQuery(StrictSerializer):
    kind = serializers.ChoiceField(OrganisationKind.choices, required=False)
    community = serializers.CharField(max_length=12, required=False)
    q = serializers.CharField(max_length=60, required=False)


class NeedQuery(StrictSerializer):
    q = serializers.CharField(max_length=60, required=False)
    street = serializers.CharField(max_length=9, required=False)
    community = serializers.CharField(max_length=12, required=False)
    category = serializers.ChoiceField(CATEGORY_KEYS, required=False)
    status = serializers.ChoiceField(NeedStatus.choices, required=False)
    order = serializers.ChoiceField(["wanted"], required=False)
