"""Step 1 rests on rounds of questionnaires: what may be cited, what is kept, what it holds back."""

import pytest
from django.db import transaction

from communities.models import RoundTally, SolicitationRound
from communities.services import rounds
from core.refusals import Conflict
from core.verify import run
from deliberation.choices import State
from deliberation.models import CitedRound
from deliberation.services import drafting
from tests.communities.rounds import FIGURES, STATES, closed
from tests.deliberation.doors import Browser, words
from tests.deliberation.helpers import codes, digest, last_row, refused


@pytest.fixture
def home(world):
    return world.home


@pytest.fixture
def done(home, now):
    """A closed round of the home community: 62 valid forms, 42 of them for handrails."""
    return closed(home.community, home.clerk, now)


def line_of(one, label="加装楼道扶手"):
    return one.tallies.get(label=label).pk


def test_a_proposal_rests_on_a_line_of_a_round(walk, done):
    w = walk().draft().solicit(tally_ids=[line_of(done)])
    (cited,) = CitedRound.objects.all()
    assert (cited.matter_id, cited.round, cited.label) == (w.pk, done, "加装楼道扶手")
    assert (cited.count, cited.valid, cited.as_of.kind) == (42, 62, "closed")
    assert SolicitationRound.objects.get().citation_count == 1
    # nought is what the rounds brought
    assert w.again().matter.solicitation.questionnaire_count == 62
    row = last_row(w, 1)
    assert row.columns["round"] == f"{done.number}（加装楼道扶手 42/62）"
    assert row.columns["questionnaires"] == "62"
    assert last_row(w.declare(), 2).columns["rounds"] == f"{done.number}（加装楼道扶手 42/62）"
    assert run(w.now, only=["P10", "P11", "I6"]).findings == []


def test_what_was_cited_stays_when_the_round_is_corrected(walk, home, done, now):
    first = walk().draft().solicit(tally_ids=[line_of(done)])
    fewer = [{"label": "加装楼道扶手", "category": "safety", "count": 40}]
    rounds.correct_round(
        round_id=done.pk, reason="重复计数", **(FIGURES | {"valid": 60, "tallies": fewer}),
        actor=home.clerk, now=now,
    )  # fmt: skip
    second = walk(title="第二个项目").draft().solicit(tally_ids=[line_of(done)])
    told = {
        one.matter_id: (one.count, one.valid, one.as_of.kind) for one in CitedRound.objects.all()
    }
    assert told == {first.pk: (42, 62, "closed"), second.pk: (40, 60, "corrected")}
    assert run(now, only=["P10", "P11"]).findings == []


def test_a_cited_round_is_not_cancelled(walk, home, done, now):
    walk().draft().solicit(tally_ids=[line_of(done)])

    def cancel():
        rounds.cancel_round(round_id=done.pk, reason="作废", actor=home.clerk, now=now)

    refused("round_is_cited", cancel)
    with pytest.raises(Conflict) as refusal:
        cancel()
    assert all(reason.rule and reason.remedy for reason in refusal.value.reasons)


def test_figures_that_may_still_change_are_not_cited(walk, home, now):
    one = STATES["open"](home.community, home.clerk, now)
    w = walk().draft()
    w.file_need()
    refused("round_not_closed", lambda: w.solicit(tally_ids=[line_of(one)]))


def test_a_cancelled_round_is_not_cited(walk, home, done, now):
    rounds.cancel_round(round_id=done.pk, reason="作废", actor=home.clerk, now=now)
    w = walk().draft()
    w.file_need()
    refused("round_not_closed", lambda: w.solicit(tally_ids=[line_of(done)]))


def test_what_a_proposal_may_not_cite(walk, world, home, done, now):
    theirs = closed(world.far.community, world.far.clerk, now)
    w = walk().draft()
    w.file_need()
    refused("round_not_here", lambda: w.solicit(tally_ids=[line_of(theirs)]))
    refused("tally_unknown", lambda: w.solicit(tally_ids=[10**6]))
    both = list(done.tallies.values_list("pk", flat=True))
    refused("round_cited_twice", lambda: w.solicit(tally_ids=both))
    refused("fewer_than_cited", lambda: w.solicit(tally_ids=[line_of(done)], questionnaires=61))
    # what the page showed is not there any more
    gone = line_of(done)
    rounds.correct_round(
        round_id=done.pk, reason="更正", **(FIGURES | {"valid": 63}), actor=home.clerk, now=now
    )
    refused("tally_unknown", lambda: w.solicit(tally_ids=[gone]))


def test_who_may_not_file_evidence_cites_nothing(walk, home, done):
    w = walk().draft()
    need = w.file_need()
    for actor in (home.agent, home.station, home.party):
        refused("not_your_act", lambda actor=actor: drafting.file_evidence(
            matter_id=w.pk, need_ids=[need.pk], questionnaire_count=0, people_count=1,
            summary="问需", tally_ids=[line_of(done)], actor=actor, now=w.now))  # fmt: skip


