"""Addresses of the history import."""

from django.urls import path

from deliberation.views import history

urlpatterns = [
    path("history/import/", history.ImportPage.as_view(), name="history_import"),
    path("history/template/<slug:kind>/", history.template, name="history_template"),
]
