"""Addresses under /api/v1/: rules, the positive list, envelopes."""

from django.urls import path

from projects import api

urlpatterns = [
    path("rule-sets/", api.RuleSetList.as_view(), name="rule_sets"),
    path("positive-list/", api.PositiveList.as_view(), name="positive_list"),
    path("envelopes/", api.EnvelopeList.as_view(), name="envelopes"),
]
