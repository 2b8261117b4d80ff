"""The programme report: two counters, computed from rows, as of any day."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from communities.services.estates import add_estate
from core.money import FEN_PER_WAN
from deliberation.choices import State
from deliberation.services import decisions, notices
from deliberation.services.history import HistoryRow, MeetingRow, import_meetings, import_records
from portal.reports import in_wan, programme

pytestmark = pytest.mark.django_db


def day_of(moment):
    return timezone.localdate(moment)


def passed(day, **options):
    return programme(day, **options).as_dict()["passed"]["total"]


def test_a_project_counts_as_entered_from_its_declaration_and_as_passed_from_the_vote(walk):
    done = walk(wan=5)
    done.to(State.DECLARED)
    declared_on = day_of(done.now)
    done.days(1).review().hold()
    voted_on = day_of(done.now)

    before = programme(declared_on - timedelta(days=1)).as_dict()
    assert before["entered"]["total"] == {"projects": 0, "amount": 0}
    between = programme(voted_on - timedelta(days=1)).as_dict()
    assert between["entered"]["2017"] == {"projects": 1, "amount": 5}
    assert between["passed"]["total"] == {"projects": 0, "amount": 0}
    after = programme(voted_on).as_dict()
    assert after["passed"]["2017"] == {"projects": 1, "amount": 5}
    assert after["services"] == {"projects": 1, "amount": 5}
    assert after["works"] == {"projects": 0, "amount": 0}
    assert after["meetings"] == {"before_programme": 0, "since_programme": 1}
    assert after["established"]["total"]["projects"] == 0


def test_what_is_sent_back_no_longer_counts_as_passed_but_did_on_the_days_before(walk, world):
    done = walk().to(State.RESOLVED).post().days(1)
    voted_on = day_of(done.now) - timedelta(days=1)
    objection = done.object()
    done.days(1)
    notices.decide_objection(
        objection_id=objection.pk, is_upheld=True, inquiry="现场核查", answer="重新审议",
        send_back="resolved", actor=world.home.clerk, now=done.now,
    )  # fmt: skip
    assert passed(voted_on)["projects"] == 1
    assert passed(day_of(done.now))["projects"] == 0
    done.again().hold()
    assert passed(day_of(done.now)) == {"projects": 1, "amount": 5}


def test_what_the_street_returns_no_longer_counts_but_what_it_rejects_was_still_passed(walk, world):
    for act, number in ((decisions.return_from_street, 0), (decisions.reject_at_street, 1)):
        done = walk(title=f"项目{number}").to(State.PUBLICISED).submit()
        act(matter_id=done.pk, ground="legal", reason="须核实", actor=world.home.street.approver,
            now=done.now)  # fmt: skip
        assert passed(day_of(done.now))["projects"] == number


def test_imported_records_count_on_the_day_of_their_source(world):
    rows = [
        HistoryRow(
            key=f"k{n}", community_code=world.home.community.code, title="旧项目", type="works",
            amount_fen=FEN_PER_WAN * 5 // 2, passed_on=date(2015 + n, 8, 31),
            entered_on=date(2015 + n, 8, 1), source="台账",
        )
        for n in range(2)
    ]  # fmt: skip
    now = timezone.now()
    import_records(rows=rows, actor=world.officer, now=now)
    import_meetings(
        rows=[
            MeetingRow(f"m{year}", world.home.community.code, date(year, 5, 4), "会议室", 13, 10)
            for year in (2014, 2015, 2016)
        ],
        actor=world.officer, now=now,
    )  # fmt: skip
    report = programme(date(2016, 8, 30)).as_dict()
    assert report["passed"]["2015"] == {"projects": 1, "amount": "2.5"}
    assert report["entered"]["total"] == {"projects": 2, "amount": 5}
    assert report["meetings"] == {"before_programme": 1, "since_programme": 2}
    assert report["began_on"] == "2015-01-01"


def test_the_parts_sum_up_to_the_whole_and_cost_no_query_each(
    walk, world, django_assert_num_queries
):
    for cast in (world.home, world.neighbour, world.far):
        last = walk(cast=cast).to(State.RESOLVED)
    on = day_of(last.now)
    with django_assert_num_queries(8):
        by_community = programme(on, by="community")
    assert len(by_community.parts) == 3
    assert {part.total("passed").projects for part in by_community.parts} == {1}
    by_street = programme(on, by="street").as_dict()["street"]
    assert [row["passed"]["total"]["projects"] for row in by_street] == [2, 1]
    assert sum(row["meetings"]["since_programme"] for row in by_street) == 3


def test_wan_is_a_whole_number_or_an_exact_text():
    assert in_wan(2478 * FEN_PER_WAN) == 2478
    assert in_wan(FEN_PER_WAN // 4) == "0.25"


def test_the_command_speaks_json_and_words(walk):
    done = walk().to(State.RESOLVED)
    out = StringIO()
    day = day_of(done.now).isoformat()
    call_command("programme_report", "--as-of", day, "--json", "--by", "street", stdout=out)
    report = json.loads(out.getvalue())
    assert report["as_of"] == day
    assert report["passed"]["total"] == {"projects": 1, "amount": 5}
    assert len(report["street"]) == 2
    out = StringIO()
    call_command("programme_report", "--as-of", day, stdout=out)
    assert "审议通过 合计" in out.getvalue()
    with pytest.raises(CommandError, match="2017-11-30"):
        call_command("programme_report", "--as-of", "30.11.2017")


def test_the_page_is_public_and_shows_the_day_asked_for(client, walk):
    done = walk(wan=2).to(State.RESOLVED)
    day = day_of(done.now).isoformat()
    page = client.get(reverse("portal:report"), {"as_of": day, "by": "community"})
    words = page.content.decode()
    assert page.status_code == 200
    assert f"截至{day}" in words
    assert "<svg" in words
    assert "style=" not in words.split('id="main"')[1]
    earlier = client.get(reverse("portal:report"), {"as_of": "2016-01-01"}).content.decode()
    assert "到这一天还没有项目" in earlier


@pytest.mark.parametrize("bad", ["2999-01-01", "1999-01-01", "x", "2017-02-30"])
def test_an_impossible_day_is_answered_in_words(client, bad):
    page = client.get(reverse("portal:report"), {"as_of": bad})
    assert page.status_code == 200
    assert "field-error" in page.content.decode()


def test_the_money_of_works_is_told_by_kind_of_estate(client, walk, world, now):
    place = {"community_id": world.home.community.pk, "actor": world.home.clerk, "now": now}
    add_estate(name="老街大院", is_old=True, old_reason="1986年建成", **place)
    add_estate(name="东湖花园", **place)
    for name, wan in (("老街大院", 30), ("东湖花园", 10), ("", 20)):
        # a service beside each of the works: it counts nowhere here
        done = walk(type="works", wan=wan, title=f"工程{name}", estate_name=name)
        done.to(State.RESOLVED)
    report = programme(day_of(done.now))
    assert report.as_dict()["works_in_estates"] == {
        "old": {"projects": 1, "amount": 30},
        "other": {"projects": 1, "amount": 10},
        "not_named": {"projects": 1, "amount": 20},
        "old_share_percent": "50.0",
    }
    assert programme(day_of(now) - timedelta(days=30)).whole.old_share is None
    page = client.get(reverse("portal:report"), {"as_of": day_of(done.now).isoformat()})
    assert "占审议通过的工程类资金的 50.0%" in page.content.decode()
    out = StringIO()
    call_command("programme_report", as_of=day_of(done.now).isoformat(), stdout=out)
    assert "老旧住宅区 50.0%" in out.getvalue()
