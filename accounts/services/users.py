"""People and their accounts: opening, changing, closing."""

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, User
from accounts.names import clean_person_name, normalise_username, validate_username
from accounts.permissions import against_administering, against_granting
from accounts.trail import write_event
from core.refusals import BadInput, Conflict, NotAllowed, Reason, refuse_if


def as_reasons(error, field=""):
    """Turn a Django ValidationError into the house's refusal reasons."""
    return [
        Reason(getattr(item, "code", None) or "invalid", " ".join(item.messages), field=field)
        for item in getattr(error, "error_list", [error])
    ]


def _checked_password(password, user, field="password"):
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadInput(*as_reasons(error, field=field)) from error
    return password


def _lock(user):
    return User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user.pk)


def _checked_name(name):
    name = clean_person_name(name)
    if not name:
        raise BadInput(Reason("name_missing", _("请填写姓名。"), field="name"))
    return name


@transaction.atomic
def create_person(*, name, phone="", note="", actor, now):
    person = Person.objects.create(
        name=_checked_name(name), phone=phone.strip(), note=note.strip(), created_at=now
    )
    # why no name in data: the chain outlives a person's wish to be forgotten
    write_event("person.created", target=person, actor=actor, at=now)
    return person


@transaction.atomic
def update_person(*, person, name, phone="", note="", actor, now):
    person = Person.objects.select_for_update().get(pk=person.pk)
    wanted = {"name": _checked_name(name), "phone": phone.strip(), "note": note.strip()}
    changed = [field for field, value in wanted.items() if getattr(person, field) != value]
    if not changed:
        return person
    for field in changed:
        setattr(person, field, wanted[field])
    person.save(update_fields=changed)
    write_event("person.updated", target=person, actor=actor, at=now, data={"fields": changed})
    return person


@transaction.atomic
def create_user(
    *,
    username,
    password,
    person,
    actor,
    now,
    is_demo=False,
    is_office_user=False,
    is_staff=False,
    is_superuser=False,
):
    """Open an account. `password=None` opens it without one: a reset link must follow."""
    refuse_if(against_granting(actor, is_staff=is_staff, is_superuser=is_superuser), NotAllowed)
    username = normalise_username(username)
    try:
        validate_username(username)
    except ValidationError as error:
        raise BadInput(*as_reasons(error, field="username")) from error
    if User.objects.filter(username=username).exists():
        raise Conflict(
            Reason(
                "username_taken",
                _("登录名 %(name)s 已被使用。") % {"name": username},
                remedy=_("请换一个登录名，或重新启用原账户。"),
                field="username",
            )
        )
    user = User(
        username=username,
        person=person,
        is_demo=is_demo,
        is_office_user=is_office_user,
        is_staff=is_staff,
        is_superuser=is_superuser,
        created_at=now,
        password_changed_at=now,
    )
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(_checked_password(password, user))
    user.save()
    write_event(
        "user.created",
        target=user,
        actor=actor,
        at=now,
        data={
            "person": person.pk,
            "office": is_office_user,
            "staff": is_staff,
            "superuser": is_superuser,
            "demo": is_demo,
        },
    )
    return user


@transaction.atomic
def open_account(*, name, phone, username, is_office_user, actor, now):
    """A person and his account at once, without a password: a reset link brings one."""
    refuse_if(against_administering(actor), NotAllowed)
    person = create_person(name=name, phone=phone, actor=actor, now=now)
    return create_user(
        username=username,
        password=None,
        person=person,
        is_office_user=is_office_user,
        actor=actor,
        now=now,
    )


def end_sessions_of(user, *, except_key=None):
    """Drop every signed-in browser of this user; returns how many. Part of a larger service."""
    doomed = user.sessions.all()
    if except_key:
        doomed = doomed.exclude(session_key=except_key)
    keys = list(doomed.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    doomed.delete()
    return len(keys)


def void_reset_links(user, *, now):
    user.reset_links.filter(used_at=None, voided_at=None).update(voided_at=now)


@transaction.atomic
def disable_user(*, user, reason, actor, now):
    """A leaver is out at once: account, sessions, tokens and open reset links."""
    user = _lock(user)
    refuse_if(against_administering(actor, user), NotAllowed)
    if not user.is_active:
        raise Conflict(Reason("already_disabled", _("该账户已经停用。")))
    user.is_active = False
    user.disabled_at = now
    user.save(update_fields=["is_active", "disabled_at"])
    sessions = end_sessions_of(user)
    tokens, _rows = user.auth_token_set.all().delete()
    void_reset_links(user, now=now)
    write_event(
        "user.disabled",
        target=user,
        actor=actor,
        at=now,
        reason=reason,
        data={"sessions_ended": sessions, "tokens_revoked": tokens},
    )
    return user


@transaction.atomic
def enable_user(*, user, reason, actor, now):
    user = _lock(user)
    refuse_if(against_administering(actor, user), NotAllowed)
    if user.is_active:
        raise Conflict(Reason("already_enabled", _("该账户未停用。")))
    user.is_active = True
    user.disabled_at = None
    user.save(update_fields=["is_active", "disabled_at"])
    write_event("user.enabled", target=user, actor=actor, at=now, reason=reason)
    return user


@transaction.atomic
def set_office_user(*, user, is_office_user, actor, now):
    """Mark (or unmark) an account as one that acts for an authority.

    May they: whoever appoints people answers for this, so the caller has asked.
    """
    user = _lock(user)
    if user.is_office_user == is_office_user:
        return user
    user.is_office_user = is_office_user
    user.save(update_fields=["is_office_user"])
    _start_afresh(user)
    write_event(
        "user.office_marked" if is_office_user else "user.office_unmarked",
        target=user,
        actor=actor,
        at=now,
    )
    return user


@transaction.atomic
def set_admin_marks(*, user, is_staff, is_superuser, actor, now):
    """Open or close Django admin for this account."""
    user = _lock(user)
    if (user.is_staff, user.is_superuser) == (is_staff, is_superuser):
        return user
    refuse_if(
        against_administering(actor, user)
        or against_granting(actor, is_staff=is_staff, is_superuser=is_superuser),
        NotAllowed,
    )
    user.is_staff, user.is_superuser = is_staff, is_superuser
    user.save(update_fields=["is_staff", "is_superuser"])
    _start_afresh(user)
    write_event(
        "user.admin_marks_changed",
        target=user,
        actor=actor,
        at=now,
        data={"staff": is_staff, "superuser": is_superuser},
    )
    return user


def _start_afresh(user):
    """New powers begin with a new sign-in; keys minted under the old ones are void."""
    end_sessions_of(user)
    user.auth_token_set.all().delete()


@transaction.atomic
def change_password(*, user, old_password, new_password, actor, now, keep_session=None):
    """The owner's own change; other sessions end, open reset links die."""
    user = _lock(user)
    if not user.check_password(old_password):
        raise BadInput(Reason("wrong_password", _("原密码不正确。"), field="old_password"))
    store_password(user, new_password, now=now, keep_session=keep_session)
    write_event("user.password_changed", target=user, actor=actor, at=now)
    return user


def store_password(user, password, *, now, keep_session=None):
    """Shared end of every password change. Part of a larger service."""
    user.set_password(_checked_password(password, user, field="new_password"))
    user.password_changed_at = now
    user.save(update_fields=["password", "password_changed_at"])
    end_sessions_of(user, except_key=keep_session)
    void_reset_links(user, now=now)
