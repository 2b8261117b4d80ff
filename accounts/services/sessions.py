"""Signed-in browsers. The doors hold the request; here are only the rows."""

from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import User, UserSession
from accounts.rules import ABSOLUTE_LIMIT
from accounts.services.users import end_sessions_of
from accounts.trail import write_event


@transaction.atomic
def begin_session(*, user, session_key, ip_address, browser, now, second_factor_due):
    row = UserSession.objects.create(
        user=user,
        session_key=session_key,
        started_at=now,
        last_seen_at=now,
        ip_address=ip_address,
        browser=browser[:200],
    )
    User.objects.filter(pk=user.pk).update(last_seen_at=now)
    write_event(
        "user.signed_in",
        target=user,
        actor=user,
        at=now,
        data={"second_factor_due": second_factor_due},
    )
    return row


def move_session(*, old_key, new_key):
    """The session got a new key (rotation); its row follows."""
    UserSession.objects.filter(session_key=old_key).update(session_key=new_key)


def mark_seen(*, session_key, user, now):
    """Not audited: being there is not an act. Returns False when the session was ended."""
    User.objects.filter(pk=user.pk).update(last_seen_at=now)
    return bool(UserSession.objects.filter(session_key=session_key).update(last_seen_at=now))


@transaction.atomic
def end_session(*, user, session_key, why, now):
    """One session ends: signed out, or too old."""
    gone, _rows = UserSession.objects.filter(session_key=session_key).delete()
    if gone:
        write_event("user.signed_out", target=user, actor=user, at=now, data={"why": why})


@transaction.atomic
def end_other_sessions(*, user, keep_session, actor, now):
    count = end_sessions_of(user, except_key=keep_session)
    write_event(
        "user.other_sessions_ended", target=user, actor=actor, at=now, data={"count": count}
    )
    return count


@transaction.atomic
def sweep_sessions(*, now):
    """Drop what nobody can use any more; not audited, because nothing changes for anybody."""
    rows, _by_model = UserSession.objects.filter(started_at__lte=now - ABSOLUTE_LIMIT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    return rows
