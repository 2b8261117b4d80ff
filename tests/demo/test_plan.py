"""The plan of the replay: the seed's totals, every cap kept, the same for the same seed."""

from collections import Counter

import pytest

from core.money import FEN_PER_WAN
from demo.plan import CAPS_FEN, COMMUNITY_CAP_FEN, STRETCHES, UNIT_FEN, Plan, figures, full_parts
from demo.replay import lines_of
from projects.choices import ProposalType

pytestmark = pytest.mark.once

EARLY = ("2015", "2016", "2017")
EVERYTHING = tuple(stretch.key for stretch in STRETCHES)


@pytest.fixture(scope="module")
def plan():
    return Plan()


def every_project(plan):
    return [project for one in plan.communities for project in one.projects]


def test_the_parts_are_the_figures_of_the_newspaper(plan):
    known = figures()
    late, early = known["passed_as_of_2017_11_30"], known["passed_as_of_2017_10_30"]
    assert plan.passed(*EVERYTHING) == (late["total"]["projects"], late["total"]["amount"])
    assert plan.passed(*EARLY) == (early["total"]["projects"], early["total"]["amount"])
    for year in EARLY:
        assert plan.passed(year) == (early[year]["projects"], early[year]["amount"])
    services = [part for part in full_parts() if part.type == ProposalType.SERVICE]
    assert sum(part.projects for part in services) == known["service_projects"]["projects"]
    assert sum(part.wan for part in services) == known["service_projects"]["amount"]


def test_the_projects_sum_up_to_the_fen_in_each_part(plan):
    sums, counts = Counter(), Counter()
    for project in every_project(plan):
        sums[project.stretch.key, project.type] += project.amount_fen
        counts[project.stretch.key, project.type] += 1
    for part in plan.parts:
        key = (part.stretch.key, part.type)
        assert (counts[key], sums[key]) == (part.projects, part.wan * FEN_PER_WAN)


def test_no_cap_is_exceeded_and_every_community_takes_part(plan):
    assert len(plan.communities) == figures()["places"]["communities"]
    spent = Counter()
    for one in plan.communities:
        for project in one.projects:
            assert 0 < project.amount_fen <= CAPS_FEN[project.type]
            assert project.amount_fen % UNIT_FEN == 0
            spent[one.code, project.stretch.year] += project.amount_fen
    assert max(spent.values()) <= COMMUNITY_CAP_FEN


def test_the_meetings_are_those_of_the_newspaper(plan):
    known = figures()["council_meetings"]
    walked = sum(
        len(one.batches(s)) for one in plan.communities for s in STRETCHES if plan.walks(s)
    )
    imported = [day for one in plan.communities for day in one.meetings]
    assert sum(day.year < 2015 for day in imported) == known["before_programme"]
    assert sum(day.year >= 2015 for day in imported) + walked == known["since_programme"]
    assert all(day.weekday() < 5 for day in imported)


def test_titles_differ_within_a_community_and_year(plan):
    for one in plan.communities:
        titles = Counter((project.stretch.year, project.idea.title) for project in one.projects)
        assert max(titles.values()) == 1
        assert all(len(title) <= 80 for _year, title in titles)


def test_budget_lines_sum_up_to_the_amount(plan):
    for project in every_project(plan)[:200]:
        lines = lines_of(project)
        assert sum(line["unit_price_fen"] for line in lines) == project.amount_fen
        assert min(line["unit_price_fen"] for line in lines) > 0


def test_the_same_seed_gives_the_same_plan_and_another_one_does_not(plan):
    assert every_project(Plan()) == every_project(plan)
    assert Plan().key == plan.key
    other = Plan(seed=7)
    assert every_project(other) != every_project(plan)
    assert other.passed(*EVERYTHING) == plan.passed(*EVERYTHING)
    assert len({other.key, plan.key, Plan(share=0.5).key, Plan(walks_everything=True).key}) == 4


@pytest.mark.parametrize("share", [0.001, 0.01, 0.05, 0.3])
def test_a_share_keeps_every_part(share):
    plan = Plan(share=share)
    assert {(part.stretch.key, part.type) for part in plan.parts} == {
        (part.stretch.key, part.type) for part in full_parts()
    }
    assert sum(p.amount_fen for p in every_project(plan)) == sum(
        part.wan * FEN_PER_WAN for part in plan.parts
    )
