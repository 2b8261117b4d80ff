"""The three screens as a neighbour walks them: estate, photo, and the needs that are there already."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from communities.models import DraftPhoto, Need
from communities.services.estates import add_estate
from tests.communities.needs import PHONE
from tests.communities.test_need_pages import CONTACT, NEW, WHAT, WHERE, token_of, where
from tests.core.corpus import photo_with_position

pytestmark = pytest.mark.django_db

DRAFT = "/needs/new/photo/"
LIKE = "三栋楼下台阶松动了，老人走路容易摔倒"


def photo():
    return SimpleUploadedFile(f"王小明{PHONE}.jpg", photo_with_position(), "image/jpeg")


@pytest.fixture
def estate(home, founder, now):
    return add_estate(community_id=home.pk, name="东湖花园", actor=founder, now=now)


def send(client):
    page = client.get(CONTACT)
    return client.post(CONTACT, {"form_token": token_of(page)})


def test_estate_and_photo_are_filed_and_the_draft_is_gone(client, home, estate):
    client.post(NEW, WHAT)
    page = client.post(WHERE, where(home) | {"estate_name": "东湖花园", "photo": photo()})
    assert page.url == CONTACT
    third = client.get(CONTACT).content.decode()
    assert "东湖花园 三栋" in third and DRAFT in third
    assert send(client).status_code == 302
    need = Need.objects.get()
    assert (need.estate, need.photo.purpose) == (estate, "need-photo")
    assert not DraftPhoto.objects.exists()
    assert client.get(DRAFT).status_code == 404


def test_the_estates_of_the_chosen_community_are_offered(client, home, far, estate):
    client.post(NEW, WHAT)
    offered = '<option value="东湖花园">'
    assert offered not in client.get(WHERE).content.decode()
    client.cookies["community"] = home.code
    assert offered in client.get(WHERE).content.decode()
    client.post(WHERE, where(far) | {"estate_name": "远" * 61})
    assert offered not in client.get(WHERE).content.decode()
    page = client.post(WHERE, where(home) | {"estate_name": "远" * 61}).content.decode()
    assert offered in page and "远" * 61 in page


def test_a_browser_that_comes_again_finds_its_community_chosen(client, home, estate):
    third_screen(client, home)
    client.post(CONTACT, {"form_token": token_of(client.get(CONTACT))})
    client.post(NEW, WHAT)
    page = client.get(WHERE).content.decode()
    assert f'<option value="{home.pk}" selected>' in page and estate.name in page


def test_a_photo_survives_what_is_wrong_elsewhere(client, home):
    client.post(NEW, WHAT)
    page = client.post(WHERE, {"community": "", "photo": photo(), "urgency": "normal"})
    assert "请选择社区" in page.content.decode() and DRAFT in page.content.decode()
    client.post(WHERE, where(home))
    refused = client.post(CONTACT, {"contact_phone": PHONE})
    assert refused.status_code == 400
    assert client.get(DRAFT)["Content-Type"] == "image/jpeg"
    assert client.post(CONTACT, {"back": "1"}).url == WHERE
    assert DRAFT in client.get(WHERE).content.decode()
    assert send(client).status_code == 302
    assert Need.objects.get().photo_id


def test_a_photo_is_taken_off_and_the_rest_is_kept(client, home):
    client.post(NEW, WHAT)
    client.post(WHERE, where(home) | {"photo": photo(), "back": "1"})
    assert client.get(DRAFT).status_code == 200
    assert client.post(WHERE, where(home) | {"place_text": "五栋", "drop_photo": "1"}).url == WHERE
    page = client.get(WHERE).content.decode()
    assert DRAFT not in page and 'value="五栋"' in page
    assert client.get(DRAFT).status_code == 404


def test_a_file_that_is_no_photo_is_told_at_its_field_and_nothing_else_is_lost(client, home):
    client.post(NEW, WHAT)
    for name, data in (("x.jpg", b"<script>"), ("x.exe", b"MZ"), ("空.jpg", b"")):
        page = client.post(WHERE, where(home) | {"photo": SimpleUploadedFile(name, data)})
        text = page.content.decode()
        assert page.status_code in (200, 400) and 'id="id_photo_error"' in text
        assert 'href="#id_photo"' in text and 'value="三栋"' in text
    assert not DraftPhoto.objects.exists()


def test_nobody_else_sees_the_photo_of_a_draft(client, home):
    client.post(NEW, WHAT)
    client.post(WHERE, where(home) | {"photo": photo()})
    other = Client()
    assert other.get(DRAFT).status_code == 404
    other.post(NEW, WHAT)
    other.post(WHERE, where(home))
    assert other.get(DRAFT).status_code == 404


# --- similar needs -------------------------------------------------------------------------------


@pytest.fixture
def neighbours_need(home, a_need):
    return a_need(home, content=LIKE, place_text="三栋门口")


def third_screen(client, community, **words):
    client.post(NEW, WHAT | words)
    client.post(WHERE, where(community))
    return client.get(CONTACT).content.decode()


def test_a_need_that_is_there_is_shown_before_sending(client, home, far, a_need, neighbours_need):
    distant = a_need(far, content=LIKE)
    page = third_screen(client, home)
    assert neighbours_need.number in page and LIKE in page and "三栋门口" in page
    assert "1 人需要" in page and "都不是，照样提交" in page
    assert distant.number not in page


def test_at_most_three_are_shown_and_nothing_that_is_far_off(client, home, a_need):
    for number in range(5):
        a_need(home, content=f"{LIKE}（{number}）")
    assert third_screen(client, home).count("/needs/new/join/") == 3
    page = third_screen(client, home, content="想请人来教书法和国画")
    assert "/needs/new/join/" not in page and "提交需求</button>" in page


def test_i_need_this_too_supports_instead_of_filing(client, home, neighbours_need):
    client.post(NEW, WHAT)
    client.post(WHERE, where(home) | {"photo": photo()})
    joined = client.post(f"/needs/new/join/{neighbours_need.number}/")
    assert joined.url == neighbours_need.get_absolute_url()
    assert "谢谢" in client.get(joined.url).content.decode()
    neighbours_need.refresh_from_db()
    assert (neighbours_need.supporter_count, Need.objects.count()) == (1, 1)
    assert not DraftPhoto.objects.exists()
    assert client.get(CONTACT).url == NEW


def test_a_second_voice_is_refused_and_the_draft_stays(client, home, neighbours_need):
    client.post(f"/needs/{neighbours_need.number}/support/", {"phone": ""})
    third_screen(client, home)
    again = client.post(f"/needs/new/join/{neighbours_need.number}/")
    assert again.status_code == 409 and "每人一次" in again.content.decode()
    assert WHAT["content"] in again.content.decode()
    assert send(client).status_code == 302
    assert Need.objects.count() == 2


def test_joining_needs_a_draft_a_post_and_a_need(client, home, neighbours_need):
    address = f"/needs/new/join/{neighbours_need.number}/"
    assert client.post(address).url == NEW
    third_screen(client, home)
    assert client.get(address).status_code == 405
    assert client.post("/needs/new/join/XQ-0/").status_code == 404
    neighbours_need.refresh_from_db()
    assert neighbours_need.supporter_count == 0


def test_neither_is_filed_all_the_same(client, home, neighbours_need):
    third_screen(client, home)
    assert send(client).status_code == 302
    assert Need.objects.count() == 2


def test_the_third_screen_asks_few_questions(
    client, home, a_need, neighbours_need, django_assert_max_num_queries
):
    third_screen(client, home)
    with django_assert_max_num_queries(20) as asked:
        client.get(CONTACT)
    few = len(asked)
    for number in range(10):
        a_need(home, content=f"{LIKE}（{number}）")
    client.get(CONTACT)
    with django_assert_max_num_queries(few):
        client.get(CONTACT)


def test_the_api_names_similar_needs(client, home, far, neighbours_need):
    words = {"text": WHAT["content"], "community": home.code}
    found = client.get("/api/v1/needs/similar/", words).json()
    assert [one["need"]["number"] for one in found] == [neighbours_need.number]
    assert found[0]["because"]
    assert client.get("/api/v1/needs/similar/", words | {"community": far.code}).json() == []
    for wrong in ({}, words | {"community": "0"}, words | {"q": "x"}):
        assert client.get("/api/v1/needs/similar/", wrong).status_code == 400
