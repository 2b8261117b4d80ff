"""The pages of needs: three screens without an account, following up, the desk, no leaks."""

import re

import pytest
from django.contrib.sessions.models import Session

from communities.models import FloodCounter, Need
from communities.services import needs as services
from tests.communities.needs import PHONE

pytestmark = pytest.mark.django_db

WHAT = {"category": "safety", "content": "三栋楼下的台阶松动，老人容易摔倒"}
NEW, WHERE, CONTACT = (
    "/needs/new/",
    "/needs/new/where/",
    "/needs/new/contact/",
)


def where(community):
    return {"community": community.pk, "place_text": "三栋", "urgency": "urgent",
            "beneficiaries": ["elderly", "children"]}  # fmt: skip


def token_of(response):
    return re.search(r'name="form_token" value="([^"]+)"', response.content.decode())[1]


@pytest.fixture
def third_screen(client, home):
    client.post(NEW, WHAT)
    client.post(WHERE, where(home))
    return client.get(CONTACT)


def test_a_need_is_filed_in_three_screens_without_an_account(client, home):
    assert client.get(NEW).status_code == 200
    assert client.post(NEW, WHAT).url == WHERE
    assert client.post(WHERE, where(home)).url == CONTACT
    page = client.get(CONTACT)
    assert WHAT["content"] in page.content.decode()
    sent = client.post(CONTACT, {"form_token": token_of(page)})
    need = Need.objects.get()
    assert (need.pool.community, need.urgency, need.beneficiary_keys) == (
        home, "urgent", ("elderly", "children"),
    )  # fmt: skip
    receipt = client.get(sent.url).content.decode()
    assert need.number in receipt
    assert f"{need.query_code[:4]}-{need.query_code[4:8]}-{need.query_code[8:]}" in receipt
    qr = client.get(f"{sent.url}qr.svg")
    assert qr["Content-Type"] == "image/svg+xml" and b"<svg" in qr.content


def test_a_second_press_of_the_button_makes_no_second_need(client, third_screen):
    data = {"form_token": token_of(third_screen)}
    first, second = client.post(CONTACT, data), client.post(CONTACT, data)
    assert first.url == second.url
    assert Need.objects.count() == 1


def test_what_was_typed_is_kept_when_it_is_wrong(client, home):
    page = client.post(NEW, {"category": "", "content": "灯灯"}).content.decode()
    assert "灯灯</textarea>" in page
    assert "error-summary" in page
    client.post(NEW, WHAT)
    page = client.post(WHERE, {"community": "", "place_text": "三栋楼下", "urgency": "normal"})
    assert 'value="三栋楼下"' in page.content.decode()


def test_going_back_loses_nothing(client, home, third_screen):
    assert client.post(CONTACT, {"back": "1", "contact_name": "王阿姨"}).url == WHERE
    assert client.post(WHERE, {**where(home), "place_text": "四栋", "back": "1"}).url == NEW
    assert WHAT["content"] in client.get(NEW).content.decode()
    assert 'value="四栋"' in client.get(WHERE).content.decode()
    assert 'value="王阿姨"' in client.get(CONTACT).content.decode()


def test_nobody_jumps_over_a_screen(client, home):
    assert client.get(WHERE).url == NEW
    assert client.get(CONTACT).url == NEW
    client.post(NEW, WHAT)
    assert client.get(CONTACT).url == WHERE


def test_a_phone_without_consent_is_refused_and_kept(client, third_screen):
    page = client.post(CONTACT, {"form_token": token_of(third_screen), "contact_phone": PHONE})
    assert page.status_code == 400
    assert "个人信息" in page.content.decode() and PHONE in page.content.decode()
    assert not Need.objects.exists()


def test_personal_data_do_not_stay_in_the_session_after_sending(client, third_screen):
    data = {"form_token": token_of(third_screen), "contact_phone": PHONE, "consented": "on"}
    client.post(CONTACT, data)
    assert Need.objects.get().contact.phone == PHONE
    assert PHONE not in str([row.get_decoded() for row in Session.objects.all()])


def test_a_flood_through_the_pages_is_refused_in_words(client, home, settings):
    settings.FLOOD_LIMITS = {"need": (("address", 86_400, 1),)}
    for expected in (302, 429):
        client.post(NEW, WHAT)
        client.post(WHERE, where(home))
        page = client.post(CONTACT, {"form_token": token_of(client.get(CONTACT))})
        assert page.status_code == expected
    assert "最多1次" in page.content.decode()
    assert Need.objects.count() == 1
    assert FloodCounter.objects.get().count == 1


def test_a_receipt_is_for_its_own_browser(client, third_screen, django_user_model):
    sent = client.post(CONTACT, {"form_token": token_of(third_screen)})
    client.cookies.clear()
    for address in (sent.url, f"{sent.url}qr.svg"):
        assert client.get(address).status_code == 404


