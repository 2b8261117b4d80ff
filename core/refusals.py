"""Refusals are objects: what is wrong in plain words, by which rule, and what to do about it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reason:
    """One reason why an act is refused. `rule` is the 依据, `remedy` the way out."""

    code: str
    text: str
    rule: str = ""
    remedy: str = ""
    field: str = ""

    def as_dict(self):
        return {
            "code": self.code,
            "text": str(self.text),
            "rule": str(self.rule),
            "remedy": str(self.remedy),
            "field": self.field,
        }


class Refused(Exception):
    """An act is refused. Doors turn it into a page or an envelope; services only raise it."""

    status = 409
    code = "refused"
    title = _("这一步现在不能办理")

    def __init__(self, *reasons):
        if not reasons or not all(isinstance(reason, Reason) for reason in reasons):
            raise TypeError("Refused needs at least one Reason")
        self.reasons = tuple(reasons)
        super().__init__("；".join(str(reason.text) for reason in reasons))

    @property
    def codes(self):
        return [reason.code for reason in self.reasons]


class NotAllowed(Refused):
    status = 403
    code = "not_allowed"
    title = _("您没有办理这一步的权限")


class NotFound(Refused):
    status = 404
    code = "not_found"
    title = _("没有找到")


class Conflict(Refused):
    status = 409
    code = "conflict"


class BadInput(Refused):
    status = 400
    code = "bad_input"
    title = _("填写的内容需要更正")


def refuse_if(reasons, kind=Conflict):
    """Raise `kind` with all the reasons at once, so that nobody learns them one by one."""
    reasons = [reason for reason in reasons if reason is not None]
    if reasons:
        raise kind(*reasons)
