import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core import outbox
from core.models import OutboxMessage

State = OutboxMessage.State


def promise(topic="count", key="k1", at=None, **payload):
    with transaction.atomic():
        return outbox.enqueue(topic, key=key, payload=payload or {"by": 1}, at=at or timezone.now())


def the(key="k1"):
    return OutboxMessage.objects.get(key=key)


@pytest.mark.django_db(transaction=True)
def test_work_is_promised_only_with_an_act():
    with pytest.raises(RuntimeError, match="atomic"):
        outbox.enqueue("count", key="k", payload={}, at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_promised_work_is_done_after_the_commit(effects):
    with transaction.atomic():
        outbox.enqueue("count", key="k1", payload={"by": 1}, at=timezone.now())
        assert not effects
    assert effects == {"k1": 1}
    assert the().state == State.DONE
    assert the().done_at is not None


@pytest.mark.django_db(transaction=True)
def test_an_act_rolled_back_promises_nothing(effects):
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        outbox.enqueue("count", key="k1", payload={"by": 1}, at=timezone.now())
        raise ValueError("no")
    assert not effects
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_key_again_does_nothing(effects):
    promise(by=1)
    promise(by=100)
    assert effects == {"k1": 1}


@pytest.mark.django_db(transaction=True)
def test_a_failing_handler_never_fails_the_act(effects):
    promise("fail")
    message = the()
    assert (message.state, message.attempts) == (State.PENDING, 1)
    assert "ConnectionError: the other side is away" in message.last_error
    assert message.available_at > timezone.now()


@pytest.mark.django_db(transaction=True)
def test_a_topic_without_handler_waits_and_says_so(effects):
    promise("nobody")
    assert "no handler for topic 'nobody'" in the().last_error
    assert the().state == State.PENDING


@pytest.mark.django_db(transaction=True)
def test_a_handler_may_promise_more_work(effects):
    @outbox.handler("first")
    def first(payload, *, key, now):
        promise("count", key="second")

    promise("first", key="k1")
    assert effects == {"second": 1}


@pytest.mark.django_db(transaction=True)
def test_work_waits_for_its_time(effects, later):
    now = timezone.now()
    promise(at=now + timedelta(hours=1))
    assert outbox.work(now=now).done == 0
    assert outbox.work(now=now + timedelta(hours=1)).done == 1


@pytest.mark.django_db(transaction=True)
def test_the_oldest_work_comes_first_and_no_more_than_asked(effects, later):
    now = timezone.now()
    for minutes in (1, 3, 2):
        promise(key=f"k{minutes}", at=now - timedelta(minutes=minutes))
    assert outbox.work(now=now, limit=2).done == 2
    assert effects == {"k3": 1, "k2": 1}


@pytest.mark.django_db(transaction=True)
def test_pauses_double_and_the_eighth_failure_is_the_last(effects, later):
    now = timezone.now()
    promise("fail", at=now)
    pauses = []
    for attempt in range(1, 9):
        report = outbox.work(now=now)
        message = the()
        assert message.attempts == attempt
        pauses.append((message.available_at - now).total_seconds())
        assert outbox.work(now=now) == outbox.WorkReport(), "not before the pause is over"
        now = message.available_at
    assert pauses[:7] == [30, 60, 120, 240, 480, 960, 1920]
    assert (report.dead, the().state) == (1, State.DEAD)
    assert outbox.work(now=now + timedelta(days=1)) == outbox.WorkReport()
    assert effects["k1"] == 8


@pytest.mark.django_db(transaction=True)
def test_a_dead_message_can_be_revived(effects, later):
    promise()
    OutboxMessage.objects.update(state=State.DEAD, attempts=8)
    assert outbox.revive(key="k1", now=timezone.now()) == 1
    assert outbox.work(now=timezone.now()).done == 1


@pytest.mark.django_db(transaction=True)
def test_a_leased_message_is_left_alone_until_the_lease_ends(effects, later):
    now = timezone.now()
    promise(at=now)
    assert outbox._lease(the().pk, now) is not None
    assert outbox._lease(the().pk, now) is None
    assert outbox.work(now=now + timedelta(minutes=4)).done == 0
    assert outbox.work(now=now + timedelta(minutes=5)).done == 1


@pytest.mark.django_db(transaction=True)
def test_a_slow_worker_cannot_mark_what_another_took_over(effects, later, monkeypatch):
    now = timezone.now()

    @outbox.handler("slow")
    def slow(payload, *, key, now):
        effects[key] += 1
        if effects[key] == 1:
            outbox.work(now=now + timedelta(hours=1))
            raise ConnectionError("too late")

    promise("slow", at=now)
    outbox.work(now=now)
    assert effects["k1"] == 2
    assert the().state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_message_that_kills_its_workers_is_buried(effects, later):
    now = timezone.now()
    promise(at=now)
    OutboxMessage.objects.update(state=State.LEASED, attempts=8, lease_until=now)
    assert outbox.work(now=now).dead == 1
    assert the().state == State.DEAD
    assert not effects


@pytest.mark.django_db(transaction=True)
def test_the_network_is_never_called_inside_a_transaction(effects):
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside"):
        outbox.work(now=timezone.now())


def test_a_topic_has_one_handler(effects):
    with pytest.raises(ValueError, match="already"):

        @outbox.handler("count")
        def another(payload, *, key, now):
            pass


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_workers_do_each_message_once(effects, later):
    for number in range(60):
        promise(key=f"k{number}")
    lock, barrier, done = threading.Lock(), threading.Barrier(8), Counter()
    outbox._HANDLERS.clear()

    @outbox.handler("count")
    def count(payload, *, key, now):
        with lock:
            done[key] += 1

    reports = []

    def run():
        barrier.wait()
        try:
            reports.append(outbox.work(now=timezone.now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == 8
    assert sum(report.done for report in reports) == 60
    assert set(done.values()) == {1}


KILLED_WORKER = """
import os, sys, time
import django
django.setup()
from django.utils import timezone
from core import outbox
outbox._HANDLERS.clear()

@outbox.handler("count")
def count(payload, *, key, now):
    print("working", flush=True)
    time.sleep(60)

outbox.work(now=timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_nothing(effects, later, settings):
    """kill -9 in the middle of the handler: the lease ends and another worker does it."""
    promise()
    name = str(connection.settings_dict["NAME"])
    boot = f"from tests import settings as s\ns.DATABASES['default']['NAME'] = {name!r}\n"
    worker = subprocess.Popen(
        [sys.executable, "-c", boot + KILLED_WORKER],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout.readline() == "working\n"
        worker.send_signal(signal.SIGKILL)
    finally:
        worker.wait(timeout=10)
        worker.stdout.close()
    now = timezone.now()
    assert (the().state, the().attempts) == (State.LEASED, 1)
    assert outbox.work(now=now).done == 0
    assert outbox.work(now=now + outbox.LEASE).done == 1
    assert effects == {"k1": 1}
