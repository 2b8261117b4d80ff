"""A community with something behind every address of the site."""

from datetime import date

from communities.roles import Role
from communities.selectors import people_with
from communities.services.organisation_faults import lift_fault, record_fault
from deliberation.services.snapshots import freeze
from tests.communities.rounds import tallied
from tests.communities.sheets import line, tried, xlsx
from tests.reliability.addresses import Place
from tests.reliability.situations import build


def faulted(walk):
    """A fault of the cast's organisation, lifted again: it bars nobody here."""
    district = walk.cast.community.street.district
    person = people_with(Role.DISTRICT_OFFICER, district=district, on=walk.now.date()).first()
    officer = person.users.first()
    fault = record_fault(
        organisation_id=walk.cast.organisation.pk, kind="complaint", found_on=date(2016, 3, 1),
        source="罗湖区民政局", actor=officer, now=walk.now,
    )  # fmt: skip
    return lift_fault(fault_id=fault.pk, reason="复核后撤销", actor=officer, now=walk.now)


def frozen(walk, ledgers=(5,)):
    """The ledgers of the place so far, by its own clerk."""
    return freeze(
        place_code=walk.cast.community.code, ledgers=ledgers,
        since=date(2017, 1, 1), until=walk.now.date(), actor=walk.cast.clerk,
        now=walk.now,
    )  # fmt: skip


def furnished(cast):
    """(situation of the objected matter, Place) of a community settled by walking the services."""
    objected, draft = build("objected", cast), build("draft", cast)
    walk = objected.walk
    return objected, Place(
        walk,
        draft.walk,
        walk.need,
        draft.walk.matter.proposal.attachments.get().file,
        tried(xlsx(line(cast.community)), cast.clerk, objected.now),
        tallied(cast.community, cast.clerk, objected.now),
        faulted(walk),
        frozen(walk),
    )
