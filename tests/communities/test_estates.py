"""Estates: who keeps them, how a need finds its own, and what is never refused."""

import pytest

from communities.models import Estate, Need
from communities.roles import Role
from communities.services.estates import (
    add_estate,
    mark_estate,
    rename_estate,
    set_estate_active,
)
from communities.services.import_runs import confirm_import
from communities.services.import_work import write
from communities.services.need_twins import look_for_twins
from communities.services.needs import correct_need
from core.models import AuditEvent, LedgerRow
from core.refusals import BadInput, Conflict, NotAllowed, NotFound
from core.verify import run
from tests.communities.needs import PHONE
from tests.communities.sheets import line, tried, xlsx
from tests.constraints import again, assert_holds, change

pytestmark = pytest.mark.django_db


@pytest.fixture
def an_estate(founder, now):
    def make(community, name="东湖花园", **words):
        return add_estate(community_id=community.pk, name=name, **words, actor=founder, now=now)

    return make


def last_event():
    return AuditEvent.objects.order_by("-pk").first()


def test_the_committee_adds_renames_marks_and_closes_an_estate(home, clerk, now):
    estate = add_estate(community_id=home.pk, name=" 东湖  花园 ", actor=clerk, now=now)
    assert (estate.name, last_event().kind) == ("东湖 花园", "estate.added")
    rename_estate(estate_id=estate.pk, name="东湖花园", actor=clerk, now=now)
    assert (last_event().kind, last_event().chain) == ("estate.renamed", home.code)
    mark_estate(estate_id=estate.pk, is_old=True, old_reason="1988年建成", actor=clerk, now=now)
    assert (last_event().kind, last_event().reason) == ("estate.marked", "1988年建成")
    set_estate_active(estate_id=estate.pk, is_active=False, actor=clerk, now=now)
    assert last_event().kind == "estate.closed"
    estate.refresh_from_db()
    assert (estate.name, estate.is_old, estate.is_active) == ("东湖花园", True, False)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"name": " "}, "estate_name_length"),
        ({"name": "远" * 61}, "estate_name_length"),
        ({"name": f"王家{PHONE}"}, "estate_tells_a_number"),
        ({"is_old": True}, "estate_old_without_reason"),
        ({"is_old": True, "old_reason": "久" * 121}, "estate_reason_too_long"),
    ],
)
def test_an_estate_that_cannot_be_is_refused_in_words(words, code, home, clerk, now):
    with pytest.raises(BadInput) as refused:
        add_estate(community_id=home.pk, **{"name": "老街大院", **words}, actor=clerk, now=now)
    assert code in refused.value.codes and refused.value.reasons[0].text
    assert not Estate.objects.exists()


def test_the_same_name_twice_is_refused_in_any_spelling(home, neighbour, an_estate):
    an_estate(home, "东湖A区")
    an_estate(neighbour, "东湖A区")
    with pytest.raises(Conflict) as refused:
        an_estate(home, "东湖 ａ区")
    assert refused.value.codes == ["estate_exists"]