def test_a_failure_half_way_leaves_the_round_uncited(walk, done, monkeypatch):
    w = walk().draft()
    w.file_need()
    before = digest()

    def fail(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(drafting, "finish", fail)
    with pytest.raises(OSError), transaction.atomic():
        w.solicit(tally_ids=[line_of(done)])
    assert digest() == before


def test_faults_planted_behind_the_services_are_found(walk, world, done, now):
    walk().draft().solicit(tally_ids=[line_of(done)])
    theirs = closed(world.far.community, world.far.clerk, now)
    plants = (
        lambda: CitedRound.objects.update(count=43),
        lambda: CitedRound.objects.update(valid=63),
        lambda: CitedRound.objects.update(label="别的"),
        lambda: CitedRound.objects.update(round=theirs),
        lambda: SolicitationRound.objects.filter(pk=done.pk).update(citation_count=0),
        lambda: SolicitationRound.objects.filter(pk=theirs.pk).update(citation_count=1),
        lambda: CitedRound.objects.all().delete(),
    )
    for plant in plants:
        with transaction.atomic():
            plant()
            assert {finding.code for finding in run(now, only=["P11"]).findings} == {"P11"}
            transaction.set_rollback(True)
    assert run(now, only=["P11"]).findings == []


# --- doors ----------------------------------------------------------------------------------------


@pytest.fixture
def doors(monkeypatch, settings):
    settings.DEMO = True
    return Browser(monkeypatch)


def evidence(**more):
    return {"summary": "入户问需", "questionnaire_count": "0", "people_count": "90"} | more


def test_the_page_offers_closed_rounds_and_keeps_the_choice(walk, world, home, done, now, doors):
    STATES["open"](home.community, home.clerk, now, title="还在收表")
    theirs = closed(world.far.community, world.far.clerk, now, title="外街的轮次")
    w = walk().draft()
    need = w.file_need()
    path, key = f"/proposals/{w.pk}/file-evidence/", line_of(done)
    page = doors.at(now).as_(home.clerk).get(path)
    assert done.title in words(page) and "加装楼道扶手：42 份" in words(page)
    assert "还在收表" not in words(page) and theirs.title not in words(page)
    data = evidence(rounds=["", str(key)], needs=[str(need.pk)])
    looked = doors.post(path, data | {"search": "1", "q": "扶手"}, status=200)
    assert f'value="{key}" selected' in looked.content.decode()
    wrong = doors.post(path, data | {"questionnaire_count": "3"}, status=400)
    assert "少于所引用轮次" in words(wrong) and f'value="{key}" selected' in wrong.content.decode()
    doors.post(path, data)
    w.declare()
    public = words(doors.as_(None).get(f"/proposals/{w.pk}/"))
    assert "“加装楼道扶手” 42 份，占有效 62 份的 67%" in public and done.number in public
    assert "1 次" in words(doors.get(done.get_absolute_url()))


def test_a_page_without_rounds_says_where_they_come_from(walk, home, now, doors):
    w = walk().draft()
    page = doors.at(now).as_(home.clerk).get(f"/proposals/{w.pk}/file-evidence/")
    assert "还没有汇总完的问需轮次" in words(page) and "/rounds/desk/" in page.content.decode()


def test_the_api_cites_by_number_and_label(walk, home, done, now, doors):
    w = walk().draft()
    need = w.file_need()
    client = doors.at(now).as_(home.clerk).client
    body = {"needs": [need.number], "questionnaire_count": 0, "people_count": 9, "summary": "问需",
            "rounds": [{"round": done.number, "label": "没有这一项"}]}  # fmt: skip
    at = f"/api/v1/proposals/{w.pk}/file_evidence/"
    told = client.post(at, body, "application/json")
    assert (told.status_code, told.json()["reasons"][0]["code"]) == (400, "tally_unknown")
    body["rounds"][0]["label"] = "加装楼道扶手"
    answer = client.post(at, body, "application/json")
    assert answer.json()["rounds"] == [
        {
            "round": done.number,
            "title": done.title,
            "label": "加装楼道扶手",
            "count": 42,
            "valid": 62,
        }
    ]
    assert w.again().matter.state == State.SOLICITED


def test_ledger_one_tells_rounds_in_words(walk, home, done, now, doors):
    page = words(doors.at(now).as_(home.clerk).get("/ledgers/1/"))
    assert "问需轮次：收表结束，数据固定" in page and done.number in page
    only = words(doors.get("/ledgers/1/", {"event": "round_closed"}))
    assert "round_" not in only and done.number in only


def test_evidence_without_rounds_is_as_before(walk):
    w = walk().draft().solicit()
    assert not CitedRound.objects.exists() and RoundTally.objects.count() == 0
    assert last_row(w, 1).columns["round"] == ""
    assert codes(w.solicit) == {"wrong_state"}
