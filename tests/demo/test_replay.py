"""The replay: a share of it in every run, the whole of it before a release."""

import json
import os
import subprocess
import sys
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from core.models import ChainHead, LedgerRow
from core.verify import run
from deliberation.choices import State
from deliberation.models import Matter, MatterEvent, Meeting
from demo import replay
from demo.plan import STRETCHES, Plan, figures
from portal.reports import programme
from projects.models import Envelope
from tests.demo.conftest import Undone, working
from tests.house.source import ROOT

SHARE = 0.03
END, OCTOBER = date(2017, 11, 30), date(2017, 10, 30)
ALL = tuple(stretch.key for stretch in STRETCHES)


def as_pair(figure):
    return figure["projects"], figure["amount"]


@pytest.fixture(scope="class")
def replayed(django_db_setup, django_db_blocker):
    """A share of the replay, once for the class, undone at its end."""
    plan = Plan(share=SHARE)
    with django_db_blocker.unblock(), Undone():
        with working():
            replay.Replay(plan).run()
        yield plan


@pytest.mark.slow
class TestAShare:
    @pytest.fixture(autouse=True)
    def _database(self, replayed, db):
        self.plan = replayed

    def test_the_report_says_what_the_plan_says_on_both_days(self):
        for day, last in ((END, ALL), (OCTOBER, ALL[:3])):
            report = programme(day).as_dict()
            for counter in ("passed", "entered"):
                assert as_pair(report[counter]["total"]) == self.plan.passed(*last)
                assert as_pair(report[counter]["2015"]) == self.plan.passed("2015")
                assert as_pair(report[counter]["2016"]) == self.plan.passed("2016")
                assert as_pair(report[counter]["2017"]) == self.plan.passed(*last[2:])
            assert report["meetings"]["before_programme"] == self.plan.meetings_before
        assert as_pair(programme(END).as_dict()["established"]["total"]) == self.plan.passed(*ALL)
        assert (
            report["services"]["projects"] + report["works"]["projects"]
            == (self.plan.passed(*ALL[:3])[0])
        )

    def test_the_meetings_are_those_planned(self):
        held = programme(END).as_dict()["meetings"]
        assert held["since_programme"] == self.plan.meetings_since
        assert Meeting.objects.count() == self.plan.meetings_since + self.plan.meetings_before

    def test_verify_has_nothing_to_say(self):
        assert [str(finding) for finding in run(timezone.now()).findings] == []

    def test_2017_walked_the_six_steps_and_the_years_before_came_in_as_history(self):
        assert set(Matter.objects.values_list("state", flat=True)) == {State.ESTABLISHED}
        walked = Matter.objects.filter(is_imported=False).select_related("proposal__rule_set")
        assert walked.count() == self.plan.passed("2017", "2017-11")[0]
        assert {matter.proposal.rule_set.code for matter in walked} == {"2.0"}
        for matter in walked:
            rows = LedgerRow.objects.filter(subject_id=str(matter.proposal_id))
            assert set(rows.values_list("ledger", flat=True)) == {1, 2, 3, 4, 5, 6}
        imported = Matter.objects.filter(is_imported=True).select_related("proposal__rule_set")
        assert {matter.proposal.rule_set.code for matter in imported} == {"1.0"}

    def test_people_act_on_working_days_in_office_hours_and_in_order(self):
        for matter in Matter.objects.filter(is_imported=False).prefetch_related("events"):
            moments = [timezone.localtime(event.at) for event in matter.events.order_by("seq")]
            assert moments == sorted(moments)
            assert all(9 <= moment.hour < 18 for moment in moments)
            assert moments[-1].date() <= END
        last = MatterEvent.objects.order_by("-at").first()
        assert timezone.localdate(last.at) <= END

    def test_no_community_spends_more_than_its_year(self):
        assert Envelope.objects.filter(year=2017).exists()
        assert all(envelope.free_fen >= 0 for envelope in Envelope.objects.all())

    def test_a_second_run_does_nothing(self):
        before = heads()
        assert replay.Replay(Plan(share=SHARE)).run() == 0
        assert heads() == before

    def test_another_plan_is_refused(self):
        with pytest.raises(replay.WrongDatabase):
            replay.Replay(Plan(share=SHARE, seed=1)).run()


