"""Places as the API shows them, and the words their lists may be asked with."""

from rest_framework import serializers

from communities.models import Office, OfficeKind, Organisation, OrganisationKind, Street
from core.api import StrictSerializer


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


class EstateSerializer(serializers.Serializer):
    name = serializers.CharField()
    community_code = serializers.CharField(source="community.code")
    community = serializers.CharField(source="community.name")
    is_old = serializers.BooleanField(help_text="老旧住宅区")
    old_reason = serializers.CharField(help_text="认定依据")


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


class StreetQuery(StrictSerializer):
    district = serializers.CharField(max_length=6, required=False)


class CommunityQuery(StrictSerializer):
    street = serializers.CharField(max_length=9, required=False)


class EstateQuery(StrictSerializer):
    community = serializers.CharField(max_length=12, required=False, help_text="社区代码")


class OfficeQuery(StrictSerializer):
    kind = serializers.ChoiceField(OfficeKind.choices, required=False)
    community = serializers.CharField(max_length=12, required=False)
    street = serializers.CharField(max_length=9, required=False)
    district = serializers.CharField(max_length=6, required=False)


class OrganisationQuery(StrictSerializer):
    kind = serializers.ChoiceField(OrganisationKind.choices, required=False)
    community = serializers.CharField(max_length=12, required=False)
    q = serializers.CharField(max_length=60, required=False)