# --- following up ---------------------------------------------------------------------------------


def test_number_and_code_open_the_authors_page(client, home, a_need):
    need = a_need(home)
    words = {"number": f" {need.number.lower()} ", "query_code": need.query_code.lower()}
    form = client.get("/needs/follow-up/", words).content.decode()
    assert f'value="{need.query_code.lower()}"' in form
    opened = client.post("/needs/follow-up/", words)
    assert need.content in client.get(opened.url).content.decode()


def test_a_wrong_code_opens_nothing(client, home, a_need):
    need = a_need(home)
    page = client.post("/needs/follow-up/", {"number": need.number, "query_code": "0" * 12})
    assert page.status_code == 404
    assert client.get(f"/needs/follow-up/{need.number}/").status_code == 404
    assert client.post(f"/needs/follow-up/{need.number}/withdraw/").status_code == 404


def test_the_author_corrects_and_withdraws_within_ten_minutes(client, third_screen):
    sent = client.post(CONTACT, {"form_token": token_of(third_screen)})
    number = sent.url.strip("/").split("/")[-1]
    page = f"/needs/follow-up/{number}/"
    assert "更正" in client.get(page).content.decode()
    words = {"category": "environment", "content": "四栋楼下的排水沟堵了", "urgency": "normal"}
    assert client.get(f"{page}correct/").status_code == 200
    assert client.post(f"{page}correct/", words).url == page
    assert Need.objects.get().content == words["content"]
    assert client.get(f"{page}withdraw/").status_code == 200
    assert Need.objects.get().status == "open"
    client.post(f"{page}withdraw/")
    assert Need.objects.get().status == "withdrawn"
    assert client.get(f"/needs/{number}/").status_code == 404
    assert client.get(page).status_code == 200


def test_after_ten_minutes_the_page_says_why_not(client, home, a_need):
    need = a_need(home)  # filed in 2017
    client.post("/needs/follow-up/", {"number": need.number, "query_code": need.query_code})
    words = {"category": "safety", "content": "改成别的内容", "urgency": "normal"}
    page = client.post(f"/needs/follow-up/{need.number}/correct/", words)
    assert page.status_code == 409 and "十分钟" in page.content.decode()
    assert client.post(f"/needs/follow-up/{need.number}/withdraw/").status_code == 409


# --- public pages ---------------------------------------------------------------------------------


def test_the_list_filters_and_says_when_it_is_empty(client, home, far, a_need, clerk, now):
    near, distant = a_need(home), a_need(far, category="care", content="给独居老人送餐上门")
    services.close_need(need_id=near.pk, reason="已修好", actor=clerk, now=now)

    def found(**words):
        page = client.get("/needs/", words).content.decode()
        return [need.number in page for need in (near, distant)]

    assert found() == [True, True]
    assert found(street=home.street.code) == [True, False]
    assert found(community=far.code) == [False, True]
    assert found(category="care") == [False, True]
    assert found(status="solved") == [True, False]
    assert found(q="送餐") == [False, True]
    assert found(order="wanted") == [True, True]
    assert "没有符合条件的需求" in client.get("/needs/", {"q": "火星"}).content.decode()
    assert client.get("/needs/", {"status": "x", "street": "' or 1=1"}).status_code == 200


def test_the_list_asks_the_same_number_of_questions_for_any_length(
    client, home, far, a_need, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(12) as asked:
            client.get("/needs/")
        return len(asked)

    a_need(home)
    few = queries()
    for _count in range(25):
        a_need(far)
    assert queries() == few
    assert "第 1/2 页" in client.get("/needs/").content.decode()


def test_the_public_page_says_who_answers_and_shows_no_contact(
    client, home, a_need, clerk, now, django_assert_max_num_queries
):
    need = a_need(home, content=f"路灯坏了请打{PHONE}", contact_phone=PHONE, contact_name="王小明",
                  consented=True)  # fmt: skip
    services.answer_need(need_id=need.pk, text="本周五前换灯", actor=clerk, now=now)
    with django_assert_max_num_queries(12):
        page = client.get(f"/needs/{need.number}/").content.decode()
    assert need.committee_name in page and "本周五前换灯" in page
    assert PHONE not in page and "王小明" not in page and need.query_code not in page


def test_a_neighbour_says_i_need_this_too_once(client, home, a_need):
    need = a_need(home)
    address = f"/needs/{need.number}/support/"
    assert client.get(address).status_code == 200
    assert Need.objects.get().supporter_count == 0
    assert client.post(address, {"phone": ""}).url == f"/needs/{need.number}/"
    again = client.post(address, {"phone": ""})
    assert again.status_code == 409 and "每人一次" in again.content.decode()
    assert Need.objects.get().supporter_count == 1
