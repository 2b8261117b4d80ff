"""The API of rules and money: rule sets and the positive list for all, envelopes for staff."""

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from communities.api_places import PublicList
from communities.permissions import scope_of
from core.api import SignedIn, StrictSerializer, WholeNumberField, YuanField
from projects import selectors
from projects.choices import ProposalType
from projects.models import Envelope, PositiveItem, RuleSet


class CapOut(serializers.Serializer):
    level = serializers.CharField()
    type = serializers.CharField()
    cap = YuanField(source="cap_fen", read_only=True)
    applicants = serializers.ListField(child=serializers.CharField())


class DocumentOut(serializers.Serializer):
    title = serializers.CharField()
    number = serializers.CharField()
    issued_by = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)


class RuleSetOut(serializers.ModelSerializer):
    """A rule set. `reconstructed` names the fields whose numbers are in no source."""

    community_year_cap = YuanField(source="community_year_cap_fen", read_only=True)
    caps = CapOut(source="type_caps", many=True)
    exclusions = serializers.SlugRelatedField(slug_field="text", many=True, read_only=True)
    documents = DocumentOut(many=True)
    reconstructed = serializers.ListField(
        source="reconstructed_fields", child=serializers.CharField()
    )

    class Meta:
        model = RuleSet
        fields = [
            "code", "name", "source", "effective_from", "effective_to", "is_history_only",
            "step_count", "ledger_count", "community_year_cap", "quorum_numerator",
            "quorum_denominator", "is_quorum_inclusive", "announce_days", "notice_days",
            "notice_mode", "service_questionnaires", "max_returns", "objection_answer_days",
            "organisation_months", "clean_years",
            "caps", "exclusions", "documents", "reconstructed",
        ]  # fmt: skip


class PositiveItemOut(serializers.ModelSerializer):
    rule_set = serializers.CharField(source="rule_set.code")

    class Meta:
        model = PositiveItem
        fields = ["id", "rule_set", "code", "type", "title", "detail", "source"]


class EnvelopeOut(serializers.ModelSerializer):
    community = serializers.CharField(source="community.code")
    community_name = serializers.CharField(source="community.name")
    cap = YuanField(source="cap_fen", read_only=True)
    reserved = YuanField(source="reserved_fen", read_only=True)
    paid = YuanField(source="paid_fen", read_only=True)
    left = YuanField(source="free_fen", read_only=True)

    class Meta:
        model = Envelope
        fields = ["community", "community_name", "year", "cap", "reserved", "paid", "left"]


class NoQuery(StrictSerializer):
    """No filter."""


class PositiveQuery(StrictSerializer):
    rule_set = serializers.CharField(required=False)
    type = serializers.ChoiceField(choices=ProposalType.choices, required=False)
    text = serializers.CharField(required=False, max_length=40)


class EnvelopeQuery(StrictSerializer):
    community = serializers.CharField(required=False)
    year = WholeNumberField(min_value=2000, max_value=2999, required=False)


@extend_schema_view(get=extend_schema(operation_id="rule_sets", tags=["rules"]))
class RuleSetList(PublicList):
    serializer_class = RuleSetOut
    query_class = NoQuery

    def rows(self):
        return RuleSet.objects.prefetch_related("type_caps", "exclusions", "documents").order_by(
            "-effective_from", "-pk"
        )


@extend_schema_view(
    get=extend_schema(operation_id="positive_list", tags=["rules"], parameters=[PositiveQuery])
)
class PositiveList(PublicList):
    serializer_class = PositiveItemOut
    query_class = PositiveQuery

    def rows(self, rule_set="", type="", text=""):
        rows = selectors.positive_list(type=type, text=text)
        return rows.filter(rule_set__code=rule_set) if rule_set else rows


@extend_schema_view(
    get=extend_schema(operation_id="envelopes", tags=["money"], parameters=[EnvelopeQuery])
)
class EnvelopeList(PublicList):
    """Envelopes of the caller's own places."""

    permission_classes = [SignedIn]
    serializer_class = EnvelopeOut
    query_class = EnvelopeQuery

    def rows(self, community="", year=None):
        rows = Envelope.objects.select_related("community").order_by("-year", "community__code")
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        scope = scope_of(self.request.user, timezone.localdate(timezone.now()))
        if not scope.all:
            rows = rows.filter(
                Q(community_id__in=scope.community_ids)
                | Q(community__street_id__in=scope.street_ids)
            )
        rows = rows.filter(community__code=community) if community else rows
        return rows.filter(year=year) if year else rows
