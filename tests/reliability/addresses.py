"""Every address of the site with arguments for it: found in the URLconf, never listed by hand.

A new page whose arguments nobody can guess fails the matrix with its name, and wants a line in
SAMPLES.
"""

from dataclasses import dataclass
from functools import cached_property

from django.urls import URLResolver, get_resolver, reverse

from core.models import LedgerRow
from deliberation.models import AgendaItem, Objection

# Django's own admin has its tests (doors); static pages of the schema have no data.
LEFT_OUT = ("admin:",)


def views(patterns=None, spaces=(), route=""):
    """(name with namespaces, route, names of arguments) of every view."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from views(pattern.url_patterns, inner, path)
        else:
            yield ":".join((*spaces, pattern.name or "?")), path, sorted(pattern.pattern.converters)


@dataclass
class Place:
    """The objects of one community that the addresses are tried with."""

    walk: object  # a matter with a notice, an objection and a council meeting
    draft: object  # a draft nobody else may know of
    need: object
    file: object
    table: object  # an import of needs, tried and not confirmed
    round: object  # a round of questionnaires of which forms are still coming in
    fault: object  # on the record of the community's organisation, lifted
    snapshot: object  # frozen ledgers

    def args(self, route):
        """Arguments for a route; None when it has none, KeyError when nobody knows."""
        words = {"kind": "records", "words": "x" * 20, "key": "x" * 15, "token": "x" * 20,
                 "attachment": 1,
                 "attachment_id": 1, "position": 1, "code": self.need.community.code,
                 "year": 2017, "number": self.need.number}  # fmt: skip
        if "rounds/" in route:
            return words | {"number": self.round.number}
        for part, value in self.by_route:
            if part in route:
                return words | {
                    "pk": value,
                    "number": value if "ledger" in route else words["number"],
                }
        return words

    @cached_property
    def by_route(self):
        """(part of a route, key of the object behind it); the first that fits counts."""
        notice = self.walk.notice
        return (
            ("agenda-items/", self.id_of(AgendaItem, matter_id=self.walk.pk)),
            ("meetings/", self.id_of(AgendaItem, "meeting_id", matter_id=self.walk.pk)),
            ("objections/desk/", self.id_of(Objection, notice=notice)),
            ("objections/", self.id_of(Objection, notice=notice)),
            ("notices/", notice.pk),
            ("ledgers/snapshots/", self.snapshot.number),
            ("ledger-snapshots/", self.snapshot.number),
            ("ledgers/check/", self.snapshot.number),
            ("ledger-checks/", self.snapshot.number),
            ("ledgers/rows/", self.id_of(LedgerRow, subject_id=str(self.walk.matter.proposal_id))),
            ("ledgers/", 3),
            ("needs/import", self.table.pk),
            ("files/", self.file.pk),
            ("organisation-faults/", self.fault.pk),
            ("organisations/", self.fault.organisation_id),
            ("proposals/", self.walk.pk),
        )

    @staticmethod
    def id_of(model, field="pk", **where):
        return model.objects.filter(**where).values_list(field, flat=True).first()

    def addresses(self):
        """(view name, address) of every view, with this place's objects; drafts come on top."""
        for name, route, wanted in views():
            if name.startswith(LEFT_OUT) or name.endswith("?"):
                continue
            known = self.args(route)
            unknown = [word for word in wanted if word not in known]
            if unknown:
                raise KeyError(f"no sample for {unknown} of {name} ({route}): add it to Place.args")
            kwargs = {word: known[word] for word in wanted}
            yield name, reverse(name, kwargs=kwargs)
            if "proposals/<int:pk>" in route:
                yield name, reverse(name, kwargs=kwargs | {"pk": self.draft.pk})
