"""Step 6 through its pages: submission, establishing with the year's money, the two refusals."""

import pytest
from django.utils import timezone

from deliberation.choices import State
from projects.models import Envelope
from tests.deliberation.doors import Browser, words
from tests.deliberation.helpers import digest

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser_at(monkeypatch, settings):
    settings.DEMO = True
    return Browser(monkeypatch).at


@pytest.fixture
def publicised(walk):
    return walk(title="小广场照明", wan=12).to(State.PUBLICISED)


def test_step_6_is_walked_through_its_pages(browser_at, publicised):
    pk, cast = publicised.pk, publicised.cast
    affairs = browser_at(publicised.now).as_(cast.street.affairs)
    page = words(affairs.get(f"/proposals/{pk}/submit/"))
    assert "齐全，逐行校验相符" in page
    affairs.post(f"/proposals/{pk}/submit/", {"note": "齐全，请审定。"})
    approver = browser_at(publicised.now).as_(cast.street.approver)
    page = words(approver.get(f"/proposals/{pk}/establish/"))
    assert "2,000,000.00" in page and "1,880,000.00" in page and "齐全，请审定。" in page
    form = {
        "forum": "街道党工委第12次会议",
        "agreement_on": f"{timezone.localdate(publicised.now)}",
    }
    again = approver.post(f"/proposals/{pk}/establish/", form, status=200)
    assert "办理后余额" in words(again) and not Envelope.objects.exists()
    approver.post(f"/proposals/{pk}/establish/", form | {"confirmed": "1"})
    assert publicised.again().matter.state == State.ESTABLISHED
    assert Envelope.objects.get().reserved_fen == 12 * 1_000_000


def test_the_year_that_has_no_money_left_says_so_before_and_after(browser_at, publicised, world):
    publicised.submit()
    cap = publicised.matter.proposal.rule_set.community_year_cap_fen
    Envelope.objects.create(
        community=publicised.cast.community, year=2017, cap_fen=cap, reserved_fen=cap
    )
    approver = browser_at(publicised.now).as_(publicised.cast.street.approver)
    path = f"/proposals/{publicised.pk}/establish/"
    assert "不足本项目120,000.00元" in words(approver.get(path))
    form = {"forum": "会议", "agreement_on": f"{timezone.localdate(publicised.now)}"}
    answer = approver.post(path, form | {"confirmed": "1"}, status=409)
    assert "请压缩预算退回补正" in words(answer)


@pytest.mark.parametrize(
    ("act", "state"), [("return-from-street", State.RETURNED), ("reject-at-street", State.REJECTED)]
)
def test_the_street_refuses_on_its_three_grounds_only(browser_at, publicised, act, state):
    publicised.submit()
    approver = browser_at(publicised.now).as_(publicised.cast.street.approver)
    path = f"/proposals/{publicised.pk}/{act}/"
    page = approver.post(path, {"ground": "taste", "reason": "不喜欢"}, status=400)
    assert "不喜欢" in page.content.decode()
    approver.confirm(path, {"ground": "legal", "reason": "用地性质不符"})
    assert publicised.again().matter.state == state


def test_step_6_is_closed_to_others(browser_at, publicised, world):
    publicised.submit()
    for user in (world.far.street.approver, publicised.cast.clerk, publicised.cast.street.affairs):
        browser = browser_at(publicised.now).as_(user)
        browser.get(f"/proposals/{publicised.pk}/establish/", status=403)
        before = digest()
        for act in ("establish", "return-from-street", "reject-at-street"):
            browser.post(f"/proposals/{publicised.pk}/{act}/", {"confirmed": "1"}, status=403)
        assert digest() == before
