"""Audit events of accounts: one chain, and no names of people in it."""

from core import audit

CHAIN = "accounts"


class _Unnamed:
    """A chain cannot forget: a person's name stays out, the login name and the key stay in."""

    def __init__(self, target):
        self._meta = target._meta
        self.pk = target.pk
        self.label = getattr(target, "username", "") or f"{target._meta.label_lower} {target.pk}"

    def __str__(self):
        return self.label


def write_event(kind, *, target, actor, at, data=None, reason=""):
    return audit.record(
        kind,
        target=_Unnamed(target),
        actor=actor,
        at=at,
        chain=CHAIN,
        data=data,
        reason=reason,
    )
