"""The API of rounds of questionnaires: closed ones for everybody, the acts for those who keep them."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from communities import round_acts, selectors
from communities import round_selectors as rows_of
from communities import serializers_rounds as s
from communities.api import read_input
from communities.api_places import PublicList
from communities.files import ROUND_SHEET
from communities.services import rounds as services
from core.api import Public, SignedIn
from core.files import take_in
from core.refusals import BadInput, Reason


class RoundList(PublicList):
    serializer_class = s.RoundSerializer
    query_class = s.RoundQuery

    def rows(self, **words):
        rows = rows_of.rounds_visible_to(self.request.user, timezone.localdate())
        return rows_of.filtered_rounds(rows, **words)

    @extend_schema(operation_id="rounds", tags=["rounds"], parameters=[s.RoundQuery])
    def get(self, request):
        """Closed rounds; of one's own places the others as well."""
        return self.list(request)

    @extend_schema(
        operation_id="round_open", tags=["rounds"], request=s.RoundInput,
        responses={201: s.RoundDetailSerializer},
    )  # fmt: skip
    def post(self, request):
        """Forms are being handed out: a new round of one's own community."""
        if not request.user.is_authenticated:
            self.permission_denied(request)
        fields = read_input(s.RoundInput, request)
        community = selectors.communities_of().filter(code=fields.pop("community")).first()
        if community is None:
            raise BadInput(Reason("community_unknown", _("没有这个社区。"), field="community"))
        one = services.open_round(
            community_id=community.pk, **fields, actor=request.user, now=timezone.now()
        )
        return _detail(request, one.number, 201)


class RoundDetail(APIView):
    permission_classes = [Public]

    @extend_schema(operation_id="round", tags=["rounds"], responses=s.RoundDetailSerializer)
    def get(self, request, number):
        return _detail(request, number)


def _with_sheet(one, request, words, key):
    """The scan is kept only when the act itself is open to this person."""
    if upload := words.pop("summary_sheet", None):
        now = timezone.now()
        round_acts.check(key, one, request.user, timezone.localdate(now))
        words["summary_sheet"] = take_in(upload, actor=request.user, at=now, purpose=ROUND_SHEET)
    return words


# act → input, service
ENDPOINTS = {
    "tally": (s.RoundFiguresInput, services.enter_tally),
    "close": (s.RoundCloseInput, services.close_round),
    "correct": (s.RoundCorrectionInput, services.correct_round),
    "cancel": (s.RoundCancelInput, services.cancel_round),
}


def act_view(key):
    """The endpoint of one act: POST its input, get the round as it stands afterwards."""
    input_class, service = ENDPOINTS[key]

    class RoundActView(APIView):
        permission_classes = [SignedIn]
        parser_classes = [JSONParser, MultiPartParser, FormParser]

        @extend_schema(
            operation_id=f"round_{key}", tags=["rounds"], request=input_class,
            responses=s.RoundDetailSerializer,
        )  # fmt: skip
        def post(self, request, number):
            one = rows_of.round_for(request.user, number, timezone.localdate())
            words = _with_sheet(one, request, read_input(input_class, request), key)
            service(round_id=one.pk, **words, actor=request.user, now=timezone.now())
            return _detail(request, number)

    RoundActView.__name__ = f"Round{key.title()}"
    return RoundActView


def _detail(request, number, status=200):
    today = timezone.localdate()
    one = rows_of.visible_round(request.user, number, today)
    context = {"acts": round_acts.acts_open_to(request.user, one, today)}
    return Response(s.RoundDetailSerializer(one, context=context).data, status=status)
