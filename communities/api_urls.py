"""Addresses under /api/v1/; the fixed words come before the numbers."""

from django.urls import path

from communities import api

urlpatterns = [
    path("streets/", api.StreetList.as_view(), name="streets"),
    path("communities/", api.CommunityList.as_view(), name="communities"),
    path("offices/", api.OfficeList.as_view(), name="offices"),
    path("organisations/", api.OrganisationList.as_view(), name="organisations"),
    path("me/appointments/", api.MyAppointments.as_view(), name="my_appointments"),
    path("needs/", api.NeedList.as_view(), name="needs"),
    path("needs/follow-up/", api.FollowUp.as_view(), name="follow_up"),
    path("needs/follow-up/correct/", api.Correct.as_view(), name="correct"),
    path("needs/follow-up/withdraw/", api.Withdraw.as_view(), name="withdraw"),
    path("needs/<slug:number>/", api.NeedDetail.as_view(), name="need"),
    path("needs/<slug:number>/support/", api.Support.as_view(), name="support"),
    path("needs/<slug:number>/answer/", api.Answer.as_view(), name="answer"),
    path("needs/<slug:number>/close/", api.Close.as_view(), name="close"),
    path("needs/<slug:number>/reopen/", api.Reopen.as_view(), name="reopen"),
    path("needs/<slug:number>/contact/", api.Contact.as_view(), name="contact"),
]
