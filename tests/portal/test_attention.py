"""催办 and 督办: who may, how often, what is left, and who reads it."""

from datetime import timedelta

import pytest

from core.models import AuditEvent
from deliberation.choices import State
from portal import desk
from portal.models import Notification, Supervision, Urge
from portal.services import attention
from tests.deliberation.doors import Browser, words
from tests.deliberation.helpers import last_kind, leaves_nothing_half_way, refused
from tests.reliability.people import signed_in


@pytest.fixture
def waits(walk):
    """A draft that waits for the evidence of the committee's clerk."""
    return walk(title="夕阳红学堂").draft().days(3)


@pytest.fixture
def doors(monkeypatch, settings, now, world):
    settings.DEMO = True
    return Browser(monkeypatch).at(now)


def urge(walk, user, text="居民天天问", days=0):
    at = walk.now + timedelta(days=days)
    return attention.urge(matter_id=walk.pk, text=text, actor=user, now=at)


def watch(walk, user, days=5, reason="拖得太久"):
    return attention.supervise(
        matter_id=walk.pk, due_on=(walk.now + timedelta(days=days)).date(), reason=reason,
        actor=user, now=walk.now,
    )  # fmt: skip


def lift(walk, user, result="已归档"):
    return attention.lift_supervision(
        matter_id=walk.pk, result=result, actor=user, now=walk.now + timedelta(days=1)
    )


def told(person_id, kind):
    return Notification.objects.filter(person_id=person_id, kind=kind)


# --- 催办 ----------------------------------------------------------------------------------------


def test_the_applicant_urges_the_clerk_who_reads_it_once(world, waits):
    one = urge(waits, world.home.agent)
    assert (one.turn, one.told_count, one.side) == ("file_evidence", 1, "申报主体")
    message = told(world.home.clerk.person_id, "urge").get()
    assert message.asks_act and "居民天天问" in message.text
    assert last_kind(waits) == "turn.urged"
    event = AuditEvent.objects.filter(kind="turn.urged").get()
    assert "居民" not in event.body + event.reason


def test_the_street_may_urge_too(world, waits):
    assert urge(waits, world.home.street.affairs).side == "街道民生事务部经办人"
    assert urge(waits, world.home.street.approver).side == "街道审定人"


def test_the_clerk_urges_the_departments(world, walk):
    works = walk(type="works").to(State.DECLARED).days(2)
    one = urge(works, world.home.clerk)
    assert (one.turn, one.told_count) == ("give_opinion", len(world.home.street.reviewers))


@pytest.mark.parametrize("who", ["party", "station", "resident"])
def test_nobody_else_of_the_community_urges(world, waits, who):
    code = "not_found" if who == "resident" else "not_yours_to_urge"
    refused(code, urge, waits, getattr(world.home, who))


def test_another_street_does_not_know_the_draft(world, waits):
    for user in (world.far.clerk, world.far.street.affairs, world.neighbour.clerk):
        refused("not_found", urge, waits, user)


def test_another_street_may_not_urge_what_is_public(world, walk):
    way = walk().to(State.DECLARED)
    for user in (world.far.clerk, world.far.street.affairs, world.neighbour.clerk, world.auditor):
        refused("not_yours_to_urge", urge, way, user)


def test_ones_own_turn_is_not_urged(world, waits):
    refused("own_turn", urge, waits, world.home.clerk)


def test_nobody_is_urged_while_a_notice_runs(world, walk):
    refused("nobody_to_urge", urge, walk().to(State.RESOLVED).post(), world.home.agent)


def test_what_is_over_is_not_urged(world, walk):
    refused("matter_is_over", urge, walk().to(State.ESTABLISHED), world.home.agent)


def test_again_after_three_days_and_not_before_and_the_refusal_says_when(world, waits):
    urge(waits, world.home.agent)
    with pytest.raises(Exception, match="已经催办过") as told_when:
        urge(waits, world.home.agent, days=2)
    assert "2017-06-07" in str(told_when.value.reasons[0].remedy)
    refused("urged_lately", urge, waits, world.home.agent, days=2)
    urge(waits, world.home.street.affairs, days=2)
    urge(waits, world.home.agent, days=3)
    assert Urge.objects.count() == 3


@pytest.mark.parametrize(("text", "code"), [("  ", "text_missing"), ("长" * 201, "text_too_long")])
def test_an_urge_says_something_short(world, waits, text, code):
    refused(code, urge, waits, world.home.agent, text)


def test_a_failure_half_way_leaves_no_urge_and_no_supervision(world, waits, monkeypatch):
    place = "portal.services.attention.tell_people"
    leaves_nothing_half_way(monkeypatch, urge, waits, world.home.agent, at=place)
    leaves_nothing_half_way(monkeypatch, watch, waits, world.officer, at=place)
    watch(waits, world.officer)
    leaves_nothing_half_way(monkeypatch, lift, waits, world.officer, at=place)


# --- 督办 ----------------------------------------------------------------------------------------


def test_street_and_district_supervise_and_lift(world, waits):
    one = watch(waits, world.home.street.affairs)
    assert (one.level, last_kind(waits)) == ("street", "supervision.opened")
    assert told(world.home.clerk.person_id, "supervision").get().asks_act
    refused("supervised_already", watch, waits, world.officer)
    lift(waits, world.officer, "已归档问需证据")
    assert last_kind(waits) == "supervision.lifted"
    assert told(world.home.clerk.person_id, "supervision").count() == 2
    refused("not_supervised", lift, waits, world.officer)


