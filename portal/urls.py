from django.urls import path

from portal import (
    api,
    views,
    views_coverage,
    views_desk,
    views_messages,
    views_report,
    views_search,
)

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views_search.lookup, name="lookup"),
    path("care/", views.care_mode, name="care_mode"),
    path("qr.svg", views.qr, name="qr"),
    path("report/", views_report.show, name="report"),
    path("coverage/", views_coverage.show, name="coverage"),
    path("coverage/needs/", views_coverage.needs, name="coverage_needs"),
    path("coverage/table.csv", views_coverage.as_csv, name="coverage_csv"),
    path("coverage/table.xlsx", views_coverage.as_xlsx, name="coverage_xlsx"),
    path("gallery/", views.gallery, name="gallery"),
    path("desk/", views_desk.show, name="desk"),
    path("messages/", views_messages.show, name="messages"),
    path("messages/read/", views_messages.read, name="messages_read"),
]

api_urlpatterns = [
    path("search/", api.Search.as_view(), name="search"),
    path("coverage/", api.Coverage.as_view(), name="coverage"),
]
