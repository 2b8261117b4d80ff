"""Proposals: list, detail, draft and every act that addresses the proposal itself."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from communities.api_places import PublicList
from communities.models import Community, Need, RoundTally
from core.api import EnvelopeSerializer, Public, SignedIn
from core.refusals import BadInput, Reason
from deliberation import selectors
from deliberation.api import inputs as i
from deliberation.api import outputs as o
from deliberation.services import decisions, declaring, drafting, notices, reviews

REFUSALS = {400: EnvelopeSerializer, 403: EnvelopeSerializer, 404: EnvelopeSerializer,
            409: EnvelopeSerializer}  # fmt: skip


def read(serializer_class, request):
    """The validated input as a plain dict."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def community_by_code(code):
    """The community, or a refusal that names the field."""
    community = Community.objects.filter(code=code).first()
    if community is None:
        raise BadInput(Reason("community_unknown", _("没有这个社区。"), field="community"))
    return community


def detail(request, pk, now, status=200):
    """The whole of a matter as the caller may see it."""
    on = timezone.localdate(now)
    matter = selectors.matter_for(request.user, pk, on)
    context = {"user": request.user, "on": on, "now": now}
    return Response(o.MatterDetailOut(matter, context=context).data, status=status)


def content_of(fields):
    """Input fields → (content, lines) of the drafting services."""
    lines = [
        {"name": line["name"], "quantity": line["quantity"], "unit": line["unit"],
         "unit_price_fen": line["unit_price"]}
        for line in fields.pop("lines")
    ]  # fmt: skip
    for name in ("positive_item", "partner", "organisation"):
        if name in fields:
            fields[f"{name}_id"] = fields.pop(name)
    fields["estate_name"] = fields.pop("estate")
    return fields, lines


class ProposalList(PublicList):
    serializer_class = o.MatterOut
    query_class = i.ProposalQuery

    def rows(self, **words):
        on = timezone.localdate(timezone.now())
        rows = selectors.matters_visible_to(self.request.user, on)
        lookups = {
            "street": "proposal__community__street__code",
            "community": "proposal__community__code",
            "state": "state",
            "type": "proposal__type",
            "year": "proposal__year",
            "number": "proposal__number",
            "text": "proposal__title__icontains",
        }
        return rows.filter(**{lookups[key]: value for key, value in words.items()}).order_by("-pk")

    @extend_schema(operation_id="proposals", tags=["proposals"], parameters=[i.ProposalQuery])
    def get(self, request):
        return self.list(request)

    @extend_schema(
        operation_id="start_draft", tags=["proposals"], request=i.DraftInput,
        responses={201: o.MatterDetailOut, **REFUSALS},
    )  # fmt: skip
    def post(self, request):
        """Start a draft in the name of one of the caller's own capacities."""
        if not request.user.is_authenticated:
            self.permission_denied(request)
        fields, now = read(i.DraftInput, request), timezone.now()
        community = community_by_code(fields.pop("community"))
        based_on = fields.pop("based_on")
        content, lines = content_of(fields)
        matter = drafting.start_draft(
            community_id=community.pk, content=content, lines=lines, based_on_id=based_on,
            actor=request.user, now=now,
        )  # fmt: skip
        return detail(request, matter.pk, now, status=201)


class ProposalDetail(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="proposal", tags=["proposals"],
        responses={200: o.MatterDetailOut, 404: EnvelopeSerializer},
    )  # fmt: skip
    def get(self, request, pk):
        return detail(request, pk, timezone.now())


def _keys_of(numbers):
    """Numbers of needs → keys by number; an unknown number is refused by name."""
    found = dict(Need.objects.filter(number__in=numbers).values_list("number", "pk"))
    unknown = [number for number in numbers if number not in found]
    if unknown:
        raise BadInput(
            Reason(
                "need_unknown", _("没有需求：%(n)s。") % {"n": "、".join(unknown)}, field="needs"
            )
        )
    return found