def test_the_street_does_not_lift_what_the_district_began(world, waits):
    assert watch(waits, world.officer).level == "district"
    refused("district_supervises", lift, waits, world.home.street.affairs)


def test_nobody_else_supervises(world, walk):
    way = walk().to(State.DECLARED)
    home, far = world.home, world.far
    watchers = [home.clerk, home.agent, home.street.approver, far.street.affairs, world.auditor]
    for user in watchers:
        refused("not_supervisor", watch, way, user)
    watch(way, world.officer)
    for user in watchers:
        refused("not_supervisor", lift, way, user)


def test_supervision_has_a_day_ahead_a_reason_and_a_result(world, waits):
    refused("due_not_ahead", watch, waits, world.officer, days=0)
    refused("text_missing", watch, waits, world.officer, reason=" ")
    watch(waits, world.officer)
    refused("text_missing", lift, waits, world.officer, result="")


def test_late_supervision_comes_first_on_the_desk(world, walk):
    old = walk(title="先起草的").draft()
    watched = walk(title="被督办的", now=old.days(3).now).draft()
    watch(watched, world.officer, days=1)

    def order(days):
        todo = desk.Todo(world.home.clerk, watched.now + timedelta(days=days))
        return [one.title for one in todo.all], {queue.key: n for queue, n in todo.counts()}

    assert order(3)[0] == ["被督办的", "先起草的"]
    assert order(3)[1] == {"": 2, "late": 1, "soon": 0, "supervised": 1}
    lift(watched, world.officer)
    assert order(3)[0] == ["先起草的", "被督办的"]


# --- the doors -----------------------------------------------------------------------------------


def test_urging_through_the_page_and_what_both_sides_read(doors, world, waits):
    page = f"/proposals/{waits.pk}/urge/"
    doors.at(waits.now).as_(world.home.agent)
    assert page in doors.get(f"/proposals/{waits.pk}/").content.decode()
    kept = doors.post(page, {"text": "长" * 201}, status=400)
    assert "长" * 201 in kept.content.decode()
    doors.post(page, {"text": "居民天天问"})
    again = words(doors.get(f"/proposals/{waits.pk}/"))
    assert "居民天天问" in again and "起可以再次催办" in again
    assert "居民天天问" in words(doors.as_(world.home.clerk).get(f"/proposals/{waits.pk}/"))
    doors.as_(world.home.clerk).get(page, status=409)
    doors.as_(world.home.party).get(page, status=403)
    doors.as_(world.far.clerk).get(page, status=404)


def test_the_public_reads_nothing_of_urging_and_supervision(doors, world, walk):
    way = walk().to(State.DECLARED)
    urge(way, world.home.agent, "王大妈住院了")
    watch(way, world.officer, reason="区长来信")
    doors.at(way.now)
    for user in (None, world.far.clerk, world.home.resident):
        text = words(doors.as_(user).get(f"/proposals/{way.pk}/"))
        assert "王大妈" not in text and "区长来信" not in text and "催办" not in text


def test_supervising_through_the_pages(doors, world, waits):
    doors.at(waits.now).as_(world.home.street.affairs)
    data = {"due_on": "2017-06-20", "reason": "居民等了很久"}
    doors.post(f"/proposals/{waits.pk}/supervise/", data)
    text = words(doors.get("/desk/supervised/"))
    assert "夕阳红学堂" in text and "居民等了很久" in text and "还剩" in text
    assert "督办" in words(doors.as_(world.home.clerk).get("/desk/?queue=supervised"))
    assert "夕阳红学堂" not in words(doors.as_(world.far.street.affairs).get("/desk/supervised/"))
    doors.as_(world.home.street.affairs)
    doors.post(f"/proposals/{waits.pk}/lift-supervision/", {"result": "已归档"})
    assert "已归档" in words(doors.get("/desk/supervised/?lifted=1"))
    assert not Supervision.objects.filter(open_key__isnull=False).exists()


def test_the_api_does_what_the_pages_do(world, walk):
    way = walk().to(State.DECLARED)
    api, post = f"/api/v1/proposals/{way.pk}", {"content_type": "application/json"}
    agent, officer = signed_in(world.home.agent), signed_in(world.officer)
    answer = agent.post(f"{api}/urge/", {"text": "请尽快"}, **post)
    assert answer.status_code == 200 and answer.json()["urges"][0]["text"] == "请尽快"
    assert agent.post(f"{api}/urge/", {"text": "请尽快"}, **post).status_code == 409
    assert agent.post(f"{api}/supervise/", {"due_on": "2030-01-01", "reason": "x"}, **post
                      ).status_code == 403  # fmt: skip
    body = {"due_on": "2030-01-01", "reason": "拖得太久"}
    answer = officer.post(f"{api}/supervise/", body, **post)
    assert answer.json()["supervisions"][0]["is_open"] is True
    assert officer.get("/api/v1/desk/supervised/").json()["count"] == 1
    answer = officer.post(f"{api}/lift_supervision/", {"result": "已办"}, **post)
    assert answer.json()["supervisions"][0]["is_open"] is False
    assert signed_in(world.far.clerk).get(f"{api}/attention/").status_code == 404
    assert agent.get("/api/v1/desk/supervised/").status_code == 403