def test_nobody_keeps_the_estates_of_another_place(home, far, holder_of, an_estate, now):
    estate = an_estate(home)
    for who in (
        holder_of(Role.COMMITTEE_CLERK, far), holder_of(Role.STATION_CLERK, home),
        holder_of(Role.AUDITOR, home.street.district), None,
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            add_estate(community_id=home.pk, name="新村", actor=who, now=now)
        with pytest.raises(NotAllowed):
            mark_estate(estate_id=estate.pk, is_old=False, actor=who, now=now)
    with pytest.raises(NotFound):
        rename_estate(
            estate_id=0, name="x", actor=holder_of(Role.AFFAIRS_CLERK, home.street), now=now
        )


def test_the_database_refuses_estates_and_needs_that_contradict_themselves(home, an_estate, a_need):
    estate = an_estate(home)
    assert_holds(estate, "estate_name_in_community", [again()])
    assert_holds(estate, "estate_has_a_name", [change(name="")])
    assert_holds(estate, "estate_old_says_why", [change(is_old=True)])
    assert_holds(a_need(home), "need_public_photo_is_there", [change(photo_is_public=True)])


# --- where a need lies ---------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["东湖花园", " 东湖 花园", "东湖花园 "])
def test_a_known_estate_is_found_by_its_name(typed, home, an_estate, a_need):
    estate = an_estate(home)
    need = a_need(home, estate_name=typed, place_text="三栋楼下")
    assert (need.estate, need.place_text, need.place) == (estate, "三栋楼下", "东湖花园 三栋楼下")
    assert LedgerRow.objects.get(subject_no=need.number).columns["place"] == need.place


def test_an_unknown_estate_stays_in_the_words_and_is_masked(home, a_need):
    need = a_need(home, estate_name=f"老王家{PHONE}", place_text="后门")
    assert need.estate is None
    assert need.place == need.place_text == "老王家138****8000 后门"


def test_the_longest_words_fit(home, a_need):
    need = a_need(home, estate_name="远" * 60, place_text="近" * 120)
    need.refresh_from_db()
    assert len(need.place_text) == 181
    with pytest.raises(BadInput) as refused:
        a_need(home, estate_name="远" * 61)
    assert refused.value.reasons[0].field == "estate_name"


def test_an_estate_written_into_the_place_is_recognised(home, an_estate, a_need):
    an_estate(home, "东湖")
    longer = an_estate(home, "东湖花园")
    need = a_need(home, place_text="东湖花园，三栋")
    assert (need.estate, need.place_text) == (longer, "三栋")


def test_a_closed_estate_and_that_of_a_neighbour_are_only_words(
    home, neighbour, an_estate, a_need, founder, now
):
    closed = an_estate(home, "旧院")
    set_estate_active(estate_id=closed.pk, is_active=False, actor=founder, now=now)
    an_estate(neighbour, "隔壁院")
    for name in ("旧院", "隔壁院"):
        need = a_need(home, estate_name=name)
        assert (need.estate, need.place_text) == (None, name)


def test_the_author_puts_the_estate_right(home, an_estate, a_need, now):
    estate = an_estate(home)
    need = a_need(home, estate_name="别处", place_text="一栋")
    keys = {"need_id": need.pk, "query_code": need.query_code, "now": now}
    need = correct_need(**keys, estate_name="东湖花园", place_text="二栋")
    assert need.place == "东湖花园 二栋"
    row = LedgerRow.objects.filter(subject_no=need.number).order_by("-seq").first()
    assert (row.event, row.columns["place"]) == ("corrected", need.place)
    need = correct_need(**keys, content="另外的内容，地点不变")
    assert need.estate == estate
    assert correct_need(**keys, estate_name="").place == "二栋"


def test_the_same_trouble_at_another_estate_is_less_of_a_suspicion(
    home, an_estate, a_need, now, settings
):
    settings.NEED_TWIN_LIKENESS = 0.9
    for name in ("东湖花园", "立新住宅区"):
        an_estate(home, name)
    first = a_need(home, estate_name="东湖花园", content="有路灯坏了")
    same = a_need(home, estate_name="东湖花园", content="有路灯坏了")
    other = a_need(home, estate_name="立新住宅区", content="有路灯坏了")
    look_for_twins(community_code=home.code, now=now)
    found = Need.objects.in_bulk([same.pk, other.pk])
    assert found[same.pk].alike_to_id == first.pk
    assert found[other.pk].alike_to_id is None


def test_a_table_of_needs_finds_the_estates_in_its_places(home, clerk, an_estate, now):
    estate = an_estate(home, "东湖花园")
    run_ = tried(xlsx(line(home, "A1", place_text="东湖花园三栋")), clerk, now)
    confirm_import(run_id=run_.pk, actor=clerk, now=now)
    write(run_id=run_.pk, now=now)
    need = Need.objects.get()
    assert (need.estate, need.place_text) == (estate, "三栋")


def test_verify_names_a_need_at_the_estate_of_another_community(home, far, an_estate, a_need, now):
    need = a_need(home, estate_name="东湖花园")
    assert not run(now, only={"P9"}).findings
    Need.objects.filter(pk=need.pk).update(estate=an_estate(far))
    assert [finding.where for finding in run(now, only={"P9"}).findings] == [need.number]


# --- doors ---------------------------------------------------------------------------------------


def test_the_api_lists_open_estates_by_community(
    client, home, far, an_estate, founder, now, django_assert_max_num_queries
):
    an_estate(home, is_old=True, old_reason="1988年建成")
    an_estate(far, "翠竹苑")
    closed = an_estate(home, "旧院")
    set_estate_active(estate_id=closed.pk, is_active=False, actor=founder, now=now)
    with django_assert_max_num_queries(4):
        found = client.get("/api/v1/estates/", {"community": home.code}).json()["results"]
    assert found == [
        {"name": "东湖花园", "community_code": home.code, "community": home.name,
         "is_old": True, "old_reason": "1988年建成"}
    ]  # fmt: skip
    assert len(client.get("/api/v1/estates/").json()["results"]) == 2
    assert client.get("/api/v1/estates/", {"q": "x"}).status_code == 400


def test_the_api_takes_and_tells_the_estate(client, home, an_estate):
    an_estate(home)
    words = {"community": home.code, "category": "safety", "content": "台阶松动了很久",
             "estate": "东湖花园", "place_text": "三栋"}  # fmt: skip
    told = client.post("/api/v1/needs/", words, "application/json").json()
    need = client.get(f"/api/v1/needs/{told['number']}/").json()
    assert (need["estate"], need["place_text"], need["photo"]) == ("东湖花园", "三栋", None)
    code = {key: told[key] for key in ("number", "query_code")} | {"estate": "老院"}
    own = client.post("/api/v1/needs/follow-up/correct/", code, "application/json")
    assert (own.json()["estate"], own.json()["place_text"]) == (None, "老院 三栋")


def test_the_admin_keeps_estates_through_the_services(sign_in, founder, home):
    founder.is_demo = True
    founder.save()
    admin, base = sign_in(founder), "/admin/communities/estate/"
    words = {"community": home.pk, "name": "东湖花园", "is_old": "on", "old_reason": "1988年建成"}
    assert admin.post(f"{base}add/", words).status_code == 302
    estate = Estate.objects.get()
    words = {"name": "东湖新村", "is_active": "on"}
    assert admin.post(f"{base}{estate.pk}/change/", words).status_code == 302
    estate.refresh_from_db()
    assert (estate.name, estate.is_old, estate.old_reason) == ("东湖新村", False, "")
    assert admin.get(base).status_code == 200
    kinds = AuditEvent.objects.filter(kind__startswith="estate.").values_list("kind", flat=True)
    assert list(kinds.order_by("pk")) == ["estate.added", "estate.renamed", "estate.marked"]
    assert admin.post(f"{base}{estate.pk}/delete/", {"post": "yes"}).status_code == 403
