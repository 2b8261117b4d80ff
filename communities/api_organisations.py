"""The API of faults on the record of organisations: staff read them, the district writes them."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from communities import permissions, selectors
from communities.api import read_input
from communities.models import FaultKind, OrganisationFault
from communities.services import organisation_faults as services
from core.api import SignedIn, StrictSerializer
from core.refusals import NotAllowed, refuse_if


class FaultInput(StrictSerializer):
    kind = serializers.ChoiceField(FaultKind.choices)
    found_on = serializers.DateField()
    source = serializers.CharField(max_length=200)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class LiftInput(StrictSerializer):
    reason = serializers.CharField(max_length=300)


class OrganisationFaultSerializer(serializers.ModelSerializer):
    """One fault; it bars while `lifted_at` is empty and the years of the rule set are not over."""

    class Meta:
        model = OrganisationFault
        fields = ["id", "kind", "found_on", "source", "note", "recorded_at", "lifted_at",
                  "lift_reason"]  # fmt: skip


class Faults(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="organisation_faults", tags=["places"],
        responses=OrganisationFaultSerializer(many=True),
    )  # fmt: skip
    def get(self, request, pk):
        today = timezone.localdate()
        refuse_if([permissions.may_read_faults(request.user, today)], NotAllowed)
        return Response(OrganisationFaultSerializer(selectors.faults_of(pk), many=True).data)

    @extend_schema(
        operation_id="organisation_fault_record", tags=["places"], request=FaultInput,
        responses={201: OrganisationFaultSerializer},
    )  # fmt: skip
    def post(self, request, pk):
        fault = services.record_fault(
            organisation_id=pk, **read_input(FaultInput, request), actor=request.user,
            now=timezone.now(),
        )  # fmt: skip
        return Response(OrganisationFaultSerializer(fault).data, status=201)


class LiftFault(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="organisation_fault_lift", tags=["places"], request=LiftInput,
        responses=OrganisationFaultSerializer,
    )  # fmt: skip
    def post(self, request, pk):
        fault = services.lift_fault(
            fault_id=pk, **read_input(LiftInput, request), actor=request.user,
            now=timezone.now(),
        )  # fmt: skip
        return Response(OrganisationFaultSerializer(fault).data)
