"""Addresses of deliberation: pages by part, endpoints from api_urls.py."""

from deliberation.page_urls_proposals import urlpatterns as proposal_urls

app_name = "deliberation"

urlpatterns = [
    *proposal_urls,
]
