"""Who may change the words needs are found by, and what a change leaves behind."""

import pytest

from communities.fit.pools import SHELF
from communities.lexicon_file import shipped
from communities.models import LexiconConcept
from communities.roles import Role
from communities.services import lexicon
from core.models import AuditEvent
from core.refusals import Refused

pytestmark = pytest.mark.django_db

WORDS = {
    "label": "修伞", "kind": "topic", "category": "care", "everyday": "伞坏了\n修伞、伞骨断",
    "official": "雨具维修", "hints": "",
}  # fmt: skip


@pytest.fixture
def officer(holder_of, home):
    return holder_of(Role.DISTRICT_OFFICER, home.street.district)


@pytest.fixture
def loaded(founder, now):
    lexicon.load_lexicon(actor=founder, now=now)


def refusal(act):
    with pytest.raises(Refused) as caught:
        act()
    return [reason.code for reason in caught.value.reasons]


def events():
    return list(AuditEvent.objects.filter(chain="lexicon").order_by("seq"))


def test_the_shipped_words_are_loaded_once_and_changed_ones_stay(founder, now):
    assert lexicon.load_lexicon(actor=founder, now=now) == len(shipped())
    concept = LexiconConcept.objects.get(key="outdoor_lighting")
    assert "黑灯瞎火" in concept.everyday.split("\n")
    LexiconConcept.objects.filter(pk=concept.pk).update(label="改过的")
    assert lexicon.load_lexicon(actor=founder, now=now) == 0
    assert LexiconConcept.objects.get(pk=concept.pk).label == "改过的"
    assert [event.kind for event in events()] == ["lexicon.loaded"]


def test_rows_say_the_same_as_the_file_they_came_from(loaded):
    rows = {row.key: row.for_matching() for row in LexiconConcept.objects.all()}
    assert rows == {one.key: one.for_matching() for one in shipped()}


def test_the_file_itself_would_pass_the_service(loaded, officer, now):
    for one in LexiconConcept.objects.all():
        same = {name: getattr(one, name) for name in (*WORDS, "is_active")}
        lexicon.change_concept(concept_id=one.pk, **same, actor=officer, now=now)
    assert [event.kind for event in events()] == ["lexicon.loaded"], "nothing was changed"


def test_a_concept_is_added_with_its_event(loaded, officer, now):
    concept = lexicon.add_concept(key="umbrellas", **WORDS, actor=officer, now=now)
    assert concept.everyday == "伞坏了\n修伞\n伞骨断"
    assert (events()[-1].kind, events()[-1].data["key"]) == ("lexicon.concept_added", "umbrellas")


def test_the_first_own_concept_does_not_hide_the_shipped_ones(officer, now):
    lexicon.add_concept(key="umbrellas", **WORDS, actor=officer, now=now)
    assert LexiconConcept.objects.count() == len(shipped()) + 1


def test_a_change_says_which_words_came_and_went(loaded, officer, now):
    concept = lexicon.add_concept(key="umbrellas", **WORDS, actor=officer, now=now)
    lexicon.change_concept(
        concept_id=concept.pk, **WORDS | {"everyday": "修伞\n伞漏"}, is_active=False,
        actor=officer, now=now,
    )  # fmt: skip
    assert events()[-1].data["changes"] == {
        "everyday": {"added": ["伞漏"], "removed": ["伞坏了", "伞骨断"]},
        "is_active": False,
    }


def test_a_concept_put_to_rest_is_not_matched(loaded, officer, home, now):
    concept = LexiconConcept.objects.get(key="drying")
    same = {name: getattr(concept, name) for name in WORDS}
    lexicon.change_concept(concept_id=concept.pk, **same, is_active=False, actor=officer, now=now)
    assert "drying" not in SHELF.index_of([home.code]).lexicon.concepts


