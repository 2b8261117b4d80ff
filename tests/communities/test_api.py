"""The API of places and needs: public fields only, one service per act, strict words."""

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from communities import api_urls
from communities.models import Need
from communities.roles import Role
from communities.services import needs as services
from tests.communities.needs import PHONE

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/needs/"


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def as_staff(api, settings):
    settings.DEMO = True

    def enter(user):
        api.force_login(user, backend="accounts.backends.AccountBackend")
        return api

    return enter


def words(place, **more):
    return {"community": place.code, "category": "safety", "content": "台阶松动请修一修"} | more


def test_places_are_listed_with_their_filters(api, home, far):
    assert api.get("/api/v1/streets/").json()["count"] == 2
    found = api.get("/api/v1/communities/", {"street": home.street.code}).json()
    assert [row["code"][:9] for row in found["results"]] == [home.street.code] * 2
    offices = api.get("/api/v1/offices/", {"community": home.code}).json()
    assert {row["kind"] for row in offices["results"]} == {
        "party_committee", "residents_committee", "workstation",
    }  # fmt: skip
    assert api.get("/api/v1/organisations/").json()["results"] == []


@pytest.mark.parametrize(
    "query", [{"password": "x"}, {"pool__community": "1"}, {"order": "-phone"}, {"status": "x"}]
)
def test_a_filter_nobody_offered_is_refused(query, api, home):
    answer = api.get(ROOT, query)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_input"


def test_anybody_files_and_follows_a_need(api, home):
    sent = api.post(
        ROOT, words(home, contact_phone=PHONE, consented=True, beneficiaries=["elderly"])
    )
    assert sent.status_code == 201
    receipt = sent.json()
    assert set(receipt) == {"number", "query_code", "status", "created_at"}
    code = {name: receipt[name] for name in ("number", "query_code")}
    own = api.post(f"{ROOT}follow-up/", code).json()
    assert own["content"] == "台阶松动请修一修" and own["changes"][0]["kind"] == "filed"
    changed = api.post(f"{ROOT}follow-up/correct/", {**code, "content": "四栋的台阶松动了"})
    assert changed.json()["content"] == "四栋的台阶松动了"
    assert api.post(f"{ROOT}follow-up/withdraw/", code).json()["status"] == "withdrawn"
    assert api.get(f"{ROOT}{receipt['number']}/").status_code == 404


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"content": "灯"}, "content"),
        ({"category": "gold"}, "category"),
        ({"status": "solved"}, "status"),
        ({"supporter_count": 99}, "supporter_count"),
        ({"community": "000"}, "community"),
        ({"contact_phone": PHONE}, "consented"),
        ({"channel": "visit"}, "channel"),
    ],
)
def test_a_need_that_is_not_right_is_refused_at_its_field(wrong, field, api, home):
    answer = api.post(ROOT, words(home, **wrong))
    assert answer.status_code == 400
    assert [reason["field"] for reason in answer.json()["reasons"]] == [field]
    assert not Need.objects.exists()


def test_the_public_does_not_file_on_behalf(api, home):
    answer = api.post(ROOT, words(home, on_behalf=True, channel="visit"))
    assert answer.status_code == 403


def test_a_repeated_request_gives_the_first_receipt_to_its_sender_only(api, home):
    again = words(home, request_id="7b2d4f5e-9a0c-4c56-8b1e-2f3a4b5c6d7e")
    first, second = api.post(ROOT, again).json(), api.post(ROOT, again).json()
    assert first == second
    stranger = api.post(ROOT, again, REMOTE_ADDR="198.51.100.9").json()
    assert stranger["number"] != first["number"]
    assert Need.objects.count() == 2


def test_the_flood_guard_stands_before_the_api_too(api, home, settings):
    settings.FLOOD_LIMITS = {"need": (("address", 86_400, 2),)}
    codes = [api.post(ROOT, words(home)).status_code for _post in range(4)]
    assert codes == [201, 201, 429, 429]


