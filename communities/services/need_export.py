"""Handing out the need pool to staff: within their places, and on record."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities import need_exports, permissions, selectors
from communities.desk import desk_needs
from core import audit
from core.refusals import NotAllowed, Reason


def export_needs(*, words, form, actor, now):
    """(header, rows) of the needs of this person's places; that they took them is in the chain.

    `words` are the filters as communities.desk:desk_needs takes them, `form` is csv or xlsx.
    """
    on = timezone.localdate(now)
    if permissions.scope_of(actor, on).is_empty:
        raise NotAllowed(
            Reason(
                "no_scope",
                _("您没有管辖的社区，不能导出需求。"),
                remedy=_("公开的需求可以在“居民需求”页面导出。"),
            )
        )
    needs = desk_needs(selectors.needs_for(actor, on), now, **words)
    given = {key: value for key, value in words.items() if value and key != "q"}
    with transaction.atomic():
        audit.record(
            "need.exported",
            target=actor,
            actor=actor,
            at=now,
            chain=f"exports:{actor.pk}",
            # the words searched for may be a name or a number of a person
            data={"filters": given, "searched": bool(words.get("q")), "form": form,
                  "rows": needs.count()},
        )  # fmt: skip
    readable = frozenset(
        place.pk
        for place in selectors.communities_of()
        if permissions.may_see_contact(actor, on, place) is None
    )
    rows = need_exports.staff_rows(needs, contact_communities=readable, on=on)
    return need_exports.staff_header(), rows
