"""The API of the portal: search, and what became of needs. The pages call the same functions."""

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import Public, StrictSerializer, WholeNumberField
from core.refusals import NotFound, Reason
from portal import coverage, search

KINDS = search.KIND_CHOICES


class SearchQuery(StrictSerializer):
    q = serializers.CharField(
        max_length=10_000,
        help_text="关键词、编号、条件：街道: 社区: 状态: 类别: 类型: 年: #编号 “词组” -词",
    )
    kind = serializers.ChoiceField(
        KINDS, required=False, help_text="需求或项目；不写时为有结果的那一种"
    )
    page = WholeNumberField(required=False, min_value=1)


class FoundOut(serializers.Serializer):
    kind = serializers.ChoiceField(KINDS)
    number = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    place = serializers.CharField()
    status = serializers.CharField()
    supporters = serializers.IntegerField(source="voices", allow_null=True)
    at = serializers.DateTimeField()
    href = serializers.CharField()


class KindCountOut(serializers.Serializer):
    kind = serializers.ChoiceField(KINDS)
    count = serializers.IntegerField()
    is_more = serializers.BooleanField(help_text="实际更多：只数到 1000")


class SearchOut(serializers.Serializer):
    counts = KindCountOut(many=True)
    kind = serializers.ChoiceField(KINDS)
    is_near = serializers.BooleanField(help_text="没有完全相同的，按最接近的给出")
    notes = serializers.ListField(child=serializers.CharField(), help_text="没看懂的条件")
    marks = serializers.ListField(child=serializers.CharField(), help_text="找到的词")
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    results = FoundOut(many=True)


class Search(APIView):
    """Public; who signs in also finds what they may see in their own places."""

    permission_classes = [Public]

    @extend_schema(
        operation_id="search", tags=["search"], parameters=[SearchQuery], responses=SearchOut
    )
    def get(self, request):
        query = SearchQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        found = search.find(asked["q"], user=request.user, on=timezone.localdate())
        kind = asked.get("kind") or found.best_kind()
        page = Paginator(found.keys(kind), search.PAGE_SIZE).get_page(asked.get("page"))
        said = {
            "counts": [
                {"kind": one, "count": found.count(one), "is_more": found.has_more(one)}
                for one in search.KINDS
            ],
            "kind": kind,
            "is_near": found.is_near,
            "notes": [str(note) for note in found.notes],
            "marks": found.marks,
            "page": page.number,
            "pages": page.paginator.num_pages,
            "results": search.rows(kind, page.object_list, found.marks),
        }
        return Response(SearchOut(said).data)


class CoverageQuery(StrictSerializer):
    place = serializers.CharField(
        max_length=12, required=False, allow_blank=True, help_text="街道或社区代码；不写为全区"
    )


class ReplyOut(serializers.Serializer):
    due = serializers.IntegerField(help_text="近一年到期应答复的需求")
    in_time = serializers.IntegerField()
    rate = serializers.CharField(allow_null=True)


class TallyOut(serializers.Serializer):
    label = serializers.CharField()
    query = serializers.DictField(child=serializers.CharField(allow_blank=True))
    stages = serializers.SerializerMethodField()
    people = serializers.IntegerField(source="tally.people", help_text="人次，不是人数")
    median_days = serializers.FloatField(source="tally.median_days", allow_null=True)
    oldest_days = serializers.IntegerField(source="tally.oldest_days", allow_null=True)

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_stages(self, line):
        return {stage.key: line.tally.of(stage.key) for stage in coverage.STAGES}


class WholeOut(TallyOut):
    reply = ReplyOut(source="tally.reply")


class StageOut(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    hint = serializers.CharField()
    meets = serializers.BooleanField()


class CoverageOut(serializers.Serializer):
    as_of = serializers.DateField()
    reply_days = serializers.IntegerField(help_text="答复期限，工作日（推定）")
    overdue = serializers.IntegerField(help_text="超过期限还没有答复")
    stages = StageOut(many=True)
    whole = WholeOut()
    categories = TallyOut(many=True)
    groups = TallyOut(many=True)
    parts = WholeOut(many=True)


class Coverage(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="coverage", tags=["search"], parameters=[CoverageQuery], responses=CoverageOut
    )
    def get(self, request):
        query = CoverageQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        places = coverage.Places()
        place = places.named(query.validated_data.get("place", ""))
        if place is None:
            raise NotFound(Reason("place_unknown", _("没有这个地方。"), field="place"))
        told = coverage.coverage(place, places, timezone.localdate())
        return Response(CoverageOut({**vars(told), "stages": coverage.STAGES}).data)
