"""Step 3, works: the departments' opinions, the survey on site and the summary."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from communities.models import GatekeepingDepartment
from communities.roles import Role
from core.calendar import SHANGHAI
from core.models import AuditEvent
from deliberation.choices import State
from deliberation.models import DepartmentOpinion
from deliberation.services import declaring
from tests.core.corpus import picture
from tests.deliberation.helpers import last_kind, last_row, leaves_nothing_half_way, refused
from tests.deliberation.step3 import (
    WORKS,
    offices,
    opine,
    record,
    sign,
    sign_after_record,
    summarise,
    survey,
)


@pytest.fixture
def works(walk):
    return walk(**WORKS).to(State.DECLARED).days(1)


@pytest.fixture
def service(walk):
    return walk().to(State.DECLARED).days(1)


def test_works_ask_every_department_of_the_streets_list_and_each_answer_is_a_row(works):
    assert DepartmentOpinion.objects.filter(matter=works.pk).count() == len(offices(works)) == 6
    office = offices(works)[0]
    opine(works, office, legality="no", comment="未取得占道许可")
    row = last_row(works, 3)
    assert (row.event, row.capacity) == ("give_opinion", office.name)
    assert row.columns["department"] == office.name
    assert (row.columns["feasibility"], row.columns["legality"]) == ("是", "否")
    assert row.columns["note"] == "未取得占道许可"
    assert last_kind(works) == "review.opinion_given"


def test_works_are_not_declared_where_the_street_has_no_list(walk, world):
    ready = walk(**WORKS).to(State.SOLICITED)
    departments = GatekeepingDepartment.objects.filter(street=world.home.street.street)
    departments.update(until=ready.now.date() - timedelta(days=1))
    refused("no_gatekeepers", ready.declare)


def test_a_department_answers_for_itself_both_questions_once(works, world):
    first, second = offices(works)[:2]
    own = works.cast.street.reviewers[first]
    refused("not_your_department", opine, works, second, by=own)
    refused("not_your_act", opine, works, first, by=works.cast.clerk)
    refused("not_your_act", opine, works, first, by=next(iter(world.far.street.reviewers.values())))
    refused("opinion_unknown", opine, works, first, feasibility="")
    refused("opinion_unknown", opine, works, first, legality="perhaps")
    refused("text_missing", opine, works, first, feasibility="no")
    refused("text_missing", opine, works, first, legality="doubt", comment="  ")
    opine(works, first)
    refused("already_answered", opine, works, first)
    for office in offices(works)[1:]:
        opine(works, office)
    refused("all_answered", opine, works, first)


def test_the_applicants_person_answers_for_no_department(works, world):
    office, station = offices(works)[0], works.cast.station
    world.troupe.give(station, Role.DEPARTMENT_REVIEWER, office=office)
    refused("interested_person", opine, works, office, by=station)
    opine(works, offices(works)[1], feasibility="doubt", comment="管线不明")
    refused("interested_person", survey, works, by=station)


def test_services_need_no_departments(service):
    office = offices(service)[0]
    refused("not_works", opine, service, office)
    refused("not_works", summarise, service)


def test_a_doubt_forces_a_survey_before_anything_else(works):
    doubting, *others = offices(works)
    opine(works, doubting, feasibility="doubt", comment="地下管线不明")
    assert works.again().matter.state == State.SURVEYING
    for office in others:
        opine(works, office)
    assert works.again().matter.state == State.SURVEYING
    refused("wrong_state", summarise, works)
    refused("wrong_state", record, works)
    survey(works, photos=[SimpleUploadedFile("现场.jpg", picture(), "image/jpeg")])
    assert works.again().matter.state == State.DECLARED
    row = last_row(works, 3)
    day = timezone.localdate(works.now).isoformat()
    assert row.columns["survey"] == f"{day}；发展更新部二人、居委会一人；管线已避让，可以施工"
    event = AuditEvent.objects.filter(kind="review.surveyed").latest("pk")
    (photo,) = works.matter.surveys.get().photos.all()
    assert event.data["photos"] == [photo.digest]
    summarise(works)
    assert sign_after_record(works).matter.state == State.REVIEWED


def test_a_survey_lies_between_the_declaration_and_today(works):
    opine(works, offices(works)[0], legality="doubt", comment="权属不明")
    today = timezone.localdate(works.now)
    declared = timezone.localdate(works.matter.declared_at)
    refused("survey_date_impossible", survey, works, on=today + timedelta(days=1))
    refused("survey_date_impossible", survey, works, on=declared - timedelta(days=1))
    refused("text_missing", survey, works, people=" ")
    refused("text_missing", survey, works, conclusion="")
    refused("not_your_act", survey, works, by=works.cast.clerk)
    survey(works, on=declared)
    refused("wrong_state", survey, works)


def test_the_day_of_a_declaration_just_after_midnight_is_that_of_the_place(walk):
    declared = datetime(2017, 6, 2, 0, 30, tzinfo=SHANGHAI)
    works = walk(now=declared, **WORKS).to(State.DECLARED)
    opine(works, offices(works)[0], legality="doubt", comment="权属不明")
    refused("survey_date_impossible", survey, works, on=declared.date() - timedelta(days=1))
    survey(works, on=declared.date())


def test_the_summary_comes_last_once_and_names_problems_and_necessity(works):
    for office in offices(works)[:-1]:
        opine(works, office)
    refused("departments_missing", summarise, works)
    refused("departments_missing", record, works)
    opine(works, offices(works)[-1])
    refused("text_missing", summarise, works, problems=" ")
    refused("text_missing", summarise, works, necessity="")
    refused("not_your_act", summarise, works, by=works.cast.clerk)
    refused("summary_missing", record, works)
    summarise(works)
    row = last_row(works, 3)
    assert (row.columns["problems"], row.columns["necessity"]) == ("夜间施工扰民", "台阶破损多年")
    refused("summary_written", summarise, works)


def test_a_department_against_it_bars_the_pass_but_not_the_return(works):
    works.opine(negative=(offices(works)[0].kind,)).summarise()
    refused("departments_against", record, works)
    record(works, conclusion="return", reason="改选地点后再报")
    assert sign(works).matter.state == State.RETURNED


def test_after_a_correction_every_department_is_asked_again(works):
    works.gatekeep()
    record(works, conclusion="return", reason="预算过高")
    sign(works)
    declaring.redeclare(matter_id=works.pk, actor=works.applicant, now=works.now)
    assert works.again().matter.round == 2
    refused("departments_missing", record, works)
    works.gatekeep()
    assert sign_after_record(works).matter.state == State.REVIEWED


HALF_WAY = {
    "an opinion": (lambda done: done, lambda done: opine(done, offices(done)[0])),
    "a survey": (lambda done: done.opine(doubtful=(offices(done)[0].kind,)), survey),
    "the summary": (lambda done: done.opine(), summarise),
}


@pytest.mark.parametrize("name", HALF_WAY)
def test_a_failure_half_way_leaves_nothing(works, monkeypatch, name):
    prepare, act = HALF_WAY[name]
    prepare(works)
    leaves_nothing_half_way(monkeypatch, act, works)


def test_a_survey_without_a_photo_is_refused(walk):
    works = walk(type="works", wan=30).to(State.DECLARED).opine(doubtful={"development"})
    refused("photo_missing", survey, works, photos=[])
