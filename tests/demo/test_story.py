"""The demo's story: every state is there, every role has something to do, all of it is sound."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.models import Need, NeedStatus
from communities.roles import Role
from core.models import AuditEvent, LedgerRow
from core.verify import run
from deliberation.choices import MeetingState, NoticeState, ObjectionState, State, Step
from deliberation.desk import my_turn
from deliberation.models import Matter, Meeting, Notice, Objection
from deliberation.selectors import acts_of_state
from demo import stage
from tests.demo.conftest import Undone, working

# `make demo` runs on SQLite; what the story does, other tests do on both engines
pytestmark = pytest.mark.once


def tell():
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Where the pictures of the story lie, for the whole module."""
    place = str(tmp_path_factory.mktemp("story"))
    backend = "django.core.files.storage.FileSystemStorage"
    return {
        "MEDIA_ROOT": place,
        "STORAGES": settings.STORAGES
        | {"default": {"BACKEND": backend, "OPTIONS": {"location": place}}},
    }


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, shelf):
    """The story told once for the module; its words on the terminal."""
    with django_db_blocker.unblock(), Undone(), override_settings(DEMO=True, **shelf):
        with working():
            words = tell()
        yield words


@pytest.fixture(autouse=True)
def demo_mode(told, shelf, db):
    with override_settings(DEMO=True, **shelf):
        yield


def test_there_is_a_proposal_in_every_state():
    assert set(Matter.objects.values_list("state", flat=True)) == set(State.values)


def test_it_was_refused_at_each_step_that_can_refuse_and_taken_back_in_both_ways():
    rejected = Matter.objects.filter(state=State.REJECTED)
    assert set(rejected.values_list("rejected_step", flat=True)) == {
        Step.REVIEWED, Step.RESOLVED, Step.ESTABLISHED,
    }  # fmt: skip
    withdrawn = Matter.objects.filter(state=State.WITHDRAWN)
    moves = {matter.events.order_by("-seq").first().move for matter in withdrawn}
    assert moves == {"withdraw", "withdraw_by_resolution"}


def test_the_two_projects_of_the_newspaper_are_established_in_their_streets():
    for title, street in (("夕阳红", "东门街道"), ("美食美刻", "翠竹街道")):
        matter = Matter.objects.with_places().get(proposal__title__contains=title)
        assert matter.state == State.ESTABLISHED
        assert matter.community.street.name == street


def test_notices_run_now_and_meetings_are_called_for_today_and_later():
    now = timezone.now()
    running = Notice.objects.filter(state=NoticeState.OPEN, ends_at__gt=now)
    assert running.filter(matter__state=State.RESOLVED).count() >= 2
    assert running.filter(matter__state=State.OBJECTED).exists()
    announced = Meeting.objects.filter(state=MeetingState.ANNOUNCED)
    days = {timezone.localdate(meeting.starts_at) for meeting in announced}
    assert min(days) <= timezone.localdate(now) < max(days)
    states = set(Meeting.objects.values_list("state", flat=True))
    assert {MeetingState.CLOSED, MeetingState.ADJOURNED, MeetingState.CANCELLED} < states
    assert set(Objection.objects.values_list("state", flat=True)) == {
        ObjectionState.OPEN, ObjectionState.DISMISSED, ObjectionState.UPHELD,
    }  # fmt: skip


def test_the_pool_has_needs_in_several_states():
    events = set(LedgerRow.objects.filter(ledger=1).values_list("event", flat=True))
    assert {"filed", "supported", "answered", "closed", "taken_up", "released"} <= events
    states = set(Need.objects.values_list("status", flat=True))
    assert {NeedStatus.OPEN, NeedStatus.TAKEN_UP, NeedStatus.SOLVED, NeedStatus.DECLINED} <= states


def test_some_history_is_imported():
    assert Matter.objects.filter(is_imported=True).count() == 12


def test_every_role_has_an_account_and_its_words_are_printed(told):
    assert {role for role, _login, _words in stage.ACCOUNTS} == set(Role)
    for _role, login, _words in stage.ACCOUNTS:
        user = User.objects.get(username=login)
        assert user.is_demo
        assert user.check_password(stage.PASSWORD)
        assert not user.needs_second_factor
        assert login in told
    assert stage.PASSWORD in told


def test_outside_of_demo_mode_the_accounts_need_their_second_factor(settings):
    settings.DEMO = False
    assert User.objects.get(username="dm_clerk").needs_second_factor
    with pytest.raises(CommandError, match="MINSHENG_DEMO"):
        tell()


@pytest.mark.parametrize(
    "login",
    ["dm_clerk", "dm_party", "dm_signer", "dm_station", "dm_agent", "dmjd_affairs",
     "dmjd_review_public_safety", "dmjd_approver"],
)  # fmt: skip
def test_everybody_who_acts_has_something_to_do(login):
    user, now = User.objects.get(username=login), timezone.now()
    waiting = my_turn(user, timezone.localdate(now), now)
    open_to = {act.key for m in waiting for act in acts_of_state(user, m, now) if act.allowed}
    assert open_to - {"file_objection", "edit", "withdraw"}


def test_every_page_of_the_story_opens_for_its_clerk_and_what_is_public_for_everybody(client):
    clerk = User.objects.get(username="dm_clerk")
    for matter in Matter.objects.with_places().filter(proposal__community__name=stage.HOME):
        address = reverse("deliberation:proposal", args=[matter.pk])
        client.logout()
        assert client.get(address).status_code == (200 if matter.entered_at else 404)
        client.force_login(clerk)
        assert client.get(address).status_code == 200
    for login in ("dm_clerk", "dmjd_affairs", "dmjd_approver", "dm_agent", "dm_resident"):
        client.force_login(User.objects.get(username=login))
        assert client.get(reverse("portal:desk")).status_code == 200
    for name in ("deliberation:meetings", "deliberation:notices", "portal:report", "portal:home"):
        assert client.get(reverse(name)).status_code == 200


def test_every_book_runs_forward_and_nothing_happens_in_the_future():
    for matter in Matter.objects.filter(is_imported=False):
        moments = list(matter.events.order_by("seq").values_list("at", flat=True))
        assert moments == sorted(moments)
        assert moments[-1] <= timezone.now()


def test_verify_has_nothing_to_say():
    assert [str(finding) for finding in run(timezone.now()).findings] == []


def test_the_second_time_nothing_happens():
    before = AuditEvent.objects.count(), Matter.objects.count(), User.objects.count()
    again = tell()
    assert "was told on" in again
    assert "dm_clerk" in again
    assert (AuditEvent.objects.count(), Matter.objects.count(), User.objects.count()) == before


def test_the_replay_is_refused_beside_the_story():
    with pytest.raises(CommandError, match="of its own"):
        call_command("replay_luohu", "--share", "0.001")


@pytest.mark.parametrize("word, street", [("夕阳红", "东门街道"), ("美食美刻", "翠竹街道")])
def test_both_projects_of_the_newspaper_show_a_photo_and_their_street(client, word, street):
    matter = Matter.objects.get(proposal__title__contains=word)
    page = client.get(reverse("deliberation:proposal", args=[matter.pk])).content.decode()
    photo = matter.proposal.attachments.get(kind="photo")
    address = reverse("core:file", args=[photo.file_id])
    assert street in page and f'src="{address}"' in page
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content)