def _evidence(fields):
    keys = _keys_of(fields.pop("needs"))
    tally_ids = [_tally_key(**row) for row in fields.pop("rounds")]
    return {**fields, "need_ids": list(keys.values()), "tally_ids": tally_ids}


def _tally_key(round, label):
    """Number of a round and a line of its summary → the line's key; refused when there is none."""
    found = RoundTally.objects.filter(round__number=round, label=label, round__state="closed")
    key = found.values_list("pk", flat=True).first()
    if key is None:
        raise BadInput(
            Reason(
                "tally_unknown", _("没有已汇总的%(n)s“%(label)s”。") % {"n": round, "label": label},
                remedy=_("请核对轮次编号和选项。"), field="rounds",
            )
        )  # fmt: skip
    return key


def _review(fields):
    if fields.get("needs") is not None:
        found = _keys_of([row["need"] for row in fields["needs"]])
        fields["needs"] = [
            {
                "need_id": found[row["need"]],
                "is_confirmed": row["is_confirmed"],
                "note": row["note"],
            }
            for row in fields["needs"]
        ]
    return dict(fields)


def _edit(fields):
    seen = fields.pop("seen", "")
    content, lines = content_of(fields)
    return {"content": content, "lines": lines, "seen": seen}


def _attach(fields):
    return {"upload": fields.pop("file"), **fields}


# act → input, service, and how the input's words become the service's
ENDPOINTS = {
    "edit": (i.EditInput, drafting.edit, _edit),
    "attach": (i.AttachInput, drafting.attach, _attach),
    "file_evidence": (i.EvidenceInput, drafting.file_evidence, _evidence),
    "declare": (i.NoInput, declaring.declare, dict),
    "redeclare": (i.NoInput, declaring.redeclare, dict),
    "return_for_correction": (i.WrittenReasonInput, declaring.return_for_correction, dict),
    "withdraw": (i.WrittenReasonInput, declaring.withdraw, dict),
    "give_opinion": (i.OpinionInput, reviews.give_opinion, dict),
    "record_survey": (i.SurveyInput, reviews.record_survey, dict),
    "summarise_gatekeeping": (i.SummaryInput, reviews.summarise_gatekeeping, dict),
    "record_review": (i.ReviewInput, reviews.record_review, _review),
    "discard_review": (i.WrittenReasonInput, reviews.discard_review, dict),
    "sign_review": (i.NoInput, reviews.sign_review, dict),
    "post_notice": (i.PostNoticeInput, notices.post_notice, dict),
    "conclude_notice": (i.NoInput, notices.conclude_notice, dict),
    "submit_for_decision": (i.SubmitInput, decisions.submit, dict),
    "establish": (i.EstablishInput, decisions.establish, dict),
    "return_from_street": (i.RefuseInput, decisions.return_from_street, dict),
    "reject_at_street": (i.RefuseInput, decisions.reject_at_street, dict),
}


def act_view(key):
    """The endpoint of one act: POST its input, get the proposal as it stands afterwards."""
    input_class, service, words = ENDPOINTS[key]

    class ActView(APIView):
        permission_classes = [SignedIn]
        parser_classes = [JSONParser, MultiPartParser, FormParser]

        @extend_schema(
            operation_id=key, tags=["proposals"], request=input_class,
            responses={200: o.MatterDetailOut, **REFUSALS},
        )  # fmt: skip
        def post(self, request, pk):
            now = timezone.now()
            selectors.matter_for(request.user, pk, timezone.localdate(now))
            fields = words(read(input_class, request))
            service(matter_id=pk, actor=request.user, now=now, **fields)
            return detail(request, pk, now)

    ActView.__name__ = f"{key.title().replace('_', '')}View"
    return ActView.as_view()


class AttachmentDetail(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="detach", tags=["proposals"], request=None,
        responses={200: o.MatterDetailOut, **REFUSALS},
    )  # fmt: skip
    def delete(self, request, pk, attachment_id):
        now = timezone.now()
        selectors.matter_for(request.user, pk, timezone.localdate(now))
        drafting.detach(matter_id=pk, attachment_id=attachment_id, actor=request.user, now=now)
        return detail(request, pk, now)
