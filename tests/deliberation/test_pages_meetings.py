"""The pages of council meetings: announced, held, voted on, closed, and read by everybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communities.roles import Role
from deliberation.choices import ItemResult, MeetingState, State
from deliberation.models import Meeting
from deliberation.services import meetings, votes
from tests.deliberation.doors import Browser, words
from tests.deliberation.helpers import codes, digest

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser_at(monkeypatch, settings):
    settings.DEMO = True
    return Browser(monkeypatch).at


@pytest.fixture
def reviewed(walk):
    return walk(title="台阶扶手加装").to(State.REVIEWED)


@pytest.fixture
def meeting(reviewed):
    """Announced for reviewed; the walk's clock stands at its hour."""
    found = reviewed.announce()
    reviewed.days(4, hours=1)
    return found


@pytest.fixture
def clerk(browser_at, reviewed, meeting):
    return browser_at(reviewed.now).as_(reviewed.cast.clerk)


def stamp(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def attendance(walk, count=None, **extra):
    people = walk.cast.members[:count]
    return {
        "present": [person.pk for person in people], "chair": people[0].pk if people else "",
        "recorder": walk.cast.clerk.person_id, "resident_count": 5, "deputy_count": 1, **extra,
    }  # fmt: skip


def ballot(yes=12, no=1, abstain=0, **extra):
    return {
        "presenter": "经办人", "discussion": "问了资金安排。", "method": "hands", "yes": yes, "no": no,
        "abstain": abstain, "tellers": "监票员二人", **extra,
    }  # fmt: skip


def opened(clerk, meeting, walk):
    clerk.post(f"/meetings/{meeting.pk}/open/", attendance(walk))
    return meeting.items.get()


def test_a_meeting_is_led_from_its_announcement_to_its_minutes_through_pages(browser_at, reviewed):
    clerk = browser_at(reviewed.now).as_(reviewed.cast.clerk)
    code = reviewed.cast.community.code
    page = clerk.get(f"/meetings/new/?community={code}&matter={reviewed.pk}")
    assert "台阶扶手加装" in words(page) and "checked" in page.content.decode()
    at = reviewed.now + timedelta(days=4)
    form = {
        "starts_at": stamp(at), "place": "会议室", "announced_places": "宣传栏",
        f"take_{reviewed.pk}": "on", f"order_{reviewed.pk}": 1,
        f"presenter_{reviewed.pk}": "经办人",
    }  # fmt: skip
    clerk.confirm(f"/meetings/new/?community={code}", form)
    meeting = Meeting.objects.get()
    assert meeting.state == MeetingState.ANNOUNCED and meeting.items.count() == 1

    clerk = browser_at(at).as_(reviewed.cast.clerk)
    clerk.post(f"/meetings/{meeting.pk}/open/", attendance(reviewed))
    clerk.confirm(f"/meetings/{meeting.pk}/items/1/vote/", ballot())
    draft = clerk.get(f"/meetings/{meeting.pk}/close/")
    assert "赞成12、反对1、弃权0，通过" in words(draft)
    clerk.confirm(f"/meetings/{meeting.pk}/close/", {"minutes": "逐项表决，当场宣布。"})
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CLOSED
    assert reviewed.again().matter.state == State.RESOLVED
    public = words(browser_at(at).as_(None).get(f"/meetings/{meeting.pk}/"))
    assert "逐项表决，当场宣布。" in public and "赞成12、反对1、弃权0" in public


def test_the_announcement_says_how_many_days_ahead_and_refuses_fewer(browser_at, reviewed):
    clerk = browser_at(reviewed.now).as_(reviewed.cast.clerk)
    path = f"/meetings/new/?community={reviewed.cast.community.code}"
    assert "会议须提前 3 天公告" in words(clerk.get(path))
    form = {
        "starts_at": stamp(reviewed.now + timedelta(days=1)), "place": "会议室",
        "announced_places": "宣传栏", f"take_{reviewed.pk}": "on", "confirmed": "1",
    }  # fmt: skip
    answer = clerk.post(path, form, status=400)
    assert "会议须提前3天公告" in words(answer) and "会议室" in answer.content.decode()
    assert not Meeting.objects.exists()


def test_the_agenda_keeps_the_order_that_was_typed(browser_at, walk):
    first, second = (walk(title=title).to(State.REVIEWED) for title in ("甲", "乙"))
    clerk = browser_at(first.now).as_(first.cast.clerk)
    form = {
        "starts_at": stamp(first.now + timedelta(days=4)), "place": "会议室",
        "announced_places": "宣传栏", "confirmed": "1",
        f"take_{first.pk}": "on", f"order_{first.pk}": 2,
        f"take_{second.pk}": "on", f"order_{second.pk}": 1,
    }  # fmt: skip
    clerk.post(f"/meetings/new/?community={first.cast.community.code}", form)
    titles = [
        item.matter.proposal.title for item in Meeting.objects.get().items.order_by("position")
    ]
    assert titles == ["乙", "甲"]


def test_who_does_not_convene_reads_why(browser_at, reviewed, world):
    code = reviewed.cast.community.code
    for user in (world.far.clerk, world.neighbour.clerk, reviewed.cast.party):
        page = (
            browser_at(reviewed.now).as_(user).get(f"/meetings/new/?community={code}", status=403)
        )
        assert "居委会经办人召集" in words(page)


def test_the_server_counts_the_roster_without_scripts(clerk, meeting, reviewed):
    path = f"/meetings/{meeting.pk}/open/"
    page = clerk.post(path, attendance(reviewed, 5, check="1"), status=200)
    assert "已勾选5人：还差4人" in words(page).replace(" ", "")
    assert page.content.decode().count("checked") == 5
    page = clerk.post(path, attendance(reviewed, 9, check="1"), status=200)
    assert "已达法定人数" in words(page)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.ANNOUNCED


def test_without_a_quorum_the_meeting_does_not_open_and_keeps_what_was_ticked(
    clerk, meeting, reviewed
):
    page = clerk.post(f"/meetings/{meeting.pk}/open/", attendance(reviewed, 8), status=409)
    assert "应到13人，实到8人，法定人数9人" in words(page)
    assert page.content.decode().count("checked") == 8


def test_a_meeting_without_quorum_is_adjourned_and_its_matter_waits(clerk, meeting, reviewed):
    form = {"present": [reviewed.cast.members[0].pk]}
    clerk.confirm(f"/meetings/{meeting.pk}/adjourn/", form)
    assert reviewed.again().matter.state == State.DEFERRED
    assert "实到1人，不足法定人数9人" in words(clerk.get(f"/meetings/{meeting.pk}/"))


def test_a_cancelled_meeting_says_so(clerk, meeting, reviewed):
    clerk.confirm(f"/meetings/{meeting.pk}/cancel/", {"reason": "台风"})
    assert "这次会议已取消" in words(clerk.get(f"/meetings/{meeting.pk}/"))
    page = clerk.get(f"/meetings/{meeting.pk}/open/", status=409)
    assert "会议现为“已取消”" in words(page)


def test_one_member_more_or_less_is_told_before_the_vote_is_asked_again(clerk, meeting, reviewed):
    opened(clerk, meeting, reviewed)
    path = f"/meetings/{meeting.pk}/items/1/vote/"
    page = clerk.post(path, ballot(yes=13, no=1), status=400)
    assert "合计不等于有表决权的到会人数13" in words(page)
    assert 'value="13"' in page.content.decode()


def test_a_named_vote_is_counted_from_each_member(clerk, meeting, reviewed):
    item = opened(clerk, meeting, reviewed)
    members = list(meeting.members.order_by("pk"))
    form = ballot(yes="", no="", abstain="", method="named", tellers="")
    form |= {f"choice_{one.pk}": "no" if n < 3 else "yes" for n, one in enumerate(members)}
    path = f"/meetings/{meeting.pk}/items/1/vote/"
    missing = dict(form)
    del missing[f"choice_{members[5].pk}"]
    assert "请选择赞成、反对或弃权" in words(clerk.post(path, missing, status=400))
    clerk.confirm(path, form)
    item.refresh_from_db()
    assert (item.yes, item.no, item.abstain, item.result) == (10, 3, 0, ItemResult.CARRIED)
    assert item.votes.count() == 13


def test_a_secret_vote_is_not_typed_in(clerk, meeting, reviewed):
    opened(clerk, meeting, reviewed)
    path = f"/meetings/{meeting.pk}/items/1/vote/"
    assert 'value="secret"' not in clerk.get(path).content.decode()
    clerk.post(path, ballot(method="secret") | {"confirmed": "1"}, status=400)


def test_the_applicants_own_member_is_ticked_and_cannot_be_unticked(browser_at, walk, world):
    """An agent of the applying organisation sits on the council and holds the chair."""
    seated = world.home.members[0]
    world.troupe.give(seated, Role.ORGANISATION_AGENT, organisation=world.home.organisation)
    mine = walk().to(State.REVIEWED)
    meeting = mine.announce()
    mine.days(4, hours=1)
    clerk = browser_at(mine.now).as_(mine.cast.clerk)
    item = opened(clerk, meeting, mine)
    path = f"/meetings/{meeting.pk}/items/1/vote/"
    page = clerk.get(path)
    own = meeting.members.get(person=seated)
    box = page.content.decode().split(f'id="id_recuse_{own.pk}"')[0].rsplit("<input", 1)[1]
    whole = page.content.decode().split(f'name="recuse_{own.pk}"')[1].split(">")[0]
    assert "checked" in box + whole and "disabled" in box + whole
    assert "主持人须回避本议题" in words(page)
    refusal = clerk.post(path, ballot(yes=12, no=0, confirmed="1"), status=409)
    assert "请先改由其他到会成员主持" in words(refusal)
    clerk.post(f"/meetings/{meeting.pk}/chair/", {"chair": world.home.members[1].pk})
    clerk.confirm(path, ballot(yes=11, no=1))
    item.refresh_from_db()
    assert item.entitled == 12 and item.recusals.get().member == own
    public = words(clerk.as_(None).get(f"/meetings/{meeting.pk}/"))
    assert "回避 1人" in public and seated.name not in public.replace(str(meeting.chair or ""), "")


def test_a_deferred_item_waits_for_another_meeting(clerk, meeting, reviewed):
    opened(clerk, meeting, reviewed)
    clerk.confirm(f"/meetings/{meeting.pk}/items/1/defer/", {"reason": "材料不齐"})
    assert reviewed.again().matter.state == State.DEFERRED
    assert "缓议，未表决" in words(clerk.get(f"/meetings/{meeting.pk}/"))


def test_works_bring_problem_list_and_necessity_to_the_vote(browser_at, walk):
    works = walk(type="works", wan=30).to(State.REVIEWED)
    meeting = works.announce()
    works.days(4, hours=1)
    clerk = browser_at(works.now).as_(works.cast.clerk)
    opened(clerk, meeting, works)
    page = words(clerk.get(f"/meetings/{meeting.pk}/items/1/vote/"))
    assert "施工期间注意围挡与作息" in page and "存在安全隐患" in page and "契合" in page


def test_the_meeting_is_not_closed_while_an_item_waits(clerk, meeting, reviewed):
    opened(clerk, meeting, reviewed)
    assert "还有1个议题没有结果" in words(clerk.get(f"/meetings/{meeting.pk}/close/", status=409))
    page = clerk.get(f"/meetings/{meeting.pk}/")
    assert "还有1个议题没有结果" in words(page)


def test_buttons_of_a_proposal_lead_to_its_meeting(clerk, meeting, reviewed):
    opened(clerk, meeting, reviewed)
    answer = clerk.get(f"/proposals/{reviewed.pk}/vote/", status=302)
    assert answer.url == f"/meetings/{meeting.pk}/items/1/vote/"
    answer = clerk.get(f"/proposals/{reviewed.pk}/announce-meeting/", status=302)
    assert answer.url.endswith(f"matter={reviewed.pk}")


def test_names_of_members_are_for_staff_of_the_place(browser_at, meeting, reviewed, world):
    name = reviewed.cast.members[5].name
    path = f"/meetings/{meeting.pk}/"
    inside = words(browser_at(reviewed.now).as_(reviewed.cast.clerk).get(path))
    assert name in inside and "核验到会并开会" in inside
    for user in (None, world.far.clerk, reviewed.cast.agent):
        page = words(browser_at(reviewed.now).as_(user).get(path))
        assert "应到成员" not in page and "核验到会并开会" not in page


def test_no_act_of_a_meeting_is_done_by_others(browser_at, meeting, reviewed, world):
    paths = [f"/meetings/{meeting.pk}/{act}/" for act in ("open", "adjourn", "cancel", "chair")]
    paths += [f"/meetings/{meeting.pk}/items/1/vote/", f"/meetings/{meeting.pk}/close/"]
    for user in (world.far.clerk, reviewed.cast.party):
        browser = browser_at(reviewed.now).as_(user)
        browser.get("/meetings/")  # the session's own row
        before = digest()
        for path in paths:
            browser.get(path, status=403)
            browser.post(path, attendance(reviewed), status=403)
        assert digest() == before
    visitor = browser_at(reviewed.now).as_(None)
    for path in paths:
        assert "/account/sign-in/" in visitor.get(path, status=302).url


def test_the_closed_buttons_say_what_the_services_say(clerk, meeting, reviewed):
    page = clerk.get(f"/meetings/{meeting.pk}/close/", status=409)
    now, actor = reviewed.now, reviewed.cast.clerk
    said = codes(votes.close, meeting_id=meeting.pk, minutes="x", actor=actor, now=now)
    assert said == {"meeting_state"} and "会议现为“已公告”" in words(page)
    early = now - timedelta(days=2)
    said = codes(
        meetings.open_meeting, meeting_id=meeting.pk, chair_id=1, recorder_id=1, present_ids=[],
        actor=actor, now=early,
    )  # fmt: skip
    assert said == {"meeting_not_yet"}


def test_reading_writes_nothing(browser_at, clerk, meeting, reviewed):
    opened(clerk, meeting, reviewed)
    clerk.get("/meetings/")
    before = digest()
    for path in (
        "/meetings/", "/meetings/new/", f"/meetings/{meeting.pk}/", f"/meetings/{meeting.pk}/close/",
        f"/meetings/{meeting.pk}/items/1/vote/", f"/meetings/{meeting.pk}/items/1/defer/",
        f"/meetings/{meeting.pk}/chair/",
    ):  # fmt: skip
        clerk.client.get(path)
    assert digest() == before
