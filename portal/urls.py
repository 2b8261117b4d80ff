from django.urls import path

from portal import views, views_desk, views_messages, views_report

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.lookup, name="lookup"),
    path("care/", views.care_mode, name="care_mode"),
    path("qr.svg", views.qr, name="qr"),
    path("report/", views_report.show, name="report"),
    path("gallery/", views.gallery, name="gallery"),
    path("desk/", views_desk.show, name="desk"),
    path("messages/", views_messages.show, name="messages"),
    path("messages/read/", views_messages.read, name="messages_read"),
]
