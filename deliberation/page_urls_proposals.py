"""Addresses of the pages of proposals. An act's page is named after its key (views/base.py)."""

from django.urls import path

from deliberation.views import drafts, early_acts, proposals, review_acts

_ACT_PAGES = (
    drafts.EditPage,
    early_acts.EvidencePage,
    early_acts.DeclarePage,
    early_acts.RedeclarePage,
    early_acts.ReturnPage,
    early_acts.WithdrawPage,
    review_acts.OpinionPage,
    review_acts.SurveyPage,
    review_acts.SummaryPage,
    review_acts.RecordReviewPage,
    review_acts.DiscardReviewPage,
    review_acts.SignReviewPage,
)

urlpatterns = [
    path("proposals/", proposals.proposal_list, name="proposals"),
    path("proposals/new/", drafts.DraftPage.as_view(), name="proposal_new"),
    path("proposals/<int:pk>/", proposals.proposal_page, name="proposal"),
    path("proposals/<int:pk>/renew/", drafts.RenewPage.as_view(), name="renew"),
    path("proposals/<int:pk>/attachments/", drafts.AttachmentsPage.as_view(), name="attachments"),
    path(
        "proposals/<int:pk>/attachments/<int:attachment>/remove/",
        drafts.DetachPage.as_view(),
        name="detach",
    ),
    *[
        path(f"proposals/<int:pk>/{page.key.replace('_', '-')}/", page.as_view(), name=page.key)
        for page in _ACT_PAGES
    ],
]
