"""Addresses. Every app's urls.py writes its whole paths ("needs/", "proposals/<int:pk>/") and sets
`app_name`; it is mounted at the root. Rules of access: minsheng/access.py.
"""

from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path


def healthz(request):
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include(("minsheng.api_urls", "api"))),
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("communities.urls")),
    path("", include("projects.urls")),
    path("", include("deliberation.urls")),
    path("", include("portal.urls")),
]

# wrong addresses and errors look like refusals do
handler400 = "core.pages.bad_request"
handler403 = "core.pages.permission_denied"
handler404 = "core.pages.page_not_found"
handler500 = "core.pages.server_error"
