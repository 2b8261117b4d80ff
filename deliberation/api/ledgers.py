"""Ledgers as documents: counts, papers and sheets, snapshots, their check, packages of matters."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import EnvelopeSerializer, PageNumber, Public, SignedIn, StrictSerializer
from core.exports import XLSX, ZIP, book_response, download, file_stream
from core.pdf import MIME as PDF
from core.refusals import BadInput, Reason
from deliberation import ledger_books
from deliberation.api.inputs import NoInput
from deliberation.api.matters import REFUSALS, read
from deliberation.ledger_scope import Asked, counts_of, place_for, places_read
from deliberation.models import LedgerSnapshot
from deliberation.services import packages, snapshots
from deliberation.snapshots import (
    compared,
    frozen,
    printing,
    recent_verdict,
    snapshot_for,
    snapshots_for,
    verdict,
)

TAGS = ["ledgers"]


class DocumentQuery(StrictSerializer):
    ledgers = serializers.CharField(
        max_length=11, default="1,2,3,4,5,6", help_text=_("台账编号，逗号分隔，如 1,4")
    )
    place = serializers.CharField(max_length=12, help_text=_("社区、街道或区的代码"))
    since = serializers.DateField()
    until = serializers.DateField()

    def validate_ledgers(self, value):
        numbers = value.split(",")
        if not set(numbers) <= set("123456"):
            raise serializers.ValidationError(_("台账编号为 1 至 6，用逗号分隔。"))
        return sorted({int(number) for number in numbers})


class FreezeInput(StrictSerializer):
    ledgers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=6), min_length=1, max_length=6
    )
    place = serializers.CharField(max_length=12, help_text=_("社区、街道或区的代码"))
    since = serializers.DateField()
    until = serializers.DateField()


class CompareInput(StrictSerializer):
    file = serializers.FileField(help_text=_("手头的 PDF 或 XLSX；只计算摘要，不保存"))


class LedgerDocumentOut(serializers.Serializer):
    place = serializers.CharField()
    place_name = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()
    counts = serializers.DictField(child=serializers.IntegerField())
    total = serializers.IntegerField()
    pdf_limit = serializers.IntegerField()
    xlsx_limit = serializers.IntegerField()
    freeze_limit = serializers.IntegerField()


class SnapshotFileOut(serializers.Serializer):
    ledger = serializers.IntegerField()
    form = serializers.CharField()
    volume = serializers.IntegerField()
    sha256 = serializers.CharField(source="file.digest")
    size = serializers.IntegerField(source="file.size")


class VerdictOut(serializers.Serializer):
    same = serializers.BooleanField()
    digest = serializers.CharField()
    broken = serializers.IntegerField()
    later = serializers.IntegerField()
    asked_at = serializers.DateTimeField()


class SnapshotOut(serializers.ModelSerializer):
    ledgers = serializers.ListField(child=serializers.IntegerField(), source="numbers")

    class Meta:
        model = LedgerSnapshot
        fields = ["number", "place_name", "district_code", "street_code", "community_code",
                  "since", "until", "ledgers", "as_of", "row_count", "algorithm", "digest",
                  "office_name"]  # fmt: skip


class SnapshotDetailOut(SnapshotOut):
    """With its files so far, how many there will be, and what the rows say today."""

    counts = serializers.DictField(child=serializers.IntegerField())
    files = SnapshotFileOut(many=True)
    files_wanted = serializers.IntegerField()
    today = VerdictOut()

    class Meta(SnapshotOut.Meta):
        fields = [*SnapshotOut.Meta.fields, "counts", "files", "files_wanted", "today"]

    def to_representation(self, snapshot):
        said, now = printing(snapshot), timezone.now()
        judge = self.context["judge"]
        return SnapshotOut(snapshot).data | {
            "counts": {str(number): n for number, n in snapshot.counts.items()},
            "files": SnapshotFileOut(said.files, many=True).data,
            "files_wanted": said.wanted,
            "today": VerdictOut(judge(snapshot, now=now)).data,
        }


class ComparedOut(serializers.Serializer):
    sha256 = serializers.CharField(source="digest")
    is_of_this = serializers.SerializerMethodField()
    ledger = serializers.IntegerField(source="here.ledger", default=None, allow_null=True)
    form = serializers.CharField(source="here.form", default=None, allow_null=True)
    volume = serializers.IntegerField(source="here.volume", default=None, allow_null=True)
    other_number = serializers.CharField(
        source="elsewhere.snapshot.number", default=None, allow_null=True
    )

    def get_is_of_this(self, one) -> bool:
        return one.here is not None


def _asked(request, limit=None):
    query = DocumentQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    words, on = query.validated_data, timezone.localdate(timezone.now())
    places_read(request.user, on)
    place = place_for(request.user, words["place"], on)
    if words["since"] > words["until"]:
        raise BadInput(
            Reason(
                "period_backwards", _("起始日晚于截止日。"), "", _("请核对起止日期。"),
                field="until",
            )
        )  # fmt: skip
    asked = Asked(place, tuple(words["ledgers"]), words["since"], words["until"])
    if limit is not None:
        ledger_books.check_size(asked, limit)
    return asked


class LedgerDocument(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="ledger_document", tags=TAGS, parameters=[DocumentQuery],
        responses={200: LedgerDocumentOut, **REFUSALS},
    )  # fmt: skip
    def get(self, request):
        """How many rows a document would hold, and how many each format takes."""
        asked = _asked(request)
        counts = {str(number): n for number, n in counts_of(asked).items()}
        answer = {
            "place": asked.place.code, "place_name": asked.place.name, "since": asked.since,
            "until": asked.until, "counts": counts, "total": sum(counts.values()),
            "pdf_limit": ledger_books.PDF_LIMIT, "xlsx_limit": ledger_books.XLSX_LIMIT,
            "freeze_limit": ledger_books.FREEZE_LIMIT,
        }  # fmt: skip
        return Response(LedgerDocumentOut(answer).data)


class LedgerDocumentPdf(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="ledger_document_pdf", tags=TAGS, parameters=[DocumentQuery],
        responses={(200, PDF): OpenApiTypes.BINARY, **REFUSALS},
    )  # fmt: skip
    def get(self, request) -> HttpResponse:
        asked = _asked(request, ledger_books.PDF_LIMIT)
        data = ledger_books.draft_pdf(asked, timezone.now())
        return download(data, PDF, f"ledgers-{asked.place.code}", ".pdf")


class LedgerDocumentXlsx(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="ledger_document_xlsx", tags=TAGS, parameters=[DocumentQuery],
        responses={(200, XLSX): OpenApiTypes.BINARY, **REFUSALS},
    )  # fmt: skip
    def get(self, request) -> HttpResponse:
        asked = _asked(request, ledger_books.XLSX_LIMIT)
        return book_response(f"ledgers-{asked.place.code}", ledger_books.draft_sheets(asked))


def _detail(snapshot, judge, status=200):
    return Response(SnapshotDetailOut(snapshot, context={"judge": judge}).data, status=status)


class SnapshotList(generics.ListAPIView):
    permission_classes = [SignedIn]
    serializer_class = SnapshotOut
    pagination_class = PageNumber
    filter_backends = []

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return LedgerSnapshot.objects.none()
        on = timezone.localdate(timezone.now())
        places_read(self.request.user, on)
        return snapshots_for(self.request.user, on)

    @extend_schema(operation_id="ledger_snapshots", tags=TAGS)
    def get(self, request):
        return self.list(request)

    @extend_schema(
        operation_id="freeze_ledgers", tags=TAGS, request=FreezeInput,
        responses={201: SnapshotDetailOut, **REFUSALS},
    )  # fmt: skip
    def post(self, request):
        """Freeze; the files follow. Ask the snapshot's address how far they are."""
        fields = read(FreezeInput, request)
        snapshot = snapshots.freeze(
            place_code=fields.pop("place"), site=request.build_absolute_uri("/").rstrip("/"),
            actor=request.user, now=timezone.now(), **fields,
        )  # fmt: skip
        return _detail(snapshot, verdict, status=201)


