"""The pages of the need desk: within one's own places, and nothing of any other."""

import re

import pytest
from django.urls import reverse

from communities.models import Need
from communities.roles import Role
from communities.services import needs as services
from core.models import AuditEvent
from tests.communities.needs import PHONE, visitor

pytestmark = pytest.mark.django_db

WHAT = {"category": "safety", "content": "三栋楼下的台阶松动，老人容易摔倒"}


def staff_pages(need):
    names = ("desk_need", "answer", "close", "reopen", "contact")
    return [reverse(f"communities:{name}", args=[need.number]) for name in names]


def test_the_public_has_no_desk(client, home, a_need):
    for address in ["/needs/desk/", "/needs/desk/new/", *staff_pages(a_need(home))]:
        answer = client.get(address)
        assert answer.status_code == 302 and "/account/" in answer.url


def test_staff_of_another_street_find_nothing(holder_of, sign_in, home, far, a_need):
    need = a_need(home, contact_phone=PHONE, consented=True)
    for role, place in (
        (Role.COMMITTEE_CLERK, far),
        (Role.AFFAIRS_CLERK, far.street),
        (Role.DEPARTMENT_REVIEWER, far.street),
    ):
        client = sign_in(holder_of(role, place))
        assert need.number not in client.get("/needs/desk/").content.decode()
        for address in staff_pages(need):
            assert client.get(address).status_code == 404
        for address in staff_pages(need)[1:]:
            answer = client.post(address, {"purpose": "看", "text": "x", "reason": "x"})
            assert answer.status_code == 404
            assert PHONE not in answer.content.decode()
    assert not AuditEvent.objects.filter(kind="need.contact_read").exists()


def test_the_desk_answers_closes_and_opens_again(sign_in, clerk, home, a_need):
    need = a_need(home, contact_phone=PHONE, contact_name="王小明", consented=True)
    client = sign_in(clerk)
    assert need.number in client.get("/needs/desk/", {"unanswered": "on"}).content.decode()
    page = client.get(f"/needs/desk/{need.number}/").content.decode()
    assert PHONE not in page and "138****8000" in page and "王**" in page
    base = f"/needs/desk/{need.number}"
    assert client.post(f"{base}/answer/", {"text": ""}).status_code == 200
    assert client.post(f"{base}/answer/", {"text": "周五派人"}).status_code == 302
    assert client.get(f"{base}/close/").status_code == 200
    assert client.post(f"{base}/close/", {"outcome": "declined", "reason": "物业负责"})
    assert Need.objects.get().status == "declined"
    assert client.post(f"{base}/close/", {"outcome": "solved", "reason": "好"}).status_code == 409
    assert client.post(f"{base}/reopen/", {"reason": "物业推诿"}).status_code == 302
    assert Need.objects.get().status == "open"
    shown = client.post(f"{base}/contact/", {"purpose": "回电"})
    assert PHONE in shown.content.decode() and "no-store" in shown["Cache-Control"]
    assert AuditEvent.objects.filter(kind="need.contact_read").count() == 1


def test_a_clerk_files_a_paper_form(sign_in, clerk, home, far):
    client = sign_in(clerk)
    page = client.get("/needs/desk/new/")
    token = re.search(r'name="form_token" value="([^"]+)"', page.content.decode())[1]
    data = {
        **WHAT,
        "community": home.pk,
        "urgency": "normal",
        "channel": "hotline",
        "collected_on": "2017-05-30",
        "scan_missing_reason": "电话反映",
        "form_token": token,
    }
    elsewhere = client.post("/needs/desk/new/", {**data, "community": far.pk})
    assert elsewhere.status_code == 200 and not Need.objects.exists()
    no_paper = client.post("/needs/desk/new/", {**data, "scan_missing_reason": ""})
    assert no_paper.status_code == 400 and "扫描件" in no_paper.content.decode()
    for _press in range(2):
        assert client.post("/needs/desk/new/", data).status_code == 302
    need = Need.objects.get()
    assert (need.filed_by, need.on_behalf, need.pool.community) == (clerk, True, home)


def test_a_reviewer_files_nothing(sign_in, holder_of, home):
    client = sign_in(holder_of(Role.DEPARTMENT_REVIEWER, home.street))
    assert client.get("/needs/desk/new/").status_code == 403


def test_the_desk_asks_the_same_number_of_questions_for_any_length(
    sign_in, clerk, home, a_need, django_assert_max_num_queries
):
    client = sign_in(clerk)

    def queries():
        with django_assert_max_num_queries(15) as asked:
            client.get("/needs/desk/")
        return len(asked)

    a_need(home)
    client.get("/needs/desk/")
    few = queries()
    for number in range(22):
        need = a_need(home)
        services.support_need(need_id=need.pk, client=visitor(str(number)), now=need.created_at)
    assert queries() == few


def test_looking_writes_nothing(client, sign_in, clerk, home, a_need):
    need = a_need(home)
    sign_in(clerk)
    client.get("/needs/")  # the first page of a session writes that it began
    before = (AuditEvent.objects.count(), need.changes.count())
    for address in [
        "/needs/",
        "/needs/new/",
        f"/needs/{need.number}/",
        "/needs/desk/",
        *staff_pages(need),
    ]:
        assert client.get(address).status_code == 200
    assert (AuditEvent.objects.count(), need.changes.count()) == before
