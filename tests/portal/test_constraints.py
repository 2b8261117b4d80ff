"""What the database itself refuses of messages, urging, supervision and letters."""

from datetime import timedelta

import pytest
from django.db import transaction

from demo.walk import Walk
from portal.models import Channel, Escalation, Letter, LetterItem, Notification, Supervision, Urge
from portal.services import attention, channels, escalating, letters
from portal.services.telling import tell
from tests.constraints import again, assert_holds, change, constraints_of

MODELS = constraints_of("portal")
DAY = timedelta(days=1)
CASES = {
    "notification_told_once": [again()],
    "notification_kind_is_known": [change(kind="gossip")],
    "notification_has_its_event": [change(event=None)],
    "urge_once_a_day": [again()],
    "urge_has_words": [lambda row: again(on=row.on + DAY, text="")(row)],
    "Supervision.open_key": [again()],
    "supervision_level_is_known": [change(level="city")],
    "supervision_says_why": [change(reason="")],
    "supervision_runs_forward": [lambda row: change(due_on=row.opened_on - DAY)(row)],
    "supervision_lifted_has_result": [
        change(open_key=None), change(open_key=10**6), change(result="办了"),
        lambda row: change(open_key=None, lifted_at=row.opened_at, lifted_by=row.opened_by)(row),
    ],
    "escalation_once_a_level": [again()],
    "escalation_level_is_known": [again(level=4)],
    "Channel.person": [again()],
    "channel_mode_is_known": [change(email_mode="hourly")],
    "channel_mode_has_address": [change(email="", confirmed_at=None, mail_from=None)],
    "channel_confirmed_is_whole": [
        change(mail_from=None), change(confirmed_at=None), change(email="", email_mode="none"),
    ],
    "Letter.key": [again()],
    "letter_state_is_known": [change(state="lost")],
    "letter_kind_is_known": [change(kind="spam"), change(carrier="dove")],
    "letter_sent_has_time": [
        change(state="sent"), lambda row: change(sent_at=row.created_at)(row),
    ],
    "letter_claimed_has_end": [
        change(state="claimed"), change(state="leaving"),
        lambda row: change(claimed_until=row.created_at)(row),
    ],
    "letter_item_once_a_way": [again()],
}  # fmt: skip


def test_every_constraint_has_its_case():
    assert set(CASES) == set(MODELS)


@pytest.fixture
def rows(world, now, settings):
    """One row of each table, made by the services."""
    settings.MAIL = "console"
    walk = Walk(world.home, now=now).draft()
    clerk = world.home.clerk
    one = channels.set_channels(
        email="a@example.com", email_mode="at_once", sms_overdue=True, actor=clerk, now=now
    )
    channels.confirm_email(token=channels.token_of(one), actor=clerk, now=now)
    Letter.objects.all().delete()
    attention.urge(matter_id=walk.pk, text="请尽快", actor=world.home.agent, now=now)
    attention.supervise(
        matter_id=walk.pk, due_on=now.date() + DAY, reason="拖得太久", actor=world.officer, now=now
    )
    event = walk.days(1).solicit().matter.events.order_by("-seq").first()
    tell(event_id=event.pk, now=walk.now)
    escalating.escalate_late(now=walk.now + 20 * DAY)
    letters.write_letters(now=walk.now)
    found = {
        Notification: Notification.objects.filter(kind="event"), Urge: Urge.objects,
        Supervision: Supervision.objects, Escalation: Escalation.objects,
        Channel: Channel.objects, Letter: Letter.objects, LetterItem: LetterItem.objects,
    }  # fmt: skip
    return {model: rows.order_by("pk").first() for model, rows in found.items()}


@pytest.mark.parametrize("name", CASES)
def test_the_database_holds(rows, name):
    with transaction.atomic():
        assert_holds(rows[MODELS[name]], name, CASES[name])


def test_urges_and_reminders_are_never_rewritten(rows):
    for model in (Urge, Escalation):
        with pytest.raises(TypeError):
            rows[model].save()
        with pytest.raises(TypeError):
            model.objects.all().delete()