class SnapshotDetail(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="ledger_snapshot", tags=TAGS, responses={200: SnapshotDetailOut, **REFUSALS}
    )
    def get(self, request, number):
        on = timezone.localdate(timezone.now())
        return _detail(snapshot_for(request.user, number, on), verdict)


class SnapshotCheck(APIView):
    """For everybody who holds a paper."""

    permission_classes = [Public]
    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        operation_id="check_ledger_snapshot", tags=TAGS,
        responses={200: SnapshotDetailOut, 404: EnvelopeSerializer},
    )  # fmt: skip
    def get(self, request, number):
        return _detail(frozen(number), recent_verdict)

    @extend_schema(
        operation_id="compare_ledger_file", tags=TAGS,
        request={"multipart/form-data": CompareInput},
        responses={200: ComparedOut, 400: EnvelopeSerializer, 404: EnvelopeSerializer},
    )  # fmt: skip
    def post(self, request, number):
        """Whether a file in hand is one of those printed; its digest is computed, nothing kept."""
        snapshot = frozen(number)
        upload = read(CompareInput, request)["file"]
        return Response(ComparedOut(compared(snapshot, upload)).data)


class MatterPackage(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="package_of_proposal", tags=TAGS, request=NoInput,
        responses={(200, ZIP): OpenApiTypes.BINARY, **REFUSALS},
    )  # fmt: skip
    def post(self, request, pk):
        """The archive package; that the caller took it goes into the audit chain."""
        read(NoInput, request)
        name, content = packages.make_package(matter_id=pk, actor=request.user, now=timezone.now())
        return file_stream(name, content, ZIP)
