"""Stored files: taken in through one door, handed out by rule, never replaced."""

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from core import audit, intake
from core.models import StoredFile

__all__ = ["StoredFile", "may_read", "open_file", "register_file_rule", "take_in"]

_RULES = {}


def register_file_rule(purpose, rule):
    """Say who may read files of a purpose: `rule(user, stored_file) -> bool`. None by default."""
    _RULES[purpose] = rule


def may_read(user, stored_file):
    rule = _RULES.get(stored_file.purpose)
    return rule is not None and rule(user, stored_file) is True


def take_in(upload, *, actor, at, purpose):
    """Check an upload, keep what may be kept and leave its digest in the audit chain.

    Raises BadInput. Checking happens before the transaction of its own opens, so that decoding a
    picture does not hold the only write lock of SQLite.
    """
    checked = intake.inspect(upload)
    digest = hashlib.sha256(checked.data).hexdigest()
    with transaction.atomic():
        path = f"files/{at:%Y/%m}/{uuid.uuid4().hex}.{checked.extension}"
        stored = StoredFile(
            digest=digest,
            size=len(checked.data),
            mime=checked.mime,
            name=checked.name,
            kind=checked.kind,
            purpose=purpose,
            uploaded_by_id=actor.pk if actor is not None else None,
            at=at,
            path=default_storage.save(path, ContentFile(checked.data)),
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


def chain_of(stored):
    """Files of one account share a chain; the public's are spread, so that uploads do not queue."""
    return f"files:{stored.uploaded_by_id or 'public-' + stored.digest[0]}"


def open_file(stored):
    return default_storage.open(stored.path, "rb")