def test_no_answer_carries_a_contact_or_a_code(api, home, a_need):
    need = a_need(home, contact_name="王小明", contact_phone=PHONE, consented=True)
    for address in (ROOT, f"{ROOT}{need.number}/"):
        body = api.get(address).content.decode()
        assert need.number in body
        for secret in (PHONE, "王小明", need.query_code):
            assert secret not in body


def test_the_detail_says_what_can_be_done_next(api, as_staff, home, a_need, clerk, now):
    need = a_need(home)
    acts = {act["key"]: act for act in api.get(f"{ROOT}{need.number}/").json()["next_acts"]}
    assert set(acts) == {"support"} and acts["support"]["allowed"]
    services.close_need(need_id=need.pk, reason="已修好", actor=clerk, now=now)
    acts = as_staff(clerk).get(f"{ROOT}{need.number}/").json()["next_acts"]
    allowed = {act["key"] for act in acts if act["allowed"]}
    assert allowed == {"answer", "reopen"}
    assert all(act["reasons"] for act in acts if not act["allowed"])


def test_the_committee_answers_through_the_api(api, as_staff, home, a_need, clerk):
    need = a_need(home)
    base = f"{ROOT}{need.number}"
    assert api.post(f"{base}/answer/", {"text": "周五"}).status_code == 401
    as_staff(clerk)
    assert api.post(f"{base}/answer/", {"text": "周五派人"}).json()["answer"] == "周五派人"
    closed = api.post(f"{base}/close/", {"outcome": "solved", "reason": "修好了"})
    assert closed.json()["status"] == "solved"
    again = api.post(f"{base}/close/", {"outcome": "solved", "reason": "修好了"})
    assert again.status_code == 409 and again.json()["reasons"][0]["code"] == "need_status"
    assert api.post(f"{base}/reopen/", {"reason": "又松了"}).json()["status"] == "open"
    assert api.post(f"{base}/support/", {}).json()["supporter_count"] == 1


def test_another_street_meets_no_such_need(as_staff, holder_of, home, far, a_need):
    need = a_need(home, contact_phone=PHONE, consented=True)
    api = as_staff(holder_of(Role.COMMITTEE_CLERK, far))
    acts = {
        "answer": {"text": "好"},
        "close": {"outcome": "solved", "reason": "好"},
        "reopen": {"reason": "好"},
        "contact": {"purpose": "看"},
    }
    for act, data in acts.items():
        answer = api.post(f"{ROOT}{need.number}/{act}/", data)
        assert answer.status_code == 404
        assert PHONE not in answer.content.decode()


def test_the_contact_is_given_for_a_purpose(as_staff, home, a_need, clerk):
    need = a_need(home, contact_phone=PHONE, consented=True)
    answer = as_staff(clerk).post(f"{ROOT}{need.number}/contact/", {"purpose": "回电"})
    assert answer.json()["phone"] == PHONE


def test_my_appointments_are_mine(as_staff, api, clerk, home):
    assert api.get("/api/v1/me/appointments/").status_code == 401
    rows = as_staff(clerk).get("/api/v1/me/appointments/").json()
    assert [(row["role"], row["place_code"]) for row in rows] == [("committee_clerk", home.code)]


def test_the_list_asks_the_same_number_of_questions_for_any_length(
    api, home, a_need, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(6) as asked:
            api.get(ROOT)
        return len(asked)

    a_need(home)
    few = queries()
    for _count in range(5):
        a_need(home)
    assert queries() == few


def test_the_schema_of_this_app_is_drawn_without_a_warning():
    GENERATOR_STATS.reset()
    schema = SchemaGenerator(patterns=api_urls.urlpatterns).get_schema(request=None, public=True)
    assert len(schema["paths"]) == len(api_urls.urlpatterns)
    assert not GENERATOR_STATS
