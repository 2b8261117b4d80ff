"""What goes in and what comes out about rounds. Out: public fields only; who handed out has none."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from communities.models import RoundMethod, RoundState
from communities.serializers import CATEGORY_KEYS, NeedChangeSerializer, NextActSerializer
from communities.services.round_checks import MOST_TALLIES
from core.api import StrictSerializer, WholeNumberField

Forms = serializers.IntegerField
MOST = 100_000


class TallySerializer(serializers.Serializer):
    label = serializers.CharField()
    category = serializers.ChoiceField(CATEGORY_KEYS)
    category_label = serializers.CharField()
    count = Forms(help_text="选了这一项的有效份数")


class RoundSerializer(serializers.Serializer):
    number = serializers.CharField()
    community_code = serializers.CharField(source="community.code")
    community = serializers.CharField(source="community.name")
    street = serializers.CharField(source="community.street.name")
    title = serializers.CharField()
    method = serializers.ChoiceField(RoundMethod.choices)
    method_label = serializers.CharField(source="get_method_display")
    state = serializers.ChoiceField(RoundState.choices)
    state_label = serializers.CharField(source="get_state_display")
    opened_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    handed_out_where = serializers.CharField()
    handed_out = Forms(help_text="发放份数")
    returned = Forms(help_text="收回份数")
    valid = Forms(help_text="有效份数")
    has_too_few = serializers.BooleanField(help_text="有效份数少于每轮应有的份数（推定）")
    citation_count = serializers.IntegerField(help_text="被申报项目引用的次数")
    cancel_reason = serializers.CharField()
    updated_at = serializers.DateTimeField()


class RoundDetailSerializer(RoundSerializer):
    version = serializers.IntegerField(help_text="填入各办理接口的 seen，可以避免覆盖别人的修改")
    tallies = TallySerializer(many=True)
    changes = NeedChangeSerializer(many=True, source="changes_in_order")
    next_acts = serializers.SerializerMethodField()

    @extend_schema_field(NextActSerializer(many=True))
    def get_next_acts(self, one):
        return NextActSerializer(self.context["acts"], many=True).data


class RoundQuery(StrictSerializer):
    q = serializers.CharField(max_length=60, required=False)
    street = serializers.CharField(max_length=9, required=False)
    community = serializers.CharField(max_length=12, required=False)
    state = serializers.ChoiceField(RoundState.choices, required=False)
    method = serializers.ChoiceField(RoundMethod.choices, required=False)


class RoundInput(StrictSerializer):
    community = serializers.CharField(max_length=12, help_text="社区代码（12 位）")
    title = serializers.CharField(max_length=80)
    method = serializers.ChoiceField(RoundMethod.choices)
    opened_on = serializers.DateField()
    handed_out_where = serializers.CharField(max_length=120)
    handed_out_by = serializers.CharField(max_length=80, required=False, allow_blank=True)
    handed_out = WholeNumberField(min_value=0, max_value=MOST, required=False)


class TallyInput(StrictSerializer):
    label = serializers.CharField(max_length=60)
    category = serializers.ChoiceField(CATEGORY_KEYS)
    count = WholeNumberField(min_value=1, max_value=MOST)


class RoundFiguresInput(StrictSerializer):
    handed_out = WholeNumberField(min_value=0, max_value=MOST)
    returned = WholeNumberField(min_value=0, max_value=MOST)
    valid = WholeNumberField(min_value=0, max_value=MOST)
    tallies = TallyInput(many=True, max_length=MOST_TALLIES)
    seen = WholeNumberField(min_value=0, required=False)


class RoundCorrectionInput(RoundFiguresInput):
    reason = serializers.CharField(max_length=300)


class RoundCloseInput(StrictSerializer):
    closed_on = serializers.DateField()
    summary_sheet = serializers.FileField(required=False)
    seen = WholeNumberField(min_value=0, required=False)


class RoundCancelInput(StrictSerializer):
    reason = serializers.CharField(max_length=300)
