from django.urls import path

from portal import (
    api,
    api_desk,
    views,
    views_attention,
    views_channels,
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
    path("desk/done/", views_desk.done, name="desk_done"),
    path("desk/copies/", views_messages.copies, name="desk_copies"),
    path("desk/supervised/", views_attention.supervised, name="supervised"),
    path("desk/channels/", views_channels.show, name="channels"),
    path("desk/channels/ask-again/", views_channels.ask_again, name="channel_ask_again"),
    path("desk/channels/confirm/<str:token>/", views_channels.confirm, name="channel_confirm"),
    path("proposals/<int:pk>/urge/", views_attention.Urge.as_view(), name="urge"),
    path("proposals/<int:pk>/supervise/", views_attention.Supervise.as_view(), name="supervise"),
    path(
        "proposals/<int:pk>/lift-supervision/",
        views_attention.Lift.as_view(),
        name="lift_supervision",
    ),
    path("messages/", views_messages.show, name="messages"),
    path("messages/read/", views_messages.read, name="messages_read"),
]

api_urlpatterns = [
    path("search/", api.Search.as_view(), name="search"),
    path("coverage/", api.Coverage.as_view(), name="coverage"),
    path("desk/", api_desk.TodoView.as_view(), name="desk"),
    path("desk/done/", api_desk.DoneView.as_view(), name="desk_done"),
    path("desk/supervised/", api_desk.SupervisedView.as_view(), name="supervised"),
    path("messages/", api_desk.MessagesView.as_view(), name="messages"),
    path("messages/read/", api_desk.ReadView.as_view(), name="messages_read"),
    path("channels/", api_desk.ChannelView.as_view(), name="channels"),
    path("channels/ask_again/", api_desk.AskAgainView.as_view(), name="channel_ask_again"),
    path("channels/confirm/", api_desk.ConfirmView.as_view(), name="channel_confirm"),
    path("proposals/<int:pk>/attention/", api_desk.AttentionView.as_view(), name="attention"),
    path("proposals/<int:pk>/urge/", api_desk.UrgeView.as_view(), name="urge"),
    path("proposals/<int:pk>/supervise/", api_desk.SuperviseView.as_view(), name="supervise"),
    path(
        "proposals/<int:pk>/lift_supervision/",
        api_desk.LiftView.as_view(),
        name="lift_supervision",
    ),
]
