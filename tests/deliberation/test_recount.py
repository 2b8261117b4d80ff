"""`verify --meeting N` and I7 count once more, and name what was changed behind the services."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.append_only import install_guards, remove_guards
from core.verify import run
from deliberation.choices import State
from deliberation.models import AgendaItem, Ballot, BallotBox, MemberVote, PaperCount, VotingRight
from tests.deliberation.council import (
    announce,
    defer,
    items_of,
    named,
    open_meeting,
    vote,
)
from tests.deliberation.secret import cast_all, close_ballot, count, open_ballot, paper


@pytest.fixture
def meeting(walk):
    """Three items: a secret ballot with paper, a named vote, one put off."""
    walks = [walk(title=title).to(State.REVIEWED) for title in ("甲", "乙", "丙")]
    meeting = announce(walks[0], items=items_of(*walks))
    for one in walks:
        one.days(4)
    open_meeting(walks[0], meeting)
    box = open_ballot(walks[0], meeting)
    cast_all(walks[0], box, "yyyyyyn")
    paper(walks[0], box, walks[0].cast.members[7:11])
    for person in (walks[0].cast.clerk, walks[0].cast.signer):
        count(walks[0], box, person, 2, 1, 0, 1)
    close_ballot(walks[0], box)
    vote(walks[1], meeting, method="named", votes=named(meeting, "y" * 9 + "na"))
    defer(walks[2], meeting)
    return meeting


def told(capsys, meeting):
    """(exit code, lines) of the command."""
    try:
        call_command("verify", meeting=str(meeting.pk))
        code = 0
    except SystemExit as stop:
        code = stop.code
    return code, capsys.readouterr().out.splitlines()


def findings(now):
    return [found.text for found in run(now, only={"I7"}).findings]


def test_an_honest_meeting_agrees_item_by_item(meeting, now, capsys):
    code, lines = told(capsys, meeting)
    assert (code, len(lines)) == (0, 3)
    assert lines[0] == "议题1 赞成8 反对2 弃权1 通过（选票和纸质票清点）：一致"
    assert "逐人记录" in lines[1] and "未表决" in lines[2]
    assert findings(now) == []


def unguarded(table, change):
    remove_guards(connection, table)
    change()
    install_guards(connection, table)


def sql(table, words):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {words}")


@pytest.mark.parametrize(
    "table, words, fault",
    [
        ("delib_ballot", "choice = 'no'", "选票与票数不符"),
        ("delib_paper_count", "yes = 3, no = 0", "选票与票数不符"),
        ("delib_paper_count", "yes = place", "纸质票没有两人一致的清点"),
        ("delib_paper_count", "missing = 9", "纸质票清点与发出张数不符"),
        ("delib_voting_right", "used = 'phone'", "手机选票7张，已投票11人"),
        ("delib_ballot_box", "digest = 'x'", "选票与截止时的摘要不符"),
        ("delib_vote", "choice = 'no'", "逐人记录与票数不符"),
        ("delib_agenda_item", "yes = 7, abstain = 2 WHERE method = 'secret'", "选票与票数不符"),
        ("delib_meeting", "member_count = 30", "到会不足法定人数而表决"),
    ],
)
def test_what_was_changed_behind_the_services_is_named(meeting, now, capsys, table, words, fault):
    unguarded(table, lambda: sql(table, words))
    code, lines = told(capsys, meeting)
    assert code == 1 and any(fault in line for line in lines)
    assert fault in findings(now)


def test_a_meeting_nobody_knows_is_said_so(meeting):
    for key in ("999999", "abc"):
        with pytest.raises(CommandError):
            call_command("verify", meeting=key)


def test_the_recount_does_not_grow_with_the_members(meeting, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        call_command("verify", meeting=str(meeting.pk))
    rows = (AgendaItem, Ballot, BallotBox, MemberVote, PaperCount, VotingRight)
    assert all(model.objects.exists() for model in rows)
