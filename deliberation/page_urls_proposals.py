"""Addresses of the pages of proposals. An act's page is named after its key (views/base.py)."""

urlpatterns = []
