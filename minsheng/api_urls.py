"""/api/v1/: every app's urls.py offers `api_urlpatterns`; names are "api:<app>:<name>"."""

from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

import accounts.urls
import communities.urls
import deliberation.urls
import portal.urls
import projects.urls
from core.api_schema import SchemaView

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    path("", include((accounts.urls.api_urlpatterns, "accounts"))),
    path("", include((communities.urls.api_urlpatterns, "communities"))),
    path("", include((projects.urls.api_urlpatterns, "projects"))),
    path("", include((deliberation.urls.api_urlpatterns, "deliberation"))),
    path("", include((portal.urls.api_urlpatterns, "portal"))),
]
