"""Pages and endpoints of rounds: the desk walks a round, the public reads the result, nobody else."""

from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communities.models import Need, SolicitationRound
from communities.roles import Role
from communities.services import rounds as services
from core.models import AuditEvent, StoredFile
from tests.communities.rounds import FIGURES, STATES, closed, opened, tallied
from tests.reliability.attempts import png

pytestmark = pytest.mark.django_db
ACT_PAGES = ("tally", "close", "correct", "cancel")


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch, now):
    """Pages read the clock of the tests' day."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def act_page(one, act):
    return reverse(f"communities:round_{act}", args=[one.number])


def typed(**words):
    """What the page of the figures sends: counts, and rows of label, category, count."""
    rows = words.pop("rows", [("加装楼道扶手", "safety", "42"), ("", "", "")])
    data = {"handed_out": "100", "returned": "70", "valid": "62",
            "lines-TOTAL_FORMS": str(len(rows)), "lines-INITIAL_FORMS": "0"}  # fmt: skip
    for n, row in enumerate(rows):
        cells = zip(("label", "category", "count"), row, strict=True)
        data |= {f"lines-{n}-{key}": value for key, value in cells}
    return data | words


def test_the_desk_walks_a_round_by_its_pages(sign_in, clerk, home, now):
    client = sign_in(clerk)
    page = client.get("/rounds/desk/").content.decode()
    assert "还没有问需轮次" in page and "/rounds/desk/new/" in page
    data = {"community": home.pk, "title": "六月问需", "method": "paper", "opened_on": "2017-06-01",
            "handed_out_where": "工作站", "handed_out_by": "王敏", "handed_out": "100"}  # fmt: skip
    again = client.post("/rounds/desk/new/", data | {"opened_on": "2017-06-02"})
    assert again.status_code == 400 and "不能晚于今天" in again.content.decode()
    assert 'value="六月问需"' in again.content.decode()
    assert client.post("/rounds/desk/new/", data).status_code == 302
    one = SolicitationRound.objects.get()
    assert client.post("/rounds/desk/new/", data).status_code == 409
    assert client.get(act_page(one, "tally")).status_code == 200
    assert client.post(act_page(one, "tally"), typed(seen="1")).status_code == 302
    shown = client.get(f"/rounds/desk/{one.number}/").content.decode()
    assert "加装楼道扶手" in shown and "王敏" in shown and "67%" in shown
    assert "2017" in client.get(act_page(one, "close")).content.decode()
    sheet = {"closed_on": "2017-06-01", "seen": "2", "summary_sheet": png()}
    assert client.post(act_page(one, "close"), sheet).status_code == 302
    one.refresh_from_db()
    assert one.state == "closed" and one.summary_sheet_id
    fixed = client.get(act_page(one, "tally"))
    assert fixed.status_code == 409 and "更正" in fixed.content.decode()
    assert client.post(
        act_page(one, "correct"), typed(valid="63", reason="漏数一份", seen="3")
    ).status_code == 302  # fmt: skip
    assert "漏数一份" in client.get(one.get_absolute_url()).content.decode()
    assert client.post(act_page(one, "cancel"), {"reason": "作废"}).status_code == 302
    assert client.get(one.get_absolute_url()).status_code == 404


def test_more_rows_come_without_scripts_and_lose_nothing(sign_in, clerk, home, now):
    one = opened(home, clerk, now)
    client = sign_in(clerk)
    answer = client.post(
        act_page(one, "tally"), typed(more="1", valid="bad", rows=[("扶手", "", "x")])
    )
    page = answer.content.decode()
    assert 'name="lines-5-label"' in page and 'value="扶手"' in page and 'value="bad"' in page
    assert "field-error" not in page
    one.refresh_from_db()
    assert one.returned == 0


def test_what_is_wrong_is_said_and_kept(sign_in, clerk, home, now):
    one = opened(home, clerk, now)
    client = sign_in(clerk)
    over = client.post(act_page(one, "tally"), typed(rows=[("扶手", "safety", "63")]))
    assert over.status_code == 400
    assert "多于有效的62份" in over.content.decode() and 'value="63"' in over.content.decode()
    half = client.post(act_page(one, "tally"), typed(rows=[("扶手", "", "3")]))
    assert half.status_code == 200 and "没填对的行" in half.content.decode()
    services.enter_tally(round_id=one.pk, **FIGURES, actor=clerk, now=now)
    late = client.post(act_page(one, "tally"), typed(seen="1"))
    assert late.status_code == 409 and "别人已经改过" in late.content.decode()


def test_the_public_reads_closed_rounds_and_no_names(client, sign_in, clerk, home, now):
    one = closed(home, clerk, now, valid=42, tallies=FIGURES["tallies"][:1])
    work = opened(home, clerk, now, title="还在收表")
    page = client.get("/rounds/", {"community": home.code}).content.decode()
    assert one.number in page and work.number not in page
    page = client.get(one.get_absolute_url()).content.decode()
    assert "加装楼道扶手" in page and "100%" in page and "少于每轮应有的 50 份" in page
    assert "王敏" not in page and "扫描件" not in page
    assert client.get(work.get_absolute_url()).status_code == 404
    assert "没有符合条件的轮次" in client.get("/rounds/", {"q": "没有"}).content.decode()
    needs = client.get("/needs/", {"community": home.code}).content.decode()
    assert f"/rounds/?community={home.code}" in needs


def test_those_of_another_street_find_nothing(sign_in, holder_of, clerk, home, far, now):
    one = tallied(home, clerk, now)
    for role, place in ((Role.COMMITTEE_CLERK, far), (Role.AFFAIRS_CLERK, far.street)):
        client = sign_in(holder_of(role, place))
        assert one.number not in client.get("/rounds/desk/").content.decode()
        assert client.get(f"/rounds/desk/{one.number}/").status_code == 404
        assert client.get(f"/api/v1/rounds/{one.number}/").status_code == 404
        for act in ACT_PAGES:
            for method in (client.get, client.post):
                assert method(act_page(one, act)).status_code == 404
            assert client.post(f"/api/v1/rounds/{one.number}/{act}/", {}).status_code == 404


def test_who_reads_but_does_not_keep_gets_no_button(sign_in, holder_of, clerk, home, now):
    one = tallied(home, clerk, now)
    client = sign_in(holder_of(Role.PARTY_SIGNER, home))
    page = client.get(f"/rounds/desk/{one.number}/").content.decode()
    assert act_page(one, "close") not in page and "王敏" not in page
    assert client.get(act_page(one, "close")).status_code == 403
    assert client.get("/rounds/desk/new/").status_code == 403
    data = {"closed_on": "2017-06-01", "summary_sheet": png()}
    assert client.post(act_page(one, "close"), data).status_code == 403
    assert not StoredFile.objects.exists()


def test_the_sheet_is_for_those_who_keep_rounds(client, sign_in, holder_of, clerk, home, far, now):
    one = tallied(home, clerk, now)
    sign_in(clerk).post(act_page(one, "close"), {"closed_on": "2017-06-01", "summary_sheet": png()})
    sheet = StoredFile.objects.get()
    given = client.get(f"/files/{sheet.pk}/")
    assert given.status_code == 200 and b"".join(given.streaming_content)
    for close in given._resource_closers:  # close() would also end the connection to the database
        close()
    for other in (holder_of(Role.PARTY_SIGNER, home), holder_of(Role.COMMITTEE_CLERK, far)):
        assert sign_in(other).get(f"/files/{sheet.pk}/").status_code == 404
    client.logout()
    assert client.get(f"/files/{sheet.pk}/").status_code == 404


@pytest.mark.parametrize("address", ["/rounds/", "/rounds/desk/", "/api/v1/rounds/"])
def test_lists_ask_the_same_number_of_questions_for_any_length(
    address, sign_in, clerk, home, now, django_assert_max_num_queries
):
    client = sign_in(clerk)

    def queries():
        with django_assert_max_num_queries(16) as asked:
            client.get(address)
        return len(asked)

    closed(home, clerk, now)
    client.get(address)
    few = queries()
    for number in range(12):
        closed(home, clerk, now, title=f"第{number}轮")
    assert queries() == few


def test_looking_writes_nothing(sign_in, clerk, home, now):
    rows = [make(home, clerk, now, title=state) for state, make in STATES.items()]
    client = sign_in(clerk)
    client.get("/rounds/desk/")
    before = AuditEvent.objects.count()
    for one in rows:
        for address in (f"/rounds/desk/{one.number}/", f"/rounds/{one.number}/",
                        *[act_page(one, act) for act in ACT_PAGES]):  # fmt: skip
            client.get(address)
    assert AuditEvent.objects.count() == before


# --- needs keyed in -------------------------------------------------------------------------------


def test_a_paper_form_is_keyed_in_from_its_round(sign_in, clerk, home, now):
    one = opened(home, clerk, now)
    client = sign_in(clerk)
    page = client.get("/needs/desk/new/", {"round": one.number}).content.decode()
    assert f'<option value="{one.pk}" selected' in page
    data = {"community": home.pk, "round": one.pk, "category": "safety", "urgency": "normal",
            "content": "楼道没有扶手，老人上下不便", "channel": "questionnaire",
            "collected_on": "2017-05-30", "scan_missing_reason": "原件存居委会",
            "form_token": "t" * 40}  # fmt: skip
    assert client.post("/needs/desk/new/", data).status_code == 302
    need = Need.objects.get()
    assert need.round == one
    assert one.number in client.get(f"/needs/desk/{need.number}/").content.decode()
    assert need.number in client.get(f"/rounds/desk/{one.number}/").content.decode()
    assert client.get(f"/api/v1/needs/{need.number}/").json()["round"] == one.number


def test_a_need_comes_from_its_round_by_the_api(sign_in, client, clerk, home, now):
    one = opened(home, clerk, now)
    data = {
        "community": home.code,
        "category": "safety",
        "content": "楼道没有扶手",
        "round": one.number,
    }
    answer = client.post("/api/v1/needs/", data, "application/json")
    assert [r["code"] for r in answer.json()["reasons"]] == ["not_on_behalf"]
    sign_in(clerk)
    data |= {"on_behalf": True, "channel": "questionnaire", "scan_missing_reason": "原件存档"}
    wrong = client.post("/api/v1/needs/", data | {"round": "WX-9"}, "application/json")
    assert [r["code"] for r in wrong.json()["reasons"]] == ["round_not_here"]
    assert client.post("/api/v1/needs/", data, "application/json").status_code == 201
    assert Need.objects.get().round == one


# --- the API --------------------------------------------------------------------------------------


def test_a_program_walks_a_round(sign_in, client, clerk, home, now):
    new = {"community": home.code, "title": "线上问需", "method": "online", "opened_on": "2017-06-01",
           "handed_out_where": "微信群", "handed_out": 80}  # fmt: skip
    post = partial(client.post, content_type="application/json")
    assert post("/api/v1/rounds/", new).status_code == 401
    sign_in(clerk)
    made = post("/api/v1/rounds/", new)
    assert made.status_code == 201 and "handed_out_by" not in made.json()
    base = f"/api/v1/rounds/{made.json()['number']}"
    figures = {"handed_out": 80, "returned": 60, "valid": 55, "seen": 1,
               "tallies": [{"label": "扶手", "category": "safety", "count": 40}]}  # fmt: skip
    assert post(f"{base}/tally/", figures).json()["tallies"][0]["count"] == 40
    told = post(f"{base}/tally/", figures)
    assert (told.status_code, told.json()["reasons"][0]["code"]) == (409, "changed_meanwhile")
    assert client.get(f"{base}/").json()["state"] == "open"
    done = post(f"{base}/close/", {"closed_on": "2017-06-01"}).json()
    assert (done["state"], [act["key"] for act in done["next_acts"]]) == ("closed", ["correct", "cancel"])  # fmt: skip
    right = figures | {"valid": 56, "reason": "漏数", "seen": 3}
    assert post(f"{base}/correct/", right).json()["valid"] == 56
    client.logout()
    assert client.get(f"{base}/").json()["next_acts"] == []
    assert [row["title"] for row in client.get("/api/v1/rounds/").json()["results"]] == ["线上问需"]
    assert client.get("/api/v1/rounds/", {"nonsense": 1}).status_code == 400
    sign_in(clerk)
    assert post(f"{base}/cancel/", {"reason": "作废"}).json()["state"] == "cancelled"


def test_a_sheet_comes_with_the_close_by_the_api(sign_in, client, clerk, home, now):
    one = tallied(home, clerk, now)
    sign_in(clerk)
    markup = SimpleUploadedFile("x.png", b"<script>alert(1)</script>", "image/png")
    base = f"/api/v1/rounds/{one.number}/close/"
    assert (
        client.post(base, {"closed_on": "2017-06-01", "summary_sheet": markup}).status_code == 400
    )
    assert client.post(base, {"closed_on": "2017-06-01", "summary_sheet": png()}).status_code == 200
    one.refresh_from_db()
    assert one.summary_sheet.purpose == "round-sheet"
