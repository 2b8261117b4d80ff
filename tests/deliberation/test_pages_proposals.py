"""The list and the page of a proposal: what everybody reads, and what only some do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deliberation.choices import State
from deliberation.services import drafting
from projects.models import Proposal
from tests.deliberation.doors import Browser, hidden, words
from tests.deliberation.helpers import digest
from tests.deliberation.proposal_doors import act, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def doors(monkeypatch, settings, now, world):
    settings.DEMO = True
    return Browser(monkeypatch).at(now)


# the list ----------------------------------------------------------------------------------------


def test_everybody_sees_what_is_declared_and_nobody_the_drafts(doors, walk):
    walk(title="夕阳红学堂").to(State.DECLARED)
    walk(title="还没想好").draft()
    text = words(doors.as_(None).get("/proposals/"))
    assert "夕阳红学堂" in text and "还没想好" not in text
    assert "找到 1 个项目，申报金额合计 5 万元" in text


def test_staff_see_the_drafts_of_their_own_places_by_a_switch(doors, walk, world):
    walk(title="还没想好").draft()
    assert "还没想好" not in words(doors.as_(world.home.clerk).get("/proposals/"))
    assert "还没想好" in words(doors.get("/proposals/", {"mine": "on"}))
    assert "还没想好" not in words(doors.as_(world.far.clerk).get("/proposals/", {"mine": "on"}))
    assert "还没想好" not in words(doors.as_(None).get("/proposals/", {"mine": "on"}))


def test_the_list_is_filtered_searched_and_ordered(doors, walk, world):
    walk(title="夕阳红学堂", wan=5).to(State.DECLARED)
    walk(title="台阶扶手", type="works", wan=30).to(State.DECLARED)
    walk(world.far, title="美食美刻", wan=8).to(State.DECLARED)

    def found(**query):
        text = words(doors.get("/proposals/", query))
        return sorted(
            (name for name in ("夕阳红学堂", "台阶扶手", "美食美刻") if name in text),
            key=text.index,
        )

    assert found(street=world.far.community.street.code) == ["美食美刻"]
    assert found(community=world.home.community.code, type="works") == ["台阶扶手"]
    assert found(q="学堂") == ["夕阳红学堂"]
    assert found(q=Proposal.objects.get(title="美食美刻").number.lower()) == ["美食美刻"]
    assert found(year="2016") == []
    assert found(state="established") == []
    assert found(order="dear") == ["台阶扶手", "美食美刻", "夕阳红学堂"]
    assert found(order="cheap", year="2017") == ["夕阳红学堂", "美食美刻", "台阶扶手"]


def test_a_made_up_filter_is_refused_at_its_field_and_reaches_no_lookup(doors, walk):
    walk(title="夕阳红学堂").to(State.DECLARED)
    answer = doors.get("/proposals/", {"order": "proposal__applicant__name", "type": "x"})
    assert "夕阳红学堂" in words(answer) and "field-error" in answer.content.decode()


def test_an_empty_list_says_what_to_do(doors):
    assert "没有符合条件的项目" in words(doors.get("/proposals/"))


# one proposal ------------------------------------------------------------------------------------


def test_the_page_tells_the_whole_way_of_an_established_proposal(doors, walk):
    done = walk(type="works", wan=30, title="台阶扶手").to(State.ESTABLISHED)
    text = words(doors.at(done.now).as_(None).get(act(done)))
    for part in ("台阶扶手", done.matter.proposal.number, "300,000.00", "已立项", "街道审定",
                 "赞成", "决议公示", "需求", "把控", "适用规则", "办理记录", "可能存在的问题"):  # fmt: skip
        assert part in text, part
    assert "封顶 200 万元，已占用 30 万元，余 170 万元" in text


def test_the_public_reads_capacities_and_staff_read_names(doors, walk, world):
    done = walk(type="works").to(State.REVIEWED)
    reviewer = next(iter(world.home.street.reviewers.values())).person.name
    public = words(doors.as_(None).get(act(done)))
    assert "居委会经办人" in public
    assert "各部门意见" not in public
    staff = words(doors.as_(world.home.clerk).get(act(done)))
    assert "各部门意见" in staff and reviewer in staff
    assert f"{world.home.clerk.person.name}（" in staff
    assert f"{world.home.clerk.person.name}（" not in public


def test_a_resident_who_declares_is_masked_and_phone_numbers_are_hidden(doors, walk, world):
    done = walk(type="works", summary="有事找我 13812345678。", title="台阶扶手")
    done.content |= {"applicant_kind": "resident"}
    done.matter = drafting.start_draft(
        community_id=world.home.community.pk, content=done._content(), lines=done.lines(),
        actor=world.home.resident, now=done.now,
    )  # fmt: skip
    done.solicit()
    doors.as_(world.home.resident).post(act(done, "declare"))
    name = world.home.resident.person.name
    public = words(doors.as_(None).get(act(done)))
    assert name not in public and f"{name[0]}**" in public
    assert "13812345678" not in public and "138****5678" in public
    assert name in words(doors.as_(world.home.clerk).get(act(done)))


def test_words_of_people_are_never_markup(doors, walk, world):
    bad = "<script>alert(1)</script>"
    done = walk(title=bad, summary=bad, site=bad).to(State.DECLARED)
    for path in ("/proposals/", act(done)):
        html = doors.as_(None).get(path).content.decode()
        assert bad not in html and "&lt;script&gt;" in html
    html = doors.as_(world.home.agent).get("/desk/").content.decode()
    assert bad not in html


def test_a_draft_does_not_exist_for_others(doors, walk, world):
    draft = walk().draft()
    for user in (None, world.far.clerk, world.neighbour.clerk, world.home.resident):
        doors.as_(user).get(act(draft), status=404)
    for user in (world.home.agent, world.home.clerk, world.home.street.affairs):
        doors.as_(user).get(act(draft))
    for name in ("edit", "declare", "withdraw", "attachments"):
        doors.as_(world.far.agent).get(act(draft, name), status=404)


def test_visitors_are_offered_the_objection_alone(doors, walk):
    posted = walk().to(State.RESOLVED).post()
    text = words(doors.at(posted.now).as_(None).get(act(posted)))
    assert "提出异议" in text
    assert "发布公示" not in text.split("办理记录")[0]
    declared = walk().to(State.DECLARED)
    assert "为什么不能" not in words(doors.as_(None).get(act(declared)))


def test_closed_acts_say_why(doors, walk, world):
    declared = walk(type="works").to(State.DECLARED)
    text = words(doors.as_(world.home.clerk).get(act(declared)))
    assert "还有6个业务把控部门未答复" in text
    assert "“填写把控意见”由街道业务把控部门审核人办理" in text


def test_the_versions_show_before_and_after(doors, walk, world):
    done = walk(title="夕阳红学堂").to(State.DECLARED)
    clerk = doors.as_(world.home.clerk)
    clerk.confirm(act(done, "return-for-correction"), {"reason": "请写明每节课的人数。"})
    agent = doors.as_(world.home.agent)
    assert "请写明每节课的人数" in words(agent.get(act(done, "edit")))
    agent.post(act(done, "edit"), typed(summary="每节课二十人。"))
    again = words(agent.get(act(done, "redeclare")))
    assert "与上一版的差异" in again and "每节课二十人" in again
    agent.post(act(done, "redeclare"))
    text = words(doors.as_(None).get(act(done)))
    assert "历次修改" in text and "第 2 版" in text
    assert "50,000.00 元" in text and "8,000.00 元" in text  # the sum followed the lines


def test_two_people_at_one_draft_notice_each_other(doors, walk, world):
    done = walk(title="夕阳红学堂").draft()
    agent = doors.as_(world.home.agent)
    seen = hidden(agent.get(act(done, "edit")), "seen")
    agent.post(act(done, "edit"), typed(summary="第一位先保存。", seen=seen))
    late = agent.post(act(done, "edit"), typed(summary="第二位后保存。", seen=seen), status=409)
    assert "别人已经改过这份内容" in words(late) and "第二位后保存" in words(late)
    # the page that says so carries the new version: pressing again is a decision
    assert hidden(late, "seen") != seen
    again = typed(summary="第二位后保存。", seen=hidden(late, "seen"))
    agent.post(act(done, "edit"), again)
    assert "第二位后保存" in words(agent.get(act(done)))


def test_the_page_costs_the_same_with_many_lines_needs_and_events(doors, walk, world):
    done = walk(title="夕阳红学堂").to(State.DECLARED)
    doors.as_(world.home.clerk).get(act(done))
    with CaptureQueriesContext(connection) as short:
        doors.get(act(done))
    doors.confirm(act(done, "return-for-correction"), {"reason": "补正。"})
    lines = tuple((f"第{n}项", "2", "节", "100.00") for n in range(12))
    doors.as_(world.home.agent).post(act(done, "edit"), typed(lines, rows=12))
    for _ in range(3):
        doors.post(act(done, "edit"), typed(lines, rows=12))
    doors.post(act(done, "redeclare"))
    doors.as_(world.home.clerk).get(act(done))
    with CaptureQueriesContext(connection) as long:
        doors.get(act(done))
    assert len(long) <= len(short)


def test_the_list_costs_the_same_for_one_row_and_for_many(doors, walk):
    walk().to(State.DECLARED)
    doors.get("/proposals/")
    with CaptureQueriesContext(connection) as one:
        doors.get("/proposals/")
    for n in range(4):
        walk(title=f"学堂{n}").to(State.DECLARED)
    with CaptureQueriesContext(connection) as many:
        doors.get("/proposals/")
    assert len(many) == len(one) <= 8


def test_looking_writes_nothing(doors, walk, world):
    declared = walk(type="works").to(State.DECLARED)
    draft = walk().draft()
    doors.as_(world.home.clerk).get("/desk/")
    before = digest()
    for path in ("/proposals/", act(declared), act(draft), act(declared, "record-review"),
                 act(draft, "file-evidence"), "/proposals/new/", "/desk/", "/rules/"):  # fmt: skip
        doors.client.get(path)
    assert digest() == before