def heads():
    return set(ChainHead.objects.values_list("name", "seq", "digest"))


def small():
    return Plan(share=0.001)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="keys are counted on after a rollback")
def test_the_same_seed_leaves_the_same_digests():
    digests = []
    for _time in range(2):
        with Undone():
            replay.Replay(small()).run()
            digests.append(heads())
    assert digests[0] == digests[1]


@pytest.mark.django_db
def test_a_stopped_run_is_continued(monkeypatch):
    plan = Plan(share=0.004)
    assert len(plan.communities) > 2
    community, calls = replay.Replay._community, []

    def stops(self, number, one):
        calls.append(one.code)
        community(self, number, one)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(replay.Replay, "_community", stops)
    with pytest.raises(KeyboardInterrupt), working():
        replay.Replay(plan).run()
    assert set(Matter.objects.values_list("proposal__community__code", flat=True)) == {calls[0]}
    assert run(timezone.now(), only=("I11",)).findings == []

    monkeypatch.undo()
    with working():
        assert replay.Replay(plan).run() == len(plan.communities) - 1
    assert as_pair(programme(END).as_dict()["passed"]["total"]) == plan.passed(*ALL)
    assert run(timezone.now()).findings == []


@pytest.mark.django_db
def test_as_if_2_0_everything_walks():
    plan = Plan(share=0.001, walks_everything=True)
    out = StringIO()
    with working():
        call_command("replay_luohu", "--share", "0.001", "--as-if", "2.0", stdout=out)
    assert not Matter.objects.filter(is_imported=True).exists()
    report = programme(END).as_dict()
    assert as_pair(report["passed"]["2015"]) == plan.passed("2015")
    assert as_pair(report["passed"]["total"]) == plan.passed(*ALL)
    assert report["meetings"]["since_programme"] == plan.meetings_since
    assert f"{plan.passed(*ALL)[0]} projects passed" in out.getvalue()
    assert run(timezone.now()).findings == []


@pytest.mark.once
@pytest.mark.django_db
def test_the_story_may_be_told_beside_a_replay_and_leaves_its_figures(settings):
    settings.DEMO = True
    with working():
        replay.Replay(small()).run()
        before = programme(END).as_dict()
        call_command("load_demo", stdout=StringIO())
    assert programme(END).as_dict() == before
    assert run(timezone.now()).findings == []


@pytest.mark.django_db
def test_a_share_must_be_one(capsys):
    with pytest.raises(CommandError):
        call_command("replay_luohu", "--share", "2")


@pytest.mark.once
@pytest.mark.skipif(
    not os.environ.get("FULL_REPLAY"),
    reason="the whole replay takes minutes: FULL_REPLAY=1 runs it",
)
@pytest.mark.slow
def test_the_whole_replay_returns_the_figures_of_the_newspaper(tmp_path):
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"MINSHENG_ENV": "embedded", "MINSHENG_VAR": str(tmp_path)}

    def manage(*words):
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    manage("migrate", "--verbosity", "0")
    manage("replay_luohu")
    known = figures()
    for day in (END, OCTOBER):
        report = json.loads(manage("programme_report", "--as-of", day.isoformat(), "--json"))
        assert report["passed"] == known[f"passed_as_of_{day:%Y_%m_%d}"]
        assert report["entered"] == report["passed"]
        assert (
            report["meetings"]["before_programme"] == known["council_meetings"]["before_programme"]
        )
        if day == END:
            assert report["services"] == known["service_projects"]
            assert report["meetings"] == known["council_meetings"]
    manage("verify")
