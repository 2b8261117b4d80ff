"""The pages and endpoints of a secret ballot: one question on a phone, and no number before the end."""

import pytest

from deliberation.choices import State
from deliberation.models import Ballot, BallotBox
from tests.deliberation.council import opened
from tests.deliberation.doors import Browser, words
from tests.deliberation.secret import cast_all, count, open_ballot, paper, voters
from tests.reliability.attempts import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(walk):
    return walk(title="台阶扶手加装").to(State.REVIEWED)


@pytest.fixture
def meeting(reviewed):
    return opened(reviewed)


@pytest.fixture
def browser(monkeypatch, settings, reviewed, meeting):
    settings.DEMO = True
    return Browser(monkeypatch).at(reviewed.now)


@pytest.fixture
def box(reviewed, meeting):
    return open_ballot(reviewed, meeting)


def at(meeting, page):
    return f"/meetings/{meeting.pk}/items/1/{page}/"


def test_a_ballot_from_its_opening_to_its_result_through_pages(browser, reviewed, meeting):
    clerk = browser.as_(reviewed.cast.clerk)
    assert "开启无记名投票" in words(clerk.get(f"/meetings/{meeting.pk}/"))
    form = {"presenter": "经办人", "discussion": "", "minutes": 10, "tellers": "二人"}
    clerk.confirm(at(meeting, "open-ballot"), form)
    users = voters(reviewed, 11)
    for number, user in enumerate(users):
        member = browser.as_(user)
        assert "去投票" in words(member.get("/ballots/"))
        again = member.post(
            at(meeting, "ballot"), {"choice": "yes" if number else "no"}, status=200
        )
        assert Ballot.objects.count() == number
        assert ("赞成" if number else "反对") in words(again)
        member.post(at(meeting, "ballot"), {"choice": "yes" if number else "no", "confirmed": "1"})
        assert "您已投票" in words(member.get("/ballots/"))
        state = words(browser.as_(None).get(at(meeting, "ballot-state")))
        assert f"{number + 1}/11" in state and "赞成" not in state
    clerk = browser.as_(reviewed.cast.clerk)
    shown = words(clerk.get(f"/meetings/{meeting.pk}/"))
    assert "11/11" in shown and "赞成" not in shown
    clerk.post(at(meeting, "close-ballot"))
    assert "赞成10、反对1、弃权0" in words(browser.as_(None).get(f"/meetings/{meeting.pk}/"))
    assert reviewed.again().matter.state == State.RESOLVED


def test_a_second_vote_is_told_kindly(browser, reviewed, meeting, box):
    cast_all(reviewed, box, "y")
    member = browser.as_(voters(reviewed, 1)[0])
    assert "您已经投票" in words(member.get(at(meeting, "ballot"), status=409))
    answer = member.post(at(meeting, "ballot"), {"choice": "no", "confirmed": "1"}, status=409)
    assert "一人一票" in words(answer)
    assert Ballot.objects.count() == 1


def test_who_has_no_vote_is_told_why(browser, reviewed, meeting, box):
    for user in (reviewed.cast.clerk, reviewed.cast.resident):
        answer = browser.as_(user).get(at(meeting, "ballot"), status=403)
        assert "不在本议题的表决名单中" in words(answer)
    browser.as_(None).get(at(meeting, "ballot"), status=302)
    browser.as_(reviewed.cast.resident).get(at(meeting, "close-ballot"), status=403)
    assert "现在没有等您投票的议题" in words(browser.get("/ballots/"))


def test_without_a_choice_the_form_comes_back(browser, reviewed, meeting, box):
    member = browser.as_(voters(reviewed, 1)[0])
    answer = member.post(at(meeting, "ballot"), {"confirmed": "1"}, status=400)
    assert "请选择赞成、反对或弃权" in words(answer)
    assert not Ballot.objects.exists()


def test_paper_is_handed_out_and_counted_by_two_through_pages(browser, reviewed, meeting, box):
    cast_all(reviewed, box, "y" * 9)
    clerk = browser.as_(reviewed.cast.clerk)
    page = clerk.get(at(meeting, "paper"))
    assert page.content.decode().count('name="members"') == 2
    rights = list(box.rights.filter(used="").values_list("member_id", flat=True))
    clerk.post(at(meeting, "paper"), {"members": rights})
    tally = {"yes": 1, "no": 1, "abstain": 0, "spoiled": 0, "missing": 0}
    clerk.post(at(meeting, "tally"), tally | {"scan": png()})
    again = clerk.post(at(meeting, "tally"), tally, status=409)
    assert "这一次清点您已录入" in words(again)
    signer = browser.as_(reviewed.cast.signer)
    wrong = signer.post(at(meeting, "tally"), tally | {"yes": 5}, status=400)
    assert "各项合计须等于发出的纸质票2张" in words(wrong)
    signer.post(at(meeting, "tally"), tally)
    assert BallotBox.objects.get().agreed == 1
    browser.as_(reviewed.cast.clerk).post(at(meeting, "close-ballot"))
    assert "赞成10、反对1、弃权0" in words(browser.get(f"/meetings/{meeting.pk}/"))


