"""Addresses under /api/v1/; the fixed words come before the numbers."""

from django.urls import path

from communities import api, api_care, api_imports, api_organisations, api_places, api_rounds

urlpatterns = [
    path("streets/", api_places.StreetList.as_view(), name="streets"),
    path("communities/", api_places.CommunityList.as_view(), name="communities"),
    path("estates/", api_places.EstateList.as_view(), name="estates"),
    path("offices/", api_places.OfficeList.as_view(), name="offices"),
    path("organisations/", api_places.OrganisationList.as_view(), name="organisations"),
    path(
        "organisations/<int:pk>/faults/",
        api_organisations.Faults.as_view(),
        name="organisation_faults",
    ),
    path(
        "organisation-faults/<int:pk>/lift/",
        api_organisations.LiftFault.as_view(),
        name="lift_organisation_fault",
    ),
    path("me/appointments/", api.MyAppointments.as_view(), name="my_appointments"),
    path("needs/", api.NeedList.as_view(), name="needs"),
    path("needs/follow-up/", api.FollowUp.as_view(), name="follow_up"),
    path("needs/follow-up/correct/", api.Correct.as_view(), name="correct"),
    path("needs/follow-up/withdraw/", api.Withdraw.as_view(), name="withdraw"),
    path("needs/similar/", api.SimilarNeeds.as_view(), name="similar_needs"),
    path("needs/imports/", api_imports.ImportList.as_view(), name="need_imports"),
    path("needs/imports/<int:pk>/", api_imports.ImportDetail.as_view(), name="need_import"),
    path(
        "needs/imports/<int:pk>/confirm/",
        api_imports.ImportConfirm.as_view(),
        name="need_import_confirm",
    ),
    path(
        "needs/imports/<int:pk>/cancel/",
        api_imports.ImportCancel.as_view(),
        name="need_import_cancel",
    ),
    path(
        "needs/imports/<int:pk>/report/",
        api_imports.ImportReport.as_view(),
        name="need_import_report",
    ),
    path("needs/<slug:number>/", api.NeedDetail.as_view(), name="need"),
    path("needs/<slug:number>/support/", api.Support.as_view(), name="support"),
    path("needs/<slug:number>/answer/", api.Answer.as_view(), name="answer"),
    path("needs/<slug:number>/close/", api.Close.as_view(), name="close"),
    path("needs/<slug:number>/reopen/", api.Reopen.as_view(), name="reopen"),
    *[
        path(f"needs/<slug:number>/{key}/", api_care.act_view(key).as_view(), name=key)
        for key in api_care.ENDPOINTS
    ],
    path("needs/<slug:number>/contact/", api.Contact.as_view(), name="contact"),
    path("rounds/", api_rounds.RoundList.as_view(), name="rounds"),
    path("rounds/<slug:number>/", api_rounds.RoundDetail.as_view(), name="round"),
    *[
        path(
            f"rounds/<slug:number>/{key}/",
            api_rounds.act_view(key).as_view(),
            name=f"round_{key}",
        )
        for key in api_rounds.ENDPOINTS
    ],
]
