"""Many visitors at once: limits are exact, voices are counted, a doubled form makes one need."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import F

from communities import flood
from communities.models import FloodCounter, Need
from communities.services import flood as counters
from communities.services import needs as services
from core.refusals import Refused
from core.verify import run

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

VISITORS = 12


def all_at_once(act):
    """What each of the simultaneous acts returned; None for a refused one."""
    start = Barrier(VISITORS)

    def one(number):
        try:
            start.wait()
            return act(number)
        except Refused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(VISITORS) as pool:
        return list(pool.map(one, range(VISITORS)))


def file_as_one_visitor(a_need, home):
    visitor = flood.client(address="203.0.113.7", session_key="x")
    return [need for need in all_at_once(lambda _n: a_need(home, client=visitor)) if need]


def test_the_limit_is_exact_under_a_rush(home, a_need, settings):
    settings.FLOOD_LIMITS = {"need": (("address", 86_400, 5),)}
    assert len(file_as_one_visitor(a_need, home)) == Need.objects.count() == 5
    assert sorted(Need.objects.values_list("number", flat=True))[-1].endswith("00005")


def test_without_the_guarded_update_the_limit_would_break(home, a_need, settings, monkeypatch):
    """The control: look first and add afterwards, as a careless counter does."""
    settings.FLOOD_LIMITS = {"need": (("address", 86_400, 5),)}
    gate = Barrier(VISITORS)

    def careless(act, *, client, now):
        low = FloodCounter.objects.filter(count__gte=5).exists()
        gate.wait(5)
        if low:
            raise counters.TooMany()
        FloodCounter.objects.update(count=F("count") + 1)

    visitor = flood.client(address="203.0.113.7")

    def rush(_n):
        careless("need", client=visitor, now=None)
        return True

    assert sum(bool(one) for one in all_at_once(rush)) > 5


def test_a_doubled_form_makes_one_need_even_at_the_same_moment(home, a_need):
    made = all_at_once(lambda _n: a_need(home, form_token="f" * 40))
    assert len({need.pk for need in made}) == Need.objects.count() == 1


def test_voices_are_counted_once_each(home, a_need, now):
    need = a_need(home)

    def support(number):
        # six browsers, each pressing twice
        visitor = flood.client(address=f"203.0.113.{number}", session_key=str(number // 2))
        return services.support_need(need_id=need.pk, client=visitor, now=now)

    heard = [one for one in all_at_once(support) if one]
    need = Need.objects.get()
    assert len(heard) == need.supporter_count == need.supports.count() == VISITORS // 2
    assert run(now, only=["P2", "P4", "I11"]).findings == []


def test_proposals_that_share_needs_do_not_wait_for_each_other_forever(home, a_need, now):
    ids = [a_need(home).pk for _count in range(4)]

    def take(number):
        order = ids if number % 2 else ids[::-1]
        services.mark_taken_up(need_ids=order, by_no=f"DM-{number}", actor=None, now=now)
        return services.release_needs(need_ids=order, by_no=f"DM-{number}", actor=None, now=now)

    assert all(all_at_once(take))
    assert set(Need.objects.values_list("status", flat=True)) == {"open"}
    assert run(now, only=["P4", "P5", "I11"]).findings == []
