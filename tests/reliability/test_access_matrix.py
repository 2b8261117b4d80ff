"""Every address × role × object of one's own and of another street: no leak, no fault, no write.

Words planted in the other street's non-public rows must never reach this street's people, whatever
address they open and whatever they post. Reading writes nothing. Posting without a token is
refused. A control takes the scope away and must be caught.
"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.test import Client

from communities.services.needs import file_need, looked_at, publish_photo
from core.access import views_without_rule
from deliberation import selectors
from deliberation.choices import State
from deliberation.services import drafting, notices, reviews
from demo.pictures import lane_after_survey
from demo.walk import Walk
from tests.accounts.helpers import force_in
from tests.communities.rounds import opened
from tests.communities.sheets import line, tried, xlsx
from tests.reliability.addresses import Place
from tests.reliability.digest import SESSION_TABLES, changed_tables, table_digests
from tests.reliability.furnished import faulted, frozen

# who may see what is decided above the database
pytestmark = pytest.mark.once

CANARIES = {
    "title of a draft": "金丝雀草案标题",
    "name of who needs": "金丝雀需求人",
    "phone of who needs": "13811112222",
    "name of the objector": "金丝雀异议人",
    "phone of the objector": "13833334444",
    "opinion of a department": "金丝雀部门意见",
    "evidence of need": "金丝雀问需情况",
    "phone in the words of a need": "13866668888",
    "phone in the name of an estate": "13877776666",
    "phone in the place of a need": "13899991111",
    "name of the file of a photo": "金丝雀照片",
    "name in a table": "金丝雀表中人",
    "phone in a table": "13855557777",
    "title of an open round": "金丝雀问需轮次",
    "who handed out forms": "金丝雀发放人",
}
ROLES = (
    "anonymous", "resident", "agent", "clerk", "party", "signer", "station", "affairs",
    "reviewer", "approver",
)  # fmt: skip
UNSAFE = ("post", "put", "patch", "delete")


def photo(name):
    file = lane_after_survey()
    file.name = name
    return file


def settle(cast, now, words):
    """One community with something of everything; `words` go into its non-public rows."""
    walk = Walk(cast, now=now, type="works", wan=20, title="楼道照明")
    walk.draft()
    need = file_need(
        community_id=cast.community.pk, category="care",
        content=f"希望有长者活动，请打{words['phone in the words of a need']}",
        estate_name=f"老院{words['phone in the name of an estate']}",
        place_text=f"活动室{words['phone in the place of a need']}",
        photo=looked_at(photo(f"{words['name of the file of a photo']}.png")),
        contact_name=words["name of who needs"], contact_phone=words["phone of who needs"],
        consented=True, actor=None, now=now,
    )  # fmt: skip
    # what is planted in the name of its file must not come out with the picture itself
    later = now + timedelta(minutes=11)
    publish_photo(need_id=need.pk, looked=True, actor=cast.clerk, now=later)
    drafting.file_evidence(
        matter_id=walk.pk, need_ids=[need.pk], questionnaire_count=60, people_count=100,
        summary=words["evidence of need"], actor=cast.clerk, now=now,
    )  # fmt: skip
    walk.declare()
    office, reviewer = next(iter(cast.street.reviewers.items()))
    reviews.give_opinion(
        matter_id=walk.pk, office_id=office.pk, feasibility="doubt", legality="yes",
        comment=words["opinion of a department"], actor=reviewer, now=now,
    )  # fmt: skip
    survey = reviews.record_survey(
        matter_id=walk.pk, surveyed_on=now.date(), people="二人", conclusion="可行",
        photos=[lane_after_survey()], actor=reviewer, now=now,
    )  # fmt: skip
    for other, person in list(cast.street.reviewers.items())[1:]:
        reviews.give_opinion(
            matter_id=walk.pk, office_id=other.pk, feasibility="yes", legality="yes",
            actor=person, now=now,
        )  # fmt: skip
    walk.summarise().record_review().sign().hold().post()
    walk.days(1)
    notices.file_objection(
        notice_id=walk.notice.pk, content="选址太近", name=words["name of the objector"],
        phone=words["phone of the objector"], actor=None, now=walk.now,
    )  # fmt: skip
    draft = Walk(cast, now=now, title=words["title of a draft"]).draft()
    table = tried(
        xlsx(line(cast.community, "纸1", contact_name=words["name in a table"],
                  contact_phone=words["phone in a table"], consented="是")),
        cast.clerk, now,
    )  # fmt: skip
    one = opened(
        cast.community, cast.clerk, now, title=words["title of an open round"],
        handed_out_by=words["who handed out forms"],
    )  # fmt: skip
    return Place(walk, draft, need, survey.photos.get(), table, one, faulted(walk), frozen(walk))


@pytest.fixture
def near(world, now):
    """The street whose people look around."""
    return settle(world.home, now, {key: f"本街{value[-4:]}" if "phone" not in key else "13955556666"
                                    for key, value in CANARIES.items()})  # fmt: skip


@pytest.fixture
def far(world, now):
    """The street with the planted words."""
    return settle(world.far, now, CANARIES)


def person(world, role):
    """The user of a role in the near street; None for anonymous."""
    home, street = world.home, world.home.street
    of_street = {"affairs": street.affairs, "approver": street.approver,
                 "reviewer": next(iter(street.reviewers.values()))}  # fmt: skip
    return None if role == "anonymous" else of_street.get(role) or getattr(home, role)


def door(world, role, **options):
    """A browser signed in as that role."""
    client = Client(raise_request_exception=False, **options)
    user = person(world, role)
    if user is not None:
        force_in(client, user)
        # The sign-in itself is put on record with the first request of a forced session.
        client.get("/account/")
    return client


def body_of(answer):
    """The bytes of an answer as text; files are read to their end."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return raw.decode("utf-8", errors="replace")


