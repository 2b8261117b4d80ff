"""Write letters from what was told and not yet left the house: e-mail at once, digests, short messages.

A notification leaves once by each way: `letter_item_once_a_way` holds it, the person's row is the
lock before it, and nothing is derived from when the last tick ran.
"""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from core.locks import require_transaction
from portal import rules
from portal.choices import Carrier, EmailMode, Kind, LetterKind
from portal.models import Channel, Letter, LetterItem, Notification

# What did not leave by then is on the desk anyway: an old reminder wakes nobody by telephone.
SMS_FOR = timedelta(days=2)
MOST_ITEMS = 200


def write_letters(*, now):
    """Letters for everybody who is due one; returns how many were written. Twice writes nothing."""
    written = 0
    if settings.MAIL != "none":
        for person_id, mode in _who_gets_mail(now):
            written += write_mail(person_id=person_id, mode=mode, now=now)
    if settings.SMS_BACKEND:
        for key in _unsent_sms(now).values_list("pk", flat=True):
            written += write_sms(notification_id=key, now=now)
    return written


def _unsent(carrier):
    """Unread messages that no letter of this way carries yet."""
    carried = LetterItem.objects.filter(notification=OuterRef("pk"), carrier=carrier)
    return Notification.objects.filter(~Exists(carried), read_at__isnull=True)


def _who_gets_mail(now):
    """(person, mode) of confirmed addresses of people who may still sign in, with something new."""
    modes = [EmailMode.AT_ONCE]
    if timezone.localtime(now).hour >= rules.DIGEST_HOUR:
        modes.append(EmailMode.DIGEST)
    waiting = _unsent(Carrier.EMAIL).filter(
        person=OuterRef("person"), at__gte=OuterRef("mail_from"), at__lte=now
    )
    active = User.objects.filter(person=OuterRef("person"), is_active=True)
    rows = Channel.objects.filter(
        Exists(waiting), Exists(active), confirmed_at__isnull=False, email_mode__in=modes
    )
    digests = Letter.objects.filter(
        person=OuterRef("person"), kind=LetterKind.DIGEST, on=timezone.localdate(now)
    )
    rows = rows.exclude(Exists(digests), email_mode=EmailMode.DIGEST)
    return list(rows.order_by("person_id").values_list("person_id", "email_mode"))


@transaction.atomic
def write_mail(*, person_id, mode, now):
    """One letter with all that is unread and has not left; 1 when it was written, 0 otherwise."""
    one = Channel.objects.select_for_update().filter(person_id=person_id).first()
    if one is None or not one.is_confirmed or one.email_mode != mode:
        return 0
    rows = _unsent(Carrier.EMAIL).filter(person_id=person_id, at__gte=one.mail_from, at__lte=now)
    keys = list(rows.order_by("at", "pk").values_list("pk", flat=True)[:MOST_ITEMS])
    if not keys:
        return 0
    on = timezone.localdate(now)
    is_digest = mode == EmailMode.DIGEST
    return _write(
        f"digest:{person_id}:{on.isoformat()}" if is_digest else f"mail:{keys[0]}",
        person_id, Carrier.EMAIL, LetterKind.DIGEST if is_digest else LetterKind.AT_ONCE, keys, now,
    )  # fmt: skip


def _unsent_sms(now):
    """Reminders of late turns for people with a phone on file who did not say no."""
    silent = Channel.objects.filter(person=OuterRef("person"), sms_overdue=False)
    return (
        _unsent(Carrier.SMS)
        .filter(kind=Kind.OVERDUE, at__gte=now - SMS_FOR, at__lte=now)
        .exclude(person__phone="")
        .exclude(Exists(silent))
        .order_by("pk")
    )


@transaction.atomic
def write_sms(*, notification_id, now):
    """The short message of one reminder; 1 when it was written, 0 when it was before."""
    row = Notification.objects.select_for_update().get(pk=notification_id)
    key = f"sms:{row.pk}"
    return _write(key, row.person_id, Carrier.SMS, LetterKind.OVERDUE, [row.pk], now)


def _write(key, person_id, carrier, kind, notification_ids, now):
    """The letter and what it carries; 0 when another tick wrote it a moment before."""
    require_transaction()
    try:
        with transaction.atomic():
            letter = Letter.objects.create(
                key=key, person_id=person_id, carrier=carrier, kind=kind,
                on=timezone.localdate(now), created_at=now, available_at=now,
            )  # fmt: skip
            LetterItem.objects.bulk_create(
                LetterItem(letter=letter, notification_id=pk, carrier=carrier)
                for pk in notification_ids
            )
    except IntegrityError:
        # the key or an item is taken: what it says is on its way
        return 0
    return 1
