"""The API can be read in a browser, under the same strict content policy, without other hosts."""

import pytest
from django.urls import reverse


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_api_pages_draw_themselves_from_our_own_files(page, live_server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url + reverse("api:docs"))
    page.wait_for_selector(".opblock")
    foreign = [url for url in asked if not url.startswith((live_server.url, "data:"))]
    assert foreign == []


def test_the_schema_is_open_to_integrators(client, db):
    answer = client.get(reverse("api:schema"))
    assert answer.status_code == 200
    assert b"/api/v1/" in answer.content
