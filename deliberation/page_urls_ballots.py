"""Addresses of secret ballots. An act's page is named after its key (deliberation/ballot_acts.py)."""

from django.urls import path

from deliberation.views import secret_ballots as pages

_ITEM = "meetings/<int:pk>/items/<int:position>"

urlpatterns = [
    path("ballots/", pages.my_ballots, name="my_ballots"),
    path(f"{_ITEM}/open-ballot/", pages.OpenBallot.as_view(), name="open_ballot"),
    path(f"{_ITEM}/ballot/", pages.CastBallot.as_view(), name="cast_ballot"),
    path(f"{_ITEM}/ballot-state/", pages.ballot_state, name="ballot_state"),
    path(f"{_ITEM}/paper/", pages.MarkPaper.as_view(), name="mark_paper"),
    path(f"{_ITEM}/tally/", pages.EnterTally.as_view(), name="enter_tally"),
    path(f"{_ITEM}/close-ballot/", pages.CloseBallot.as_view(), name="close_ballot"),
]
