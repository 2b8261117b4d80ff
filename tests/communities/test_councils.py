"""The council has terms that do not overlap, and seats for those who may take them."""

from datetime import date

import pytest

from accounts.services import create_person
from communities import selectors
from communities.models import CouncilTerm, SeatKind
from communities.roles import Role
from communities.services.councils import open_term, seat_member
from core.refusals import BadInput, Conflict

pytestmark = pytest.mark.django_db

TODAY = date(2017, 6, 1)


@pytest.fixture
def term(home, founder, now):
    return open_term(
        community=home,
        number=1,
        starts_on=date(2015, 1, 1),
        ends_on=date(2017, 12, 31),
        actor=founder,
        now=now,
    )


def test_the_council_sits_for_its_term(term, home, founder, now):
    person = create_person(name="议事员", actor=None, now=now)
    seat = seat_member(term=term, person=person, seat=SeatKind.RESIDENT, actor=founder, now=now)
    assert (seat.starts_on, seat.ends_on) == (term.starts_on, term.ends_on)
    assert list(selectors.roster(home, TODAY)) == [seat]
    assert list(selectors.roster(home, date(2018, 1, 1))) == []
    assert selectors.council_term_on(home, TODAY) == term
    assert list(selectors.people_with(Role.COUNCIL_MEMBER, community=home, on=TODAY)) == [person]


def test_terms_of_a_community_do_not_overlap(term, home, neighbour, founder, now):
    days = {"starts_on": date(2017, 7, 1), "ends_on": date(2021, 3, 31)}
    with pytest.raises(Conflict) as refusal:
        open_term(community=home, number=1, **days, actor=founder, now=now)
    assert set(refusal.value.codes) == {"term_exists", "term_overlaps"}
    open_term(community=neighbour, number=1, **days, actor=founder, now=now)
    assert CouncilTerm.objects.count() == 2


def test_a_member_sits_in_one_council_only(term, neighbour, founder, now):
    person = create_person(name="议事员", actor=None, now=now)
    other = open_term(
        community=neighbour,
        number=1,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        actor=founder,
        now=now,
    )
    seat_member(term=term, person=person, seat=SeatKind.RESIDENT, actor=founder, now=now)
    with pytest.raises(Conflict) as refusal:
        seat_member(term=other, person=person, seat=SeatKind.RESIDENT, actor=founder, now=now)
    assert refusal.value.codes == ["seat_elsewhere"]


def test_the_committee_takes_no_seat_of_the_residents(term, clerk, founder, now):
    with pytest.raises(Conflict) as refusal:
        seat_member(term=term, person=clerk.person, seat="resident", actor=founder, now=now)
    assert refusal.value.codes == ["committee_in_resident_seat"]
    seat_member(term=term, person=clerk.person, seat="committee", actor=founder, now=now)


def test_a_seat_lies_within_its_term(term, founder, now):
    person = create_person(name="议事员", actor=None, now=now)
    with pytest.raises(BadInput) as refusal:
        seat_member(
            term=term,
            person=person,
            seat="mayor",
            ends_on=date(2019, 1, 1),
            actor=founder,
            now=now,
        )
    assert set(refusal.value.codes) == {"seat_unknown", "outside_term"}
