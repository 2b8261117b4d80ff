"""Who am I."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView


class MeSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    username = serializers.CharField()
    person_id = serializers.IntegerField()
    person_name = serializers.CharField(source="person.name")
    is_demo = serializers.BooleanField()


class MeView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="me", responses=MeSerializer, tags=["accounts"])
    def get(self, request):
        return Response(MeSerializer(request.user).data)
