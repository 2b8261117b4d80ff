"""The API of the import of needs: the same steps as the pages, for programs of a street."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from communities import selectors
from communities.machine import ImportState
from communities.services import import_runs
from core.api import PageNumber, ReasonSerializer, SignedIn, StrictSerializer
from core.exports import XLSX
from core.refusals import BadInput, NotFound, Reason
from core.selectors import file_for
from core.views import sent


class ImportInput(StrictSerializer):
    file = serializers.FileField()
    # the community of rows that name none
    community = serializers.CharField(max_length=12, required=False)


class FaultSerializer(serializers.Serializer):
    row = serializers.IntegerField()
    column = serializers.CharField()
    typed = serializers.CharField()
    code = serializers.CharField()
    text = serializers.CharField()
    remedy = serializers.CharField()


class ImportPlaceSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    new = serializers.IntegerField()
    known = serializers.IntegerField()


class ImportSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    file_name = serializers.CharField(source="file.name")
    state = serializers.ChoiceField(ImportState.choices)
    state_label = serializers.CharField(source="get_state_display")
    done_rows = serializers.IntegerField()
    total_rows = serializers.IntegerField()
    faulty_rows = serializers.IntegerField()
    new_rows = serializers.IntegerField()
    known_rows = serializers.IntegerField()
    made_rows = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class ImportDetailSerializer(ImportSerializer):
    """With what the trial run found; only the first faults, the report has them all."""

    faults = FaultSerializer(many=True, source="found.faults")
    places = ImportPlaceSerializer(many=True, source="found.places")
    ignored = serializers.ListField(child=serializers.CharField(), source="found.ignored")
    reasons = ReasonSerializer(many=True, source="found.reasons")


class ImportList(generics.ListAPIView):
    permission_classes = [SignedIn]
    parser_classes = [MultiPartParser]
    serializer_class = ImportSerializer
    pagination_class = PageNumber
    filter_backends = []

    def get_queryset(self):
        return selectors.imports_of(self.request.user)

    @extend_schema(operation_id="need_imports", tags=["needs"])
    def get(self, request):
        """The caller's own imports, the newest first."""
        return self.list(request)

    @extend_schema(
        operation_id="need_import_upload",
        tags=["needs"],
        request={"multipart/form-data": ImportInput},
        responses={202: ImportDetailSerializer},
    )
    def post(self, request):
        """The table is taken in; the trial run writes no need. Ask its address how far it is."""
        fields = ImportInput(data=request.data)
        fields.is_valid(raise_exception=True)
        code = fields.validated_data.get("community")
        community = selectors.communities_of().filter(code=code).first() if code else None
        if code and community is None:
            raise BadInput(Reason("community_unknown", _("没有这个社区。"), field="community"))
        run = import_runs.upload_needs(
            upload=fields.validated_data["file"],
            community_id=community and community.pk,
            actor=request.user,
            now=timezone.now(),
        )
        return _detail(import_runs.own_run(run.pk, request.user), 202)


class ImportDetail(APIView):
    permission_classes = [SignedIn]

    @extend_schema(operation_id="need_import", tags=["needs"], responses=ImportDetailSerializer)
    def get(self, request, pk):
        return _detail(import_runs.own_run(pk, request.user))


class ImportConfirm(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="need_import_confirm",
        tags=["needs"],
        request=None,
        responses={202: ImportDetailSerializer},
    )
    def post(self, request, pk):
        """Write the rows that the trial run found new: all of them or none."""
        StrictSerializer(data=request.data).is_valid(raise_exception=True)
        import_runs.confirm_import(run_id=pk, actor=request.user, now=timezone.now())
        return _detail(import_runs.own_run(pk, request.user), 202)


class ImportCancel(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="need_import_cancel",
        tags=["needs"],
        request=None,
        responses=ImportDetailSerializer,
    )
    def post(self, request, pk):
        StrictSerializer(data=request.data).is_valid(raise_exception=True)
        import_runs.cancel_import(run_id=pk, actor=request.user, now=timezone.now())
        return _detail(import_runs.own_run(pk, request.user))


class ImportReport(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="need_import_report",
        tags=["needs"],
        responses={(200, XLSX): OpenApiTypes.BINARY},
    )
    def get(self, request, pk):
        """The table once more, every fault beside its row."""
        run = import_runs.own_run(pk, request.user)
        if run.report_id is None:
            raise NotFound(Reason("no_report", _("这次导入没有更正表。")))
        return sent(file_for(request.user, run.report_id))


def _detail(run, status=200):
    return Response(ImportDetailSerializer(run).data, status=status)
