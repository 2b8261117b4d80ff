"""Addresses of projects: rules and money; endpoints from api_urls.py."""

from django.urls import path

from projects import views
from projects.api_urls import urlpatterns as api_urlpatterns

__all__ = ["api_urlpatterns", "app_name", "urlpatterns"]

app_name = "projects"

urlpatterns = [
    path("rules/", views.rules, name="rules"),
    path("rules/positive-list/", views.positive_list, name="positive_list"),
    path("envelopes/", views.envelopes, name="envelopes"),
    path("envelopes/<slug:code>/<int:year>/", views.envelope, name="envelope"),
]
