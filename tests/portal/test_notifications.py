"""Who hears of an act: the applicant and those whose act is next; each once."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from deliberation.choices import State
from deliberation.models import MatterEvent
from demo.walk import Walk
from portal import services
from portal.models import Notification
from tests.accounts.helpers import force_in


def test_a_declaration_is_told_to_the_committee_and_both_signers_but_not_to_its_author(world, now):
    done = Walk(world.home, now=now).to(State.DECLARED)
    event = MatterEvent.objects.filter(matter_id=done.pk).order_by("-seq").first()
    services.tell(event_id=event.pk, now=now)
    told = set(Notification.objects.values_list("person_id", flat=True))
    home = world.home
    assert {home.clerk.person_id, home.party.person_id, home.signer.person_id} <= told
    assert home.agent.person_id not in told
    assert world.far.clerk.person_id not in told


def test_telling_twice_tells_once(world, now):
    done = Walk(world.home, now=now).to(State.DECLARED)
    event = MatterEvent.objects.filter(matter_id=done.pk).order_by("-seq").first()
    services.tell(event_id=event.pk, now=now)
    before = Notification.objects.count()
    services.tell(event_id=event.pk, now=now)
    assert Notification.objects.count() == before > 0


def test_old_events_are_history_and_told_to_nobody(world, now):
    done = Walk(world.home, now=now).to(State.DECLARED)
    event = MatterEvent.objects.filter(matter_id=done.pk).order_by("-seq").first()
    assert services.tell(event_id=event.pk, now=now.replace(year=now.year + 1)) == 0


def test_reading_marks_only_ones_own(world, now):
    done = Walk(world.home, now=now).to(State.DECLARED)
    for event in MatterEvent.objects.filter(matter_id=done.pk):
        services.tell(event_id=event.pk, now=now)
    services.mark_read(actor=world.home.clerk, now=now)
    unread = Notification.objects.filter(read_at__isnull=True)
    assert unread.exists()
    assert not unread.filter(person_id=world.home.clerk.person_id).exists()


def test_the_page_of_messages_shows_ones_own_and_marks_them_by_post_only(client, world, now):
    done = Walk(world.home, now=now).to(State.DECLARED)
    event = MatterEvent.objects.filter(matter_id=done.pk).order_by("-seq").first()
    services.tell(event_id=event.pk, now=now)
    assert client.get("/messages/").status_code == 302
    force_in(client, world.far.clerk)
    assert done.title not in client.get("/messages/").content.decode()
    force_in(client, world.home.clerk)
    assert done.title in client.get("/messages/").content.decode()
    assert client.get("/messages/read/").status_code == 405
    assert Notification.objects.filter(read_at__isnull=False).count() == 0
    client.post("/messages/read/")
    own = Notification.objects.filter(person_id=world.home.clerk.person_id)
    assert own.exists() and not own.filter(read_at__isnull=True).exists()


def test_the_page_of_messages_costs_the_same_whatever_its_length(client, world, now):
    force_in(client, world.home.clerk)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/messages/").status_code == 200
        return len(seen)

    empty = cost()
    for _n in range(3):
        done = Walk(world.home, now=now).to(State.DECLARED)
        for event in MatterEvent.objects.filter(matter_id=done.pk):
            services.tell(event_id=event.pk, now=now)
    assert cost() <= empty + 1
