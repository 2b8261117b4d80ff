"""Hand letters over to the mail server or the provider of short messages.

READY → CLAIMED → LEAVING → SENT; each step is one conditional UPDATE with the number of tries as
its token. Killed before LEAVING, a letter is claimed again when the claim ends: it had not left.
Killed while LEAVING nobody knows, and it stays UNKNOWN: never sent twice, the desk has the words.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F, Q
from django.utils import timezone

from communities.rules import read_phone
from core.locks import require_no_transaction
from core.outbox import MAX_ATTEMPTS, pause_after
from portal import letter_words, sms
from portal.choices import Carrier, LetterKind, LetterState
from portal.models import Channel, Letter
from portal.services.channels import token_of

logger = logging.getLogger("portal.letters")

# Longer than one handing over may take (settings.EMAIL_TIMEOUT for each step of the talk).
CLAIM = timedelta(minutes=10)


@dataclass
class PostReport:
    sent: int = 0
    failed: int = 0
    again: int = 0
    unknown: int = 0

    def __str__(self):
        return f"sent={self.sent} again={self.again} failed={self.failed} unknown={self.unknown}"


class Undeliverable(Exception):
    """There is nobody to send it to any more: the address was changed, the way switched off."""


def post_letters(*, now, limit=200):
    """Send the letters that are due, the oldest first; returns a PostReport."""
    require_no_transaction()
    report = PostReport(unknown=_give_up_lost(now))
    due = Letter.objects.filter(_due(now)).order_by("available_at", "pk")
    ways = {Carrier.EMAIL: _Mail(), Carrier.SMS: _Sms()}
    try:
        for pk in list(due.values_list("pk", flat=True)[:limit]):
            letter = claim(pk, now)
            if letter is not None:
                outcome = post(letter, ways[letter.carrier], now)
                setattr(report, outcome, getattr(report, outcome) + 1)
    finally:
        ways[Carrier.EMAIL].close()
    return report


def _due(now):
    return Q(state=LetterState.READY, available_at__lte=now) | Q(
        state=LetterState.CLAIMED, claimed_until__lte=now
    )


def _give_up_lost(now):
    """Letters whose handing over never came back: sent or not, they are not sent again."""
    lost = Letter.objects.filter(state=LetterState.LEAVING, claimed_until__lte=now)
    return lost.update(state=LetterState.UNKNOWN, claimed_until=None, error="lost")


def claim(pk, now):
    """The letter, if this process is the one to send it; None when another one is."""
    taken = Letter.objects.filter(_due(now), pk=pk).update(
        state=LetterState.CLAIMED, claimed_until=now + CLAIM, tries=F("tries") + 1
    )
    return Letter.objects.select_related("person").get(pk=pk) if taken else None


def leave(letter):
    """From here on the letter may be out of the house; False when the claim was lost."""
    mine = Letter.objects.filter(pk=letter.pk, tries=letter.tries, state=LetterState.CLAIMED)
    return bool(mine.update(state=LetterState.LEAVING))


def post(letter, way, now):
    """Hand over one claimed letter and put down how it went; the name of the outcome."""
    try:
        hand_over = way.prepare(letter)
    except Undeliverable:
        return _settle(letter, LetterState.FAILED, "address_gone")
    except Exception as error:
        # nothing has left yet, so trying again is safe
        return _again(letter, now, error)
    if not leave(letter):
        return "again"
    try:
        hand_over()
    except Exception as error:
        if not way.was_refused(error):
            return _settle(letter, LetterState.UNKNOWN, type(error).__name__)
        if way.is_final(error):
            return _settle(letter, LetterState.FAILED, type(error).__name__)
        return _again(letter, now, error)
    # the clock, not the tick's beginning: it says when it left
    return _settle(letter, LetterState.SENT, "", sent_at=timezone.now())


def _mine(letter):
    return Letter.objects.filter(
        pk=letter.pk, tries=letter.tries, state__in=[LetterState.CLAIMED, LetterState.LEAVING]
    )


def _settle(letter, state, error, **columns):
    _mine(letter).update(state=state, claimed_until=None, error=error[:80], **columns)
    if error:
        # the kind of error only: its text quotes addresses
        logger.warning("letter %s %s: %s", letter.pk, state, error)
    return {LetterState.SENT: "sent", LetterState.FAILED: "failed"}.get(state, "unknown")


def _again(letter, now, error):
    """Certainly not sent: back into the queue, until it was tried often enough."""
    name = type(error).__name__
    if letter.tries >= MAX_ATTEMPTS:
        return _settle(letter, LetterState.FAILED, name)
    _mine(letter).update(
        state=LetterState.READY, claimed_until=None, error=name[:80],
        available_at=now + pause_after(letter.tries),
    )  # fmt: skip
    logger.warning("letter %s will be tried again: %s", letter.pk, name)
    return "again"


class _Mail:
    """E-mail by Django's backend; one connection for all letters of a run."""

    def __init__(self):
        self._connection = None

    def prepare(self, letter):
        """Everything that may fail before a word is said: the address, the text, the connection."""
        to, words = self._address(letter), self._words(letter)
        if self._connection is None:
            self._connection = get_connection()
        self._connection.open()
        host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
        message = EmailMessage(
            words[0], words[1], to=[to], connection=self._connection,
            headers={
                # the same when anything repeats it: mail programs show one copy
                "Message-ID": f"<{letter.key.replace(':', '.')}@{host}>",
                "Auto-Submitted": "auto-generated",
            },
        )  # fmt: skip
        return message.send

    def _address(self, letter):
        one = Channel.objects.filter(person_id=letter.person_id).first()
        if one is None or not one.email:
            raise Undeliverable
        if letter.kind == LetterKind.CONFIRM:
            if letter.key != f"confirm:{one.nonce}":
                raise Undeliverable
        elif not one.is_confirmed or one.email_mode == "none":
            raise Undeliverable
        return one.email

    def _words(self, letter):
        if letter.kind == LetterKind.CONFIRM:
            return letter_words.confirm_words(token_of(letter.person.channel))
        items = letter.items.select_related("notification").order_by(
            "notification__at", "notification__pk"
        )
        return letter_words.mail_words(letter.kind, [item.notification for item in items])

    def was_refused(self, error):
        """Did the server certainly not take it? Any other end of the talk leaves that open."""
        if isinstance(error, SMTPServerDisconnected):
            self._connection = None
            return False
        return isinstance(error, (SMTPResponseException, SMTPRecipientsRefused))

    def is_final(self, error):
        if isinstance(error, SMTPRecipientsRefused):
            return all(code >= 500 for code, _text in error.recipients.values())
        return error.smtp_code >= 500

    def close(self):
        if self._connection is not None:
            try:
                self._connection.close()
            except OSError:
                # the server hung up first; what it took, it has taken
                logger.info("the mail server had hung up")


class _Sms:
    """Short messages by the adapter of the settings."""

    def prepare(self, letter):
        adapter = sms.adapter()
        item = letter.items.select_related("notification").first()
        try:
            number = read_phone(letter.person.phone)
        except ValueError:
            number = ""
        if adapter is None or item is None or not number:
            raise Undeliverable
        text = letter_words.sms_words(item.notification)
        return lambda: adapter.send(number=number, text=text, key=letter.key)

    def was_refused(self, error):
        return isinstance(error, sms.NotAccepted)

    def is_final(self, error):
        return error.is_final
