"""Addresses of deliberation: pages by part, endpoints from api_urls.py."""

from deliberation.api_urls import urlpatterns as api_urlpatterns
from deliberation.page_urls_ballots import urlpatterns as ballot_urls
from deliberation.page_urls_history import urlpatterns as history_urls
from deliberation.page_urls_ledgers import urlpatterns as ledger_urls
from deliberation.page_urls_proposals import urlpatterns as proposal_urls
from deliberation.page_urls_steps import urlpatterns as step_urls

__all__ = ["api_urlpatterns", "app_name", "urlpatterns"]

app_name = "deliberation"

urlpatterns = [
    *proposal_urls,
    *step_urls,
    *ballot_urls,
    *ledger_urls,
    *history_urls,
]
