"""Endpoints of the care of the pool: one table, one view per act."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema

from communities import selectors
from communities import serializers as s
from communities.api import StaffAct, detail_of, read_input
from communities.services import needs as services
from core.refusals import BadInput, NotFound, Reason


def _into(request, words):
    """The number of the need to be kept → its key, within the same person's scope."""
    try:
        into = selectors.need_for(request.user, words.pop("into"), timezone.localdate())
    except NotFound as missing:
        raise BadInput(
            Reason("need_unknown", _("没有这条需求，或不在您的管辖范围内。"), field="into")
        ) from missing
    return words | {"into_id": into.pk}


def _office(_request, words):
    return words | {"office_id": words.pop("office")}


def _as_typed(_request, words):
    return words


# act → input, service, and how the input's words become the service's
ENDPOINTS = {
    "assign": (s.NeedAssignInput, services.assign_need, _office),
    "recategorise": (s.NeedCategoryInput, services.recategorise_need, _as_typed),
    "confirm": (s.NeedConfirmInput, services.confirm_need, _as_typed),
    "merge": (s.NeedMergeInput, services.merge_need, _into),
    "keep_apart": (s.NeedConfirmInput, services.keep_apart, _as_typed),
    "unmerge": (s.NeedReopenInput, services.unmerge_need, _as_typed),
    "publish_photo": (s.NeedPhotoInput, services.publish_photo, _as_typed),
    "hide_photo": (s.NeedReopenInput, services.hide_photo, _as_typed),
}


def act_view(key):
    """The endpoint of one act: POST its input, get the need as it stands afterwards."""
    input_class, service, words_of = ENDPOINTS[key]

    class CareAct(StaffAct):
        @extend_schema(
            operation_id=f"need_{key}", tags=["needs"], request=input_class,
            responses=s.NeedDetailSerializer,
        )  # fmt: skip
        def post(self, request, number):
            keys = self.of(request, number)
            words = words_of(request, read_input(input_class, request))
            return detail_of(request, service(**keys, **words))

    CareAct.__name__ = f"Need{key.title()}"
    return CareAct