def test_the_end_with_silent_members_wants_the_chairs_word(browser, reviewed, meeting, box):
    cast_all(reviewed, box, "y" * 7)
    clerk = browser.as_(reviewed.cast.clerk)
    early = clerk.post(at(meeting, "close-ballot"), {"is_cut_off": "on", "confirmed": "1"}, 409)
    assert "宣布的截止时间未到" in words(early)
    clerk = browser.at(box.ends_at).as_(reviewed.cast.clerk)
    unsaid = clerk.post(at(meeting, "close-ballot"), {"confirmed": "1"}, 400)
    assert "还有4人没有投票" in words(unsaid)
    clerk.confirm(at(meeting, "close-ballot"), {"is_cut_off": "on"})
    assert "赞成7、反对0、弃权4" in words(browser.get(f"/meetings/{meeting.pk}/"))


def test_the_sheet_of_the_count_opens_for_staff_after_the_end(
    browser, reviewed, meeting, box, world
):
    cast_all(reviewed, box, "y" * 9)
    paper(reviewed, box, reviewed.cast.members[9:11])
    count(reviewed, box, reviewed.cast.clerk, 2)
    count(reviewed, box, reviewed.cast.signer, 2)
    sheet = f"/files/{box.counts.first().scan_id}/"
    browser.as_(reviewed.cast.clerk).get(sheet, status=404)
    browser.post(at(meeting, "close-ballot"))
    opened_sheet = browser.get(sheet)
    for close in opened_sheet._resource_closers:
        close()
    browser.as_(world.far.clerk).get(sheet, status=404)
    browser.as_(voters(reviewed, 1)[0]).get(sheet, status=404)


def test_the_endpoints_say_what_the_services_say(browser, reviewed, meeting):
    item = meeting.items.get().pk

    def post(user, key, body, status=200):
        client = browser.as_(user).client
        path = f"/api/v1/agenda-items/{item}/{key}/"
        answer = client.post(path, body, content_type="application/json")
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    clerk, (first, *others) = reviewed.cast.clerk, voters(reviewed, 11)
    post(first, "open_ballot", {"tellers": "二人"}, 403)
    shown = post(clerk, "open_ballot", {"tellers": "二人", "presenter": "经办人"})["items"][0]
    assert shown["ballot"] | {"ends_at": ""} == {
        "state": "open", "entitled": 11, "used": 0, "paper": 0, "ends_at": "",
    }  # fmt: skip
    mine = browser.as_(first).client.get("/api/v1/ballots/").json()
    assert [(one["item"], one["used"]) for one in mine] == [(item, "")]
    told = post(first, "cast_ballot", {"choice": "no"})["items"][0]
    assert (told["ballot"]["used"], told["no"]) == (1, 0)
    twice = post(first, "cast_ballot", {"choice": "yes"}, 409)
    assert twice["reasons"][0]["code"] == "already_voted"
    post(clerk, "cast_ballot", {"choice": "yes"}, 403)
    members = list(
        BallotBox.objects.get().rights.filter(used="")[:1].values_list("member_id", flat=True)
    )
    post(clerk, "mark_paper", {"members": members})
    scanless = post(clerk, "enter_tally", {"yes": 1, "no": 0, "abstain": 0})
    assert scanless == {"agrees": None, "attempt": 1}
    for user in others[1:]:
        post(user, "cast_ballot", {"choice": "yes"})
    unagreed = post(clerk, "close_ballot", {}, 409)
    assert unagreed["reasons"][0]["code"] == "paper_not_counted"


def test_the_meeting_page_asks_no_more_for_more_voters(
    browser, reviewed, meeting, box, django_assert_max_num_queries
):
    clerk = browser.as_(reviewed.cast.clerk)
    clerk.get(f"/meetings/{meeting.pk}/")
    with django_assert_max_num_queries(30):
        clerk.get(f"/meetings/{meeting.pk}/")


def test_a_members_desk_shows_the_ballot_that_waits(browser, reviewed, meeting, box):
    user = voters(reviewed, 1)[0]
    member = browser.as_(user)
    assert "我的表决 1" in words(member.get("/desk/"))
    assert "我是计票人" not in words(member.get("/ballots/"))
    paper(reviewed, box, reviewed.cast.members[1:3])
    page = member.get("/ballots/")
    assert "我是计票人" in words(page) and at(meeting, "tally") in page.content.decode()
    cast_all(reviewed, box, "y")
    assert "我的表决 1" not in words(member.get("/desk/"))
    assert "我的表决" not in words(browser.as_(reviewed.cast.clerk).get("/desk/"))