def leaks_in(answer):
    text = body_of(answer) + str(answer.headers)
    return [what for what, word in CANARIES.items() if word in text]


def look_everywhere(client, *places):
    """GET every address of the places: (faults, leaks) by name of view."""
    faults, leaks, seen = [], [], 0
    for place in places:
        for name, address in place.addresses():
            answer = client.get(address)
            seen += 1
            if answer.status_code >= 500:
                faults.append((name, address, answer.status_code))
            leaks += [(name, address, what) for what in leaks_in(answer)]
    return faults, leaks, seen


def test_every_view_has_a_rule():
    assert views_without_rule() == []


@pytest.mark.parametrize("role", ROLES)
def test_no_address_shows_another_streets_words_and_reading_writes_nothing(world, near, far, role):
    client = door(world, role)
    before = table_digests(without=SESSION_TABLES)
    faults, leaks, seen = look_everywhere(client, near, far)
    assert faults == []
    assert leaks == []
    assert changed_tables(before, table_digests(without=SESSION_TABLES)) == []
    assert seen > 200


@pytest.mark.parametrize("role", ["clerk", "affairs", "agent"])
def test_posting_at_another_streets_objects_is_refused_and_changes_nothing(world, far, role):
    client = door(world, role)
    before = table_digests(without=SESSION_TABLES | {"comm_flood"})
    told = []
    for _name, address in far.addresses():
        # Signing out, one's own settings and forms for something new are not about that street.
        about = any(part in address for part in ("/proposals/", "/meetings/", "/desk/", "/agenda"))
        if not about or not any(letter.isdigit() for letter in address):
            continue
        for method in UNSAFE:
            answer = getattr(client, method)(address, {"reason": "x"}, "application/json")
            if answer.status_code not in (302, 400, 403, 404, 405, 409, 415):
                told.append((method, address, answer.status_code))
            told += [(method, address, what) for what in leaks_in(answer)]
    assert told == []
    after = table_digests(without=SESSION_TABLES | {"comm_flood"})
    assert changed_tables(before, after) == []


def test_no_unsafe_request_of_a_session_passes_without_its_token(world, near):
    client = door(world, "clerk", enforce_csrf_checks=True)
    before = table_digests(without=SESSION_TABLES)
    passed = []
    for name, address in near.addresses():
        for method in UNSAFE:
            answer = getattr(client, method)(address, {}, "application/json")
            if answer.status_code not in (400, 403, 404, 405, 415):
                passed.append((method, name, answer.status_code))
    assert passed == []
    assert changed_tables(before, table_digests(without=SESSION_TABLES)) == []


def test_what_lies_in_another_street_is_as_if_it_did_not_exist(world, far):
    for role in ROLES:
        client = door(world, role)
        assert client.get(f"/proposals/{far.draft.pk}/").status_code == 404
        assert client.get(f"/api/v1/proposals/{far.draft.pk}/").status_code == 404
        assert client.get(f"/files/{far.file.pk}/").status_code == 404


def test_the_matrix_catches_a_scope_that_was_taken_away(world, near, far, monkeypatch):
    """Control: without the scope the same look finds the planted title."""
    monkeypatch.setattr(
        selectors, "matters_visible_to", lambda user, on: selectors.Matter.objects.with_places()
    )
    monkeypatch.setattr(
        selectors, "objections_in_scope",
        lambda user, on: selectors.Objection.objects.select_related(
            "contact", "notice__matter__proposal__community__street", "decided_by__person"
        ).filter(Q()),
    )  # fmt: skip
    _faults, leaks, _seen = look_everywhere(door(world, "clerk"), far)
    assert {"title of a draft"} <= {what for _name, _address, what in leaks}


def test_an_upload_of_markup_is_refused_by_the_same_doors(world, near):
    client = door(world, "agent")
    file = SimpleUploadedFile("x.png", b"<script>alert(1)</script>", "image/png")
    answer = client.post(
        f"/proposals/{near.draft.pk}/attachments/",
        {"upload": file, "kind": "photo", "title": "x"},
    )
    assert answer.status_code == 400
    assert not near.draft.matter.proposal.attachments.exists()


def test_every_state_that_is_public_opens_for_everybody(world, walk):
    for state in (State.DECLARED, State.REVIEWED, State.RESOLVED):
        done = walk(title=f"公开{state}").to(state)
        assert Client().get(f"/proposals/{done.pk}/").status_code == 200
