"""Addresses of the pages of proposals. An act's page is named after its key (views/base.py)."""

from django.urls import path

from deliberation.views import proposals

urlpatterns = [
    path("proposals/", proposals.proposal_list, name="proposals"),
    path("proposals/<int:pk>/", proposals.proposal_page, name="proposal"),
]
