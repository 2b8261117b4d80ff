"""Addresses. Every app's urls.py writes its whole paths ("needs/", "proposals/<int:pk>/") and sets
`app_name`; it is mounted at the root. Rules of access: minsheng/access.py.
"""

from importlib.util import find_spec

from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path

APPS = ["core", "accounts", "communities", "projects", "deliberation", "portal"]


def healthz(request):
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include(("minsheng.api_urls", "api"))),
    *[path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")],
]

# wrong addresses and errors look like refusals do
handler400 = "core.pages.bad_request"
handler403 = "core.pages.permission_denied"
handler404 = "core.pages.page_not_found"
handler500 = "core.pages.server_error"