@pytest.mark.parametrize("role", [Role.COMMITTEE_CLERK, Role.AFFAIRS_CLERK, Role.AUDITOR])
def test_others_may_not(role, holder_of, home, loaded, now):
    place = {Role.COMMITTEE_CLERK: home, Role.AFFAIRS_CLERK: home.street}.get(
        role, home.street.district
    )
    somebody = holder_of(role, place)
    before = len(events())
    for act in (
        lambda: lexicon.load_lexicon(actor=somebody, now=now),
        lambda: lexicon.add_concept(key="umbrellas", **WORDS, actor=somebody, now=now),
        lambda: lexicon.add_concept(key="umbrellas", **WORDS, actor=None, now=now),
        lambda: lexicon.change_concept(
            concept_id=LexiconConcept.objects.first().pk, **WORDS, is_active=True,
            actor=somebody, now=now,
        ),
    ):  # fmt: skip
        assert refusal(act) == ["not_lexicon_editor"]
    assert len(events()) == before


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"label": " "}, "label_missing"),
        ({"kind": "mood"}, "kind_unknown"),
        ({"category": "none"}, "category_unknown"),
        ({"everyday": "。。。"}, "term_unusable"),
        ({"everyday": "灯…"}, "term_unusable"),
        ({"everyday": "灯…很…坏"}, "term_unusable"),
        ({"everyday": "很" * 21}, "term_unusable"),
        ({"everyday": "", "official": " \n"}, "terms_count"),
    ],
)
def test_words_nobody_could_find_are_refused(wrong, code, loaded, officer, now):
    before = LexiconConcept.objects.count(), len(events())
    codes = refusal(
        lambda: lexicon.add_concept(key="umbrellas", **WORDS | wrong, actor=officer, now=now)
    )
    assert code in codes
    assert (LexiconConcept.objects.count(), len(events())) == before


def test_a_code_is_given_once(loaded, officer, now):
    codes = refusal(lambda: lexicon.add_concept(key="drying", **WORDS, actor=officer, now=now))
    assert codes == ["concept_exists"]


def test_a_failure_half_way_leaves_nothing(loaded, officer, now, monkeypatch):
    def fails(*args, **fields):
        raise RuntimeError("half-way")

    monkeypatch.setattr(lexicon.audit, "record", fails)
    with pytest.raises(RuntimeError):
        lexicon.add_concept(key="umbrellas", **WORDS, actor=officer, now=now)
    assert not LexiconConcept.objects.filter(key="umbrellas").exists()


def test_the_admin_changes_words_through_the_service(sign_in, officer, loaded):
    officer.is_staff = True
    officer.save()
    admin = sign_in(officer)
    concept = LexiconConcept.objects.get(key="drying")
    address = f"/admin/communities/lexiconconcept/{concept.pk}/change/"
    assert "没地方晒" in admin.get(address).content.decode()
    data = {"label": "晾晒", "kind": "topic", "category": "living_care", "hints": "",
            "everyday": "晒咸鱼", "official": "晾晒", "is_active": "on", "key": "hacked"}  # fmt: skip
    assert admin.post(address, data).status_code == 302
    concept.refresh_from_db()
    assert (concept.key, concept.everyday) == ("drying", "晒咸鱼")
    assert events()[-1].kind == "lexicon.concept_changed"
    page = admin.post(address, data | {"everyday": "…"}, follow=True).content.decode()
    assert "不能用来查找" in page
    add = "/admin/communities/lexiconconcept/add/"
    assert admin.post(add, data | {"key": "fish", "official": "咸鱼"}).status_code == 302
    assert LexiconConcept.objects.get(key="fish").is_active


def test_the_admin_of_others_only_shows(sign_in, clerk, loaded):
    clerk.is_staff = True
    clerk.save()
    admin = sign_in(clerk)
    assert admin.get("/admin/communities/lexiconconcept/").status_code == 200
    assert admin.get("/admin/communities/lexiconconcept/add/").status_code == 403


def test_the_list_of_words_takes_the_same_queries_however_long(
    sign_in, founder, loaded, django_assert_max_num_queries
):
    founder.is_demo = True
    founder.save()
    admin = sign_in(founder)
    admin.get("/admin/communities/lexiconconcept/")
    with django_assert_max_num_queries(14):
        admin.get("/admin/communities/lexiconconcept/?q=路灯")
