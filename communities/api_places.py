"""The API of places: streets, communities, estates, offices, organisations. Read only."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics

from communities import selectors
from communities import serializers_places as s
from core.api import PageNumber, Public

PAGING = ("page", "page_size")


class PublicList(generics.ListAPIView):
    """A list whose filters are exactly those of its query serializer; any other word is 400."""

    permission_classes = [Public]
    pagination_class = PageNumber
    filter_backends = []
    query_class = None

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.rows()
        given = {k: v for k, v in self.request.query_params.items() if k not in PAGING}
        query = self.query_class(data=given)
        query.is_valid(raise_exception=True)
        return self.rows(**query.validated_data)


@extend_schema_view(
    get=extend_schema(operation_id="streets", tags=["places"], parameters=[s.StreetQuery])
)
class StreetList(PublicList):
    serializer_class = s.StreetSerializer
    query_class = s.StreetQuery

    def rows(self, district=""):
        rows = selectors.streets()
        return rows.filter(district__code=district) if district else rows


@extend_schema_view(
    get=extend_schema(operation_id="communities", tags=["places"], parameters=[s.CommunityQuery])
)
class CommunityList(PublicList):
    serializer_class = s.CommunitySerializer
    query_class = s.CommunityQuery

    def rows(self, street=""):
        return selectors.communities_of(street)


@extend_schema_view(
    get=extend_schema(operation_id="estates", tags=["places"], parameters=[s.EstateQuery])
)
class EstateList(PublicList):
    serializer_class = s.EstateSerializer
    query_class = s.EstateQuery

    def rows(self, community=""):
        return selectors.estates_of(community)


@extend_schema_view(
    get=extend_schema(operation_id="offices", tags=["places"], parameters=[s.OfficeQuery])
)
class OfficeList(PublicList):
    serializer_class = s.OfficeSerializer
    query_class = s.OfficeQuery

    def rows(self, **where):
        return selectors.offices(**where)


@extend_schema_view(
    get=extend_schema(
        operation_id="organisations", tags=["places"], parameters=[s.OrganisationQuery]
    )
)
class OrganisationList(PublicList):
    serializer_class = s.OrganisationSerializer
    query_class = s.OrganisationQuery

    def rows(self, **where):
        return selectors.organisations(**where)
