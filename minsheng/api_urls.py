"""/api/v1/: every app's urls.py offers `api_urlpatterns`; names are "api:<app>:<name>"."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

APPS = ["core", "accounts", "communities", "projects", "deliberation", "portal"]


def _of(app):
    return getattr(import_module(f"{app}.urls"), "api_urlpatterns", [])


urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    *[path("", include((_of(app), app))) for app in APPS if find_spec(f"{app}.urls")],
]
