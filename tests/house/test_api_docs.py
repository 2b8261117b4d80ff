"""The API can be read in a browser, under the same strict content policy, without other hosts."""

import pytest
import yaml
from django.urls import reverse

from core import api_schema


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


def test_the_schema_is_drawn_once_for_each_format(client, db, monkeypatch):
    monkeypatch.setattr(api_schema, "_drawn", {})
    asked = []
    draw = api_schema.SchemaView._get_schema_response

    def counted(self, request):
        asked.append(request)
        return draw(self, request)

    monkeypatch.setattr(api_schema.SchemaView, "_get_schema_response", counted)
    address = reverse("api:schema")
    first, again = client.get(address), client.get(f"{address}?lang=en&version=9")
    assert first.content == again.content and len(asked) == 1
    as_json = client.get(address, headers={"accept": "application/vnd.oai.openapi+json"})
    assert as_json.json()["paths"].keys() == yaml.safe_load(first.content)["paths"].keys()
    assert len(asked) == 2
