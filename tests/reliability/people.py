"""Everybody who may knock: one account per role at home, the same in another street, and strangers."""

from datetime import date

from django.test import Client

from communities.models import OfficeKind
from communities.roles import Role
from communities.selectors import office_of
from communities.services.appointments import appoint
from tests.accounts.helpers import force_in

HOME_ROLES = ("resident", "agent", "clerk", "party", "signer", "station")


def signed_in(user, **options):
    """A browser in which the user is signed in; None is anybody."""
    client = Client(raise_request_exception=False, **options)
    if user is not None:
        force_in(client, user)
        # a forced session is put on record with its first request
        client.get("/account/")
    return client


def everybody(world):
    """Name of a role → account; "nobody" is None.

    reviewer, reviewer2: two departments of the street. double: one person with many hats, agent
    of the home organisation among them. former_clerk: the appointment ended in 2016.
    """
    people = {"nobody": None}
    for prefix, cast in (("", world.home), ("far_", world.far)):
        for name in HOME_ROLES:
            people[prefix + name] = getattr(cast, name)
        people[f"{prefix}affairs"] = cast.street.affairs
        people[f"{prefix}approver"] = cast.street.approver
        people[f"{prefix}reviewer"], people[f"{prefix}reviewer2"] = list(
            cast.street.reviewers.values()
        )[:2]
    people |= {
        "next_clerk": world.neighbour.clerk, "next_party": world.neighbour.party,
        "officer": world.officer, "auditor": world.auditor, "founder": world.founder,
    }  # fmt: skip
    return people | _hired(world)


def _hired(world):
    troupe, home = world.troupe, world.home
    committee = office_of(OfficeKind.RESIDENTS_COMMITTEE, community=home.community)
    member = troupe.user("home_member", person=home.members[0], is_office=False)
    former = troupe.user("home_former")
    appoint(
        person=former.person, role=Role.COMMITTEE_CLERK, office=committee,
        starts_on=date(2015, 1, 1), ends_on=date(2016, 12, 31), actor=world.founder,
        now=troupe.now,
    )  # fmt: skip
    double = troupe.user("home_double")
    troupe.give(double, Role.ORGANISATION_AGENT, organisation=home.organisation)
    troupe.give(double, Role.COMMITTEE_CLERK, office=committee)
    troupe.give(
        double, Role.PARTY_SIGNER,
        office=office_of(OfficeKind.PARTY_COMMITTEE, community=home.community),
    )  # fmt: skip
    troupe.give(double, Role.DEPARTMENT_REVIEWER, office=next(iter(home.street.reviewers)))
    street = home.street.street
    troupe.give(
        double, Role.STREET_APPROVER, office=office_of(OfficeKind.STREET_OFFICE, street=street)
    )
    admin = troupe.officer("sysadmin", street.district, Role.SYSTEM_ADMIN)
    return {"member": member, "former_clerk": former, "double": double, "admin": admin}
