"""The desk: what waits for me, by the same table of acts that opens the buttons."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deliberation import desk, selectors
from deliberation.choices import State
from deliberation.models import Matter
from deliberation.services.reviews import discard_review, sign_review
from portal import services
from portal.models import Notification
from portal.turns import people_of_turn
from tests.deliberation.doors import Browser, words
from tests.deliberation.helpers import digest
from tests.reliability.people import signed_in

SOMEBODY_ELSES = ("edit", "withdraw", "file_objection", "record_objection", "return_for_correction",
                  "defer", "return_from_street", "reject_at_street")  # fmt: skip


@pytest.fixture
def doors(monkeypatch, settings, now, world):
    """A browser; its clock stands where the walks are."""
    settings.DEMO = True
    return Browser(monkeypatch).at(now)


def everybody(world):
    here, there, far = world.home, world.neighbour, world.far
    people = [here.clerk, here.party, here.signer, here.station, here.resident, here.agent]
    people += [here.street.affairs, here.street.approver, *here.street.reviewers.values()]
    # of other places those whose twin at home may act
    people += [there.clerk, there.signer, there.agent]
    people += [far.clerk, far.street.affairs, far.street.approver, *far.street.reviewers.values()]
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
            # open beside what is next: other hands, or putting a wrong record right
            beside = {"give_opinion", "sign_review", "announce_meeting", "discard_review"}
            assert not opened - beside, words


@pytest.mark.once
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


def test_a_void_record_waits_for_nobodys_signature(world, walk):
    """Who was named in it only by mistake has nothing on the desk, and nobody tells them."""
    way = walk().to(State.DECLARED).record_review()
    discard_review(matter_id=way.pk, reason="登错", actor=way.cast.clerk, now=way.now)
    assert_desk_agrees(world, way)
    way.record_review()
    sign_review(matter_id=way.pk, actor=way.cast.party, now=way.now)
    assert_desk_agrees(world, way)
    on = way.now.date()
    assert people_of_turn(way.again().matter, "sign_review", on) == {way.cast.signer.person_id}


def test_the_desk_names_the_act_its_age_and_leads_to_it(doors, world, walk):
    way = walk(title="夕阳红学堂").draft()
    answer = doors.at(way.days(9).now).as_(world.home.clerk).get("/desk/")
    assert "轮到我办（1）" in words(answer)
    assert "夕阳红学堂" in words(answer) and "06-01 起，06-15 到期" in words(answer)
    assert f"/proposals/{way.pk}/file-evidence/" in answer.content.decode()


def test_another_community_has_none_of_it(doors, world, walk):
    walk(title="夕阳红学堂").draft()
    for user in (world.neighbour.clerk, world.far.clerk, world.far.street.affairs):
        text = words(doors.as_(user).get("/desk/"))
        assert "夕阳红学堂" not in text
        assert "现在没有轮到您办的事" in text


def test_the_agent_declares_from_the_desk_and_follows_the_own_proposals(doors, world, walk):
    way = walk(title="夕阳红学堂").draft().solicit()
    answer = doors.as_(world.home.agent).get("/desk/")
    assert f"/proposals/{way.pk}/declare/" in answer.content.decode()
    assert "我的申报" in words(answer)


def test_a_resident_without_proposals_is_told_how_to_begin(doors, world):
    text = words(doors.as_(world.home.resident).get("/desk/"))
    assert "您还没有申报过项目" in text and "起草申报" in text
    assert "年度额度" not in text


def test_objections_notices_meetings_and_needs_stand_on_the_desk(doors, world, walk):
    objected = walk(title="夕阳红学堂")
    objected.to(State.RESOLVED).post().days(1).object()
    meeting = walk(title="美食美刻", now=objected.now).to(State.REVIEWED).announce()
    walk(now=objected.now).file_need()
    text = words(doors.at(objected.now).as_(world.home.clerk).get("/desk/"))
    assert "应在" in text and "前答复" in text
    assert meeting.number in text
    assert "还有 5 天" in text
    assert "待答复的居民需求" in text
    assert meeting.number not in words(doors.as_(world.far.clerk).get("/desk/"))


def test_the_desk_is_for_the_signed_in(doors):
    assert "sign-in" in doors.as_(None).get("/desk/", status=302)["Location"]


def test_more_rows_cost_no_more_queries(doors, world, walk):
    walk().draft()
    walk(title="台阶", type="works").to(State.REVIEWED).announce()
    doors.as_(world.home.clerk).get("/desk/")
    with CaptureQueriesContext(connection) as few:
        doors.get("/desk/")
    for number in range(4):
        walk(title=f"学堂{number}").draft()
    for number in range(3):
        walk(title=f"台阶{number}", type="works").to(State.REVIEWED).announce()
    assert Matter.objects.count() == 9
    with CaptureQueriesContext(connection) as many:
        doors.get("/desk/")
    assert len(many) == len(few)


def test_opening_the_desk_writes_nothing(doors, world, walk):
    walk().draft()
    doors.as_(world.home.clerk).get("/desk/")
    before = digest()
    doors.get("/desk/")
    assert digest() == before


# --- due days, tabs, filters -----------------------------------------------------------------------


def test_tabs_and_filters_narrow_the_list_and_the_rest_is_kept(doors, world, walk, now):
    walk(title="很早的学堂").draft()
    late = walk(title="合唱团", now=walk(now=now).days(25).now).draft()
    doors.at(late.now).as_(world.home.clerk)
    everything = words(doors.get("/desk/"))
    assert "已超期" in everything
    assert everything.index("很早的学堂") < everything.index("合唱团")
    only = words(doors.get("/desk/?queue=late"))
    assert "很早的学堂" in only and "合唱团" not in only
    assert "合唱团" in words(doors.get("/desk/?q=合唱"))
    assert "没有符合条件的待办" in words(doors.get("/desk/?q=没有的"))
    assert "没有符合条件的待办" in words(doors.get("/desk/?queue=soon"))
    assert "很早的学堂" in words(doors.get("/desk/?act=file_evidence"))


def test_two_hundred_items_cost_the_queries_of_twenty(doors, world, walk):
    """The dates of all are read in one question; only a page of matters is loaded."""
    for number in range(21):
        walk(title=f"学堂{number}").draft()
    doors.as_(world.home.clerk).get("/desk/")
    with CaptureQueriesContext(connection) as few:
        doors.get("/desk/")
    for number in range(180):
        walk(title=f"课堂{number}").draft()
    with CaptureQueriesContext(connection) as many:
        answer = doors.get("/desk/")
    assert "轮到我办（201）" in words(answer) and "共 201 条" in words(answer)
    assert len(many) == len(few) < 40


def test_what_i_did_is_listed_by_act_and_day_and_only_mine(doors, world, walk):
    way = walk(title="夕阳红学堂").to(State.DECLARED)
    doors.at(way.now).as_(world.home.clerk)
    text = words(doors.get("/desk/done/"))
    assert "归档问需证据" in text and "夕阳红学堂" in text
    assert "没有符合条件的记录" in words(doors.get("/desk/done/?act=vote"))
    assert "夕阳红学堂" in words(doors.get("/desk/done/?since=2017-06-01&until=2017-06-01"))
    assert "夕阳红学堂" not in words(doors.get("/desk/done/?until=2017-05-31"))
    assert "还没有办过事项" in words(doors.as_(world.neighbour.clerk).get("/desk/done/"))


def test_copies_are_what_asks_for_no_act_and_are_marked_read(doors, world, walk):
    way = walk(title="夕阳红学堂").to(State.DECLARED)
    for event in way.matter.events.all():
        services.tell(event_id=event.pk, now=way.now)
    doors.at(way.now).as_(world.home.agent)
    assert "归档问需证据" in words(doors.get("/desk/copies/"))
    mine = Notification.objects.filter(person_id=world.home.agent.person_id)
    one = mine.filter(asks_act=False).first()
    others = Notification.objects.exclude(person_id=world.home.agent.person_id).first()
    doors.post("/messages/read/", {"ids": [one.pk, others.pk], "next": "/desk/copies/"})
    one.refresh_from_db()
    others.refresh_from_db()
    assert one.read_at and others.read_at is None
    doors.post("/messages/read/", {"copies": "on"})
    assert not mine.filter(asks_act=False, read_at__isnull=True).exists()
    assert "没有未读的抄送" in words(doors.get("/desk/copies/?unread=on"))
    assert (
        doors.post("/messages/read/", {"next": "https://evil.example/"})["Location"] == "/messages/"
    )


@pytest.mark.parametrize("page", ["/desk/done/", "/desk/copies/"])
def test_the_lists_of_the_desk_cost_the_same_whatever_their_length(doors, world, walk, page):
    def more(n):
        for number in range(n):
            way = walk(title=f"学堂{number}").to(State.DECLARED)
            for event in way.matter.events.all():
                services.tell(event_id=event.pk, now=way.now)

    more(1)
    doors.as_(world.home.clerk).get(page)
    with CaptureQueriesContext(connection) as few:
        doors.get(page)
    more(3)
    with CaptureQueriesContext(connection) as many:
        doors.get(page)
    assert len(many) == len(few)


def test_the_api_gives_the_same_lists(world, walk):
    way = walk(title="夕阳红学堂").to(State.DECLARED)
    for event in way.matter.events.all():
        services.tell(event_id=event.pk, now=way.now)
    clerk = signed_in(world.home.clerk)
    todo = clerk.get("/api/v1/desk/").json()
    assert todo["count"] == 1 and todo["queues"]["late"] == 1
    assert todo["results"][0]["waiting"]["act"] == "record_review"
    assert clerk.get("/api/v1/desk/?act=vote").json()["count"] == 0
    assert clerk.get("/api/v1/desk/?nonsense=1").status_code == 400
    done = clerk.get("/api/v1/desk/done/").json()
    assert [row["act"] for row in done["results"]] == ["file_evidence"]
    post = {"content_type": "application/json"}
    assert clerk.get("/api/v1/messages/?unread=true").json()["count"] > 0
    assert clerk.post("/api/v1/messages/read/", {}, **post).json()["read"] > 0
    assert clerk.get("/api/v1/messages/?unread=true").json()["count"] == 0
