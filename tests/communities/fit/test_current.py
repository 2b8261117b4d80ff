"""What was filed a moment ago is found, whoever filed it; what was rolled back is not."""

import os
import subprocess
import sys
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from communities.fit import pools
from communities.fit.pools import SHELF
from communities.fit.ranking import rank_needs
from communities.models import Need
from communities.roles import Role
from communities.services import lexicon
from communities.services.needs import (
    close_need,
    correct_need,
    mark_taken_up,
    release_needs,
    support_need,
    withdraw_need,
)
from core.models import ChainHead
from tests.communities.needs import visitor
from tests.house.source import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

DARK, LAMPS = "巷子里黑灯瞎火，不敢一个人走", "太阳能路灯增设工程"


@pytest.fixture(autouse=True, params=[pools.NAMES_AT_MOST, 1], ids=["few", "as a district"])
def many(request, monkeypatch):
    """Each test also asks as if there were a hundred communities: by the sum of their events."""
    monkeypatch.setattr(pools, "NAMES_AT_MOST", request.param)


@pytest.fixture
def found(home, now):
    def ask(text=LAMPS, places=(home,), **options):
        return [match.need.number for match in rank_needs(text, places, now=now, **options)]

    return ask


def test_a_need_is_found_at_once_and_by_which_words(home, a_need, now, found):
    assert found() == []
    need = a_need(home, content=DARK)
    (match,) = rank_needs(LAMPS, [home], now=now + timedelta(days=3))
    assert (match.need.number, match.rank, match.age_days) == (need.number, 1, 3)
    assert "黑灯瞎火" in match.because and "室外照明" in match.because
    assert "太阳能路灯" in match.concepts[0].text_words


def test_every_act_on_a_need_changes_the_answer_at_once(home, a_need, clerk, now, found):
    first = a_need(home, content=DARK)
    second = a_need(home, content="路灯坏了三盏，晚上看不见路")
    assert set(found()) == {first.number, second.number}
    withdraw_need(need_id=second.pk, query_code=second.query_code, now=now)
    assert found() == [first.number]
    mark_taken_up(need_ids=[first.pk], by_no="A-1", actor=None, now=now)
    (match,) = rank_needs(LAMPS, [home], now=now)
    assert match.need.status == "taken_up"
    release_needs(need_ids=[first.pk], by_no="A-1", actor=None, now=now)
    support_need(need_id=first.pk, client=visitor(), now=now)
    (match,) = rank_needs(LAMPS, [home], now=now)
    assert (match.need.status, match.need.supporters) == ("open", 1)
    close_need(need_id=first.pk, reason="已装好路灯", actor=clerk, now=now)
    assert found() == []


def test_corrected_words_are_the_words_that_count(home, a_need, now, found):
    need = a_need(home, content=DARK)
    assert found("长者饭堂") == []
    correct_need(
        need_id=need.pk, query_code=need.query_code, content="老人没地方吃饭，想有个饭堂", now=now
    )
    assert found("长者饭堂") == [need.number]
    assert DARK not in [match.need.content for match in rank_needs(LAMPS, [home], now=now)]


def test_another_process_files_a_need_and_it_is_found(home, found, now):
    assert found() == []
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{settings['NAME']}"
    else:
        # the throw-away cluster listens in a folder, not on a host
        parts = {key: quote(str(value), safe="") for key, value in settings.items()}
        address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(parts)
    script = (
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from communities.services.needs import file_need\n"
        f"print(file_need(community_id={home.pk}, category='safety', content='{DARK}',"
        " actor=None, now=timezone.now()).number)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": address},
    )  # fmt: skip
    assert found() == [done.stdout.strip()]


def roll_one_back(home, a_need, found):
    with transaction.atomic():
        gone = a_need(home, content=DARK)
        assert found() == [gone.number], "inside its transaction it is there"
        transaction.set_rollback(True)
    return gone


def test_a_need_that_was_rolled_back_is_not_found(home, a_need, found):
    a_need(home, content="没地方晒被子")
    found()
    roll_one_back(home, a_need, found)
    assert found() == []
    # and the next need, which takes the same place in the chain, is
    need = a_need(home, content="路灯坏了，天黑看不见")
    assert found() == [need.number]
    assert Need.objects.filter(content=DARK).count() == 0


