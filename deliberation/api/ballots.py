"""Secret ballots: opened, cast, counted on paper, closed. No answer tells a choice before the end."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import EnvelopeSerializer, SignedIn, StrictSerializer, WholeNumberField
from core.masking import mask_free_text
from deliberation import ballot_browse, rules
from deliberation.api.inputs import RecusalInput, Text
from deliberation.api.matters import REFUSALS, read
from deliberation.api.meetings import meeting_view
from deliberation.choices import Choice
from deliberation.models import AgendaItem
from deliberation.services import ballots, paper_counts


class OpenBallotInput(StrictSerializer):
    minutes = WholeNumberField(
        min_value=1, max_value=rules.LONGEST_BALLOT, required=False, allow_null=True, default=None,
        help_text=_("到宣布的截止时间的分钟数"),
    )  # fmt: skip
    recusals = RecusalInput(many=True, required=False, default=list)
    presenter = Text(max_length=40, required=False, allow_blank=True, default="")
    discussion = Text(max_length=5000, required=False, allow_blank=True, default="")
    tellers = Text(max_length=80)


class CastInput(StrictSerializer):
    choice = serializers.ChoiceField(choices=Choice.choices)


class PaperInput(StrictSerializer):
    members = serializers.ListField(
        child=serializers.IntegerField(), source="member_ids", allow_empty=False, max_length=1000,
        help_text=_("领取纸质票的成员 id"),
    )  # fmt: skip


class PaperTallyInput(StrictSerializer):
    """One person's own count of the paper ballots."""

    yes = WholeNumberField(min_value=0, max_value=1000)
    no = WholeNumberField(min_value=0, max_value=1000)
    abstain = WholeNumberField(min_value=0, max_value=1000)
    spoiled = WholeNumberField(min_value=0, max_value=1000, default=0)
    missing = WholeNumberField(min_value=0, max_value=1000, default=0)
    scan = serializers.FileField(required=False, allow_null=True, default=None)


class CloseInput(StrictSerializer):
    is_cut_off = serializers.BooleanField(
        default=False, help_text=_("主持人已宣布截止，未投票的计为弃权")
    )


class MyBallotOut(serializers.Serializer):
    """An open ballot in which the caller has a vote."""

    item = serializers.IntegerField(source="box.item_id", help_text=_("议题 id，投票时用"))
    meeting = serializers.CharField(source="box.item.meeting.number")
    position = serializers.IntegerField(source="box.item.position")
    title = serializers.SerializerMethodField()
    ends_at = serializers.DateTimeField(source="box.ends_at")
    used = serializers.CharField(help_text=_("空：未投；phone：已投；paper：已领纸质票"))

    def get_title(self, right) -> str:
        return mask_free_text(right.box.item.matter.proposal.title)


class PaperTallyOut(serializers.Serializer):
    agrees = serializers.BooleanField(
        allow_null=True, help_text=_("空：等另一位录入；真：一致；假：不一致，须重新清点")
    )
    attempt = serializers.IntegerField(help_text=_("下一次录入是第几次清点"))


class MyBallots(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="my_ballots", tags=["meetings"], responses={200: MyBallotOut(many=True)}
    )
    def get(self, request):
        return Response(MyBallotOut(ballot_browse.ballots_of(request.user)[:20], many=True).data)


BALLOT_ENDPOINTS = {
    "open_ballot": (OpenBallotInput, ballots.open_ballot),
    "cast_ballot": (CastInput, ballots.cast_ballot),
    "mark_paper": (PaperInput, ballots.mark_paper),
    "close_ballot": (CloseInput, ballots.close_ballot),
}


def ballot_view(key):
    """The endpoint of one act on an item's ballot."""
    input_class, service = BALLOT_ENDPOINTS[key]

    def call(request, pk, fields, now):
        service(item_id=pk, actor=request.user, now=now, **fields)
        return AgendaItem.objects.values_list("meeting_id", flat=True).get(pk=pk)

    return meeting_view(key, input_class, call)


class EnterTally(APIView):
    """Two people key in what they counted, apart from each other."""

    permission_classes = [SignedIn]
    parser_classes = [JSONParser, MultiPartParser, FormParser]

    @extend_schema(
        operation_id="enter_tally", tags=["meetings"], request=PaperTallyInput,
        responses={200: PaperTallyOut, 404: EnvelopeSerializer, **REFUSALS},
    )  # fmt: skip
    def post(self, request, pk):
        box, agrees = paper_counts.enter_tally(
            item_id=pk, actor=request.user, now=timezone.now(), **read(PaperTallyInput, request)
        )
        return Response(PaperTallyOut({"agrees": agrees, "attempt": box.attempt}).data)
