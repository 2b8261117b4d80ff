"""The schema of the API, as integrators read it."""

from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView

_drawn = {}


class SchemaView(SpectacularAPIView):
    """Drawn once a process for each language and format.

    It follows from the code alone; drawing takes half a second, and anybody may ask for it.
    """

    @extend_schema(exclude=True)
    def get(self, request, *args, **kwargs):
        renderer = request.accepted_renderer
        key = (renderer.media_type, translation.get_language())
        if key not in _drawn:
            fresh = self._get_schema_response(request)
            words = renderer.render(fresh.data, renderer.media_type, {"view": self})
            _drawn[key] = (words, fresh["Content-Disposition"])
        words, disposition = _drawn[key]
        return HttpResponse(
            words,
            content_type=f"{renderer.media_type}; charset=utf-8",
            headers={"Content-Disposition": disposition},
        )