def test_without_the_guards_the_rolled_back_need_would_stay(home, a_need, found, monkeypatch):
    """The control: remember inside transactions, and go by the place alone."""
    monkeypatch.setattr(pools, "inside_transaction", lambda: False)
    honest = pools.heads_of
    monkeypatch.setattr(
        pools,
        "heads_of",
        lambda names: {name: (seq, "") for name, (seq, _) in honest(names).items()},
    )
    monkeypatch.setattr(pools, "touched_since", lambda old, new: None)
    a_need(home, content="没地方晒被子")
    gone = roll_one_back(home, a_need, found)
    a_need(home, content="路灯坏了，天黑看不见")
    assert found() == [gone.number]


def test_a_place_that_means_another_event_is_noticed(home, a_need, found, now, monkeypatch):
    """The digest alone, without the guard against remembering inside a transaction."""
    monkeypatch.setattr(pools, "inside_transaction", lambda: False)
    a_need(home, content="没地方晒被子")
    roll_one_back(home, a_need, found)
    # the same place of the chain, at another moment
    need = a_need(home, content="路灯坏了，天黑看不见", now=now + timedelta(seconds=1))
    assert found() == [need.number]


def test_the_heads_of_a_whole_district_are_those_asked_for_one_by_one(transactional_db):
    """Also where the database sorts names in another way than Python does."""
    codes = [f"44030300{number:04d}" for number in range(60)] + ["b-b", "B a", "é", "社区", "44"]
    for at, name in enumerate((*codes, pools.LEXICON_CHAIN, "ledger-1:440303000001", "zz")):
        if at % 7:  # some places have written nothing yet
            ChainHead.objects.get_or_create(
                name=name, defaults={"seq": at, "digest": f"{at:064d}", "algorithm": "sha256"}
            )
    names = (*codes, pools.LEXICON_CHAIN)
    one_by_one = {}
    for name in names:
        one_by_one |= pools.heads_of((name,))
    assert len(one_by_one) > pools.NAMES_AT_MOST
    assert pools.heads_of(names) == one_by_one


def test_one_question_when_nothing_changed(
    home, neighbour, a_need, found, django_assert_num_queries
):
    for place in (home, neighbour):
        for _one in range(5):
            a_need(place, content=DARK)
    found(places=(home, neighbour))
    with django_assert_num_queries(1):
        assert len(found(places=(home, neighbour))) == 10
    a_need(home, content=DARK)
    # heads, events, the needs they name; as a district the sum before, and the lexicon, which has
    # no event yet, by name
    with django_assert_num_queries(3 if pools.NAMES_AT_MOST > 1 else 5):
        assert len(found(places=(home, neighbour), limit=20)) == 11


def test_control_a_sum_that_stands_still_would_hide_a_need(home, a_need, found, monkeypatch):
    a_need(home, content="没地方晒被子")
    found()
    monkeypatch.setattr(pools, "mark_of", lambda codes: (1, 1))
    found()
    a_need(home, content=DARK)
    assert found() == []


def test_needs_of_other_communities_are_not_ranked(home, far, a_need, found):
    need = a_need(far, content=DARK)
    assert found() == []
    assert found(places=(far,)) == [need.number]
    assert found(places=(home, far)) == [need.number]
    assert found(places=()) == []


def test_old_pools_are_dropped_when_memory_is_full(home, far, a_need, found, monkeypatch):
    monkeypatch.setattr(pools, "NEEDS_AT_MOST", 3)
    for place in (home, far):
        a_need(place, content=DARK)
        a_need(place, content=DARK)
        found(places=(place,))
    assert list(SHELF._pools) == [(far.code,)]
    assert len(found()) == 2


def test_a_change_of_the_lexicon_counts_from_the_next_question(home, a_need, holder_of, now, found):
    need = a_need(home, content="希望能有个嘎达棚")
    assert need.number not in found("电动车充电设施")
    officer = holder_of(Role.DISTRICT_OFFICER, home.street.district)
    lexicon.add_concept(
        key="gada", label="嘎达棚", kind="topic", category="safety", everyday="嘎达棚",
        official="电动车充电设施", hints="", actor=officer, now=now,
    )  # fmt: skip
    assert found("电动车充电设施")[0] == need.number
