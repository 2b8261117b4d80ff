"""The desk: what waits for me, by the same table of acts that opens the buttons."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deliberation import desk, selectors
from deliberation.choices import State
from deliberation.models import Matter
from tests.accounts.helpers import force_in

SOMEBODY_ELSES = ("edit", "withdraw", "file_objection", "record_objection", "return_for_correction",
                  "defer", "return_from_street", "reject_at_street")  # fmt: skip


@pytest.fixture(autouse=True)
def _clock(monkeypatch, now):
    """The pages' clock stands where the walks are."""
    hands = {"now": now}
    monkeypatch.setattr("django.utils.timezone.now", lambda: hands["now"])
    return hands


def everybody(world):
    people = []
    for cast in (world.home, world.neighbour, world.far):
        people += [cast.clerk, cast.party, cast.signer, cast.station, cast.resident, cast.agent]
        people += [cast.street.affairs, cast.street.approver, *cast.street.reviewers.values()]
    return [*people, world.officer, world.auditor]


def assert_desk_agrees(world, walk):
    """Whoever has the row on the desk may do its act now; whoever has an open act has the row."""
    walk.again()
    for user in everybody(world):
        rows = {matter.pk: matter.turn for matter in desk.my_turn(user, walk.now.date(), walk.now)}
        opened = {
            act.key
            for act in selectors.acts_open_to(user, walk.matter, walk.now)
            if act.allowed and act.key not in SOMEBODY_ELSES
        }
        turn = rows.get(walk.pk)
        words = f"{user.username} in {walk.matter.state}: {turn} and {opened}"
        if turn is not None:
            assert turn in opened, words
        else:
            # a department that has answered may still open the page for its colleagues
            assert not opened - {"give_opinion", "sign_review", "announce_meeting"}, words


@pytest.mark.parametrize("type", ["service", "works"])
def test_the_desk_and_the_table_of_acts_agree_at_every_step(world, walk, type):
    way = walk(type=type)
    for step in (way.draft, way.solicit, way.declare):
        step()
        assert_desk_agrees(world, way)
    if type == "works":
        way.days(1).opine()
        assert_desk_agrees(world, way)
        way.summarise()
        assert_desk_agrees(world, way)
    way.days(1).record_review()
    assert_desk_agrees(world, way)
    way.sign()
    assert_desk_agrees(world, way)
    way.hold()
    assert_desk_agrees(world, way)
    way.post()
    assert_desk_agrees(world, way)
    way.days(6)
    assert_desk_agrees(world, way)
    way.conclude()
    assert_desk_agrees(world, way)
    way.submit()
    assert_desk_agrees(world, way)


def test_the_sides_of_the_way_wait_on_the_right_desks(world, walk):
    way = walk(type="works")
    way.draft().solicit().declare().days(1)
    way.opine(doubtful=("safety",))
    assert_desk_agrees(world, way)
    done = walk()
    done.to(State.RESOLVED).post().days(1).object()
    assert_desk_agrees(world, done)


def test_the_desk_names_the_act_its_age_and_leads_to_it(client, world, walk, _clock):
    way = walk(title="夕阳红学堂").draft()
    _clock["now"] = way.days(9).now
    force_in(client, world.home.clerk)
    text = client.get("/desk/").content.decode()
    assert "轮到我办（1）" in text
    assert "夕阳红学堂" in text and "9 天" in text
    assert f"/proposals/{way.pk}/file-evidence/" in text


def test_another_community_has_none_of_it(client, world, walk):
    walk(title="夕阳红学堂").draft()
    for user in (world.neighbour.clerk, world.far.clerk, world.far.street.affairs):
        force_in(client, user)
        text = client.get("/desk/").content.decode()
        assert "夕阳红学堂" not in text
        assert "现在没有轮到您办的事" in text


def test_the_agent_declares_from_the_desk_and_follows_the_own_proposals(client, world, walk):
    way = walk(title="夕阳红学堂").draft().solicit()
    force_in(client, world.home.agent)
    text = client.get("/desk/").content.decode()
    assert f"/proposals/{way.pk}/declare/" in text
    assert "我的申报" in text


def test_a_resident_without_proposals_is_told_how_to_begin(client, world):
    force_in(client, world.home.resident)
    text = client.get("/desk/").content.decode()
    assert "您还没有申报过项目" in text and "起草申报" in text
    assert "年度额度" not in text


def test_objections_notices_and_meetings_stand_on_the_desk(client, world, walk, _clock):
    objected = walk(title="夕阳红学堂")
    objected.to(State.RESOLVED).post().days(1).object()
    meeting = walk(title="美食美刻", now=objected.now).to(State.REVIEWED).announce()
    _clock["now"] = objected.now
    force_in(client, world.home.clerk)
    text = client.get("/desk/").content.decode()
    assert "应在" in text and "前答复" in text
    assert meeting.number in text
    assert "公示中" in text


def test_the_desk_is_for_the_signed_in(client, db):
    answer = client.get("/desk/")
    assert answer.status_code == 302 and "sign-in" in answer["Location"]


def test_more_rows_cost_no_more_queries(client, world, walk):
    walk().draft()
    force_in(client, world.home.clerk)
    client.get("/desk/")
    with CaptureQueriesContext(connection) as one:
        client.get("/desk/")
    for number in range(4):
        walk(title=f"学堂{number}").draft()
    for number in range(3):
        walk(title=f"台阶{number}", type="works").to(State.REVIEWED).announce()
    assert Matter.objects.count() == 8
    with CaptureQueriesContext(connection) as many:
        client.get("/desk/")
    assert len(many) == len(one)


def test_opening_the_desk_writes_nothing(client, world, walk):
    walk().draft()
    force_in(client, world.home.clerk)
    before = Matter.objects.values_list("event_count", flat=True)[0]
    client.get("/desk/")
    assert Matter.objects.values_list("event_count", flat=True)[0] == before
