"""Addresses of projects: rules and money; endpoints from api_urls.py."""

from projects.api_urls import urlpatterns as api_urlpatterns

__all__ = ["api_urlpatterns", "app_name", "urlpatterns"]

app_name = "projects"

urlpatterns = []
