from django.urls import path

from communities.api_urls import urlpatterns as api_urlpatterns
from communities.views import desk, filing, follow_up, public

app_name = "communities"

urlpatterns = [
    path("needs/", public.need_list, name="needs"),
    path("needs/new/", filing.what, name="need_new"),
    path("needs/new/where/", filing.where, name="need_new_where"),
    path("needs/new/contact/", filing.contact, name="need_new_contact"),
    path("needs/receipt/<slug:number>/", filing.receipt, name="need_receipt"),
    path("needs/follow-up/", follow_up.ask, name="follow_up"),
    path("needs/follow-up/<slug:number>/", follow_up.followed, name="followed"),
    path("needs/follow-up/<slug:number>/correct/", follow_up.correct, name="correct"),
    path("needs/follow-up/<slug:number>/withdraw/", follow_up.withdraw, name="withdraw"),
    path("needs/receipt/<slug:number>/qr.svg", filing.receipt_qr, name="need_receipt_qr"),
    path("needs/desk/", desk.desk, name="desk"),
    path("needs/desk/new/", desk.on_behalf, name="on_behalf"),
    path("needs/desk/<slug:number>/", desk.desk_need, name="desk_need"),
    path("needs/desk/<slug:number>/answer/", desk.answer, name="answer"),
    path("needs/desk/<slug:number>/close/", desk.close, name="close"),
    path("needs/desk/<slug:number>/reopen/", desk.reopen, name="reopen"),
    path("needs/desk/<slug:number>/contact/", desk.contact, name="contact"),
    path("needs/<slug:number>/", public.need_page, name="need"),
    path("needs/<slug:number>/support/", public.support, name="support"),
]

__all__ = ["api_urlpatterns", "app_name", "urlpatterns"]
