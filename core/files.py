"""Stored files: taken in through one door, handed out by rule, never replaced."""

import hashlib
import uuid
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from core import audit, intake
from core.models import StoredFile

__all__ = [
    "StoredFile",
    "erase",
    "incoming",
    "may_read",
    "open_file",
    "register_file_rule",
    "take_in",
]

_RULES = {}
# places of the bytes taken in since `incoming` began; None outside of it
_arrived = ContextVar("arrived", default=None)


def register_file_rule(purpose, rule):
    """Say who may read files of a purpose: `rule(user, stored_file) -> bool`. None by default."""
    _RULES[purpose] = rule


def may_read(user, stored_file):
    rule = _RULES.get(stored_file.purpose)
    return rule is not None and rule(user, stored_file) is True


@contextmanager
def incoming():
    """Bytes taken in inside are on the disk only if the block ends well.

    Rows go with their transaction, bytes do not: put this around (or above) the transaction of an
    act that may still be refused after `take_in`. Also a decorator.
    """
    before = _arrived.get()
    mine = []
    token = _arrived.set(mine)
    try:
        yield
    except BaseException:
        for path in mine:
            default_storage.delete(path)
        raise
    finally:
        _arrived.reset(token)
    if before is not None:  # a larger act around this one may still fail
        before.extend(mine)


def take_in(upload, *, actor, at, purpose, inspect=intake.inspect):
    """Check an upload, keep what may be kept and leave its digest in the audit chain.

    Raises BadInput. `inspect` says what may be kept: core.intake.inspect or inspect_table. Checking
    happens before the transaction of its own opens, so that decoding a picture does not hold the
    only write lock of SQLite.
    """
    checked = inspect(upload)
    digest = hashlib.sha256(checked.data).hexdigest()
    with incoming(), transaction.atomic():
        path = default_storage.save(
            f"files/{at:%Y/%m}/{uuid.uuid4().hex}.{checked.extension}", ContentFile(checked.data)
        )
        _arrived.get().append(path)
        stored = StoredFile(
            digest=digest,
            size=len(checked.data),
            mime=checked.mime,
            name=checked.name,
            kind=checked.kind,
            purpose=purpose,
            uploaded_by_id=actor.pk if actor is not None else None,
            at=at,
            path=path,
        )
        stored.save(force_insert=True)
        audit.record(
            "file.taken_in",
            target=stored,
            actor=actor,
            at=at,
            chain=chain_of(stored),
            data={"digest": digest, "size": stored.size, "purpose": purpose, "path": stored.path},
        )
    return stored


def erase(stored, *, actor, at, reason):
    """The file is gone, its bytes after commit; that it was here, and why it went, stays on record.

    For personal pictures whose owner takes them back. Whoever refers to the file lets go before.
    """
    audit.record(
        "file.erased",
        target=stored,
        actor=actor,
        at=at,
        chain=chain_of(stored),
        data={"digest": stored.digest},
        reason=reason,
    )
    path = stored.path
    stored.delete()
    transaction.on_commit(lambda: default_storage.delete(path))


def chain_of(stored):
    """Files of one account share a chain; the public's are spread, so that uploads do not queue."""
    return f"files:{stored.uploaded_by_id or 'public-' + stored.digest[0]}"


def open_file(stored):
    return default_storage.open(stored.path, "rb")
