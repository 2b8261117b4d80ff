"""The demo's rounds of questionnaires: one with its summary, one of which forms still come in."""

from communities.services import rounds

SUMMARY = (
    ("长者探访和集体活动", "care", 58),
    ("加装楼道扶手", "safety", 41),
    ("后巷排水", "environment", 33),
    ("老楼消防器材", "safety_goods", 27),
    ("邻里一起做饭聊天", "development", 15),
)


def hand_out_paper(cast, *, title, now):
    """A round by paper forms begins."""
    return rounds.open_round(
        community_id=cast.community.pk, title=title, method="paper", opened_on=now.date(),
        handed_out_where="社区工作站、各小区管理处", handed_out_by="工作站、物业管理处",
        handed_out=120, actor=cast.clerk, now=now,
    )  # fmt: skip


def sum_up(one, cast, *, now):
    """Its summary is entered and its figures are fixed."""
    lines = [dict(zip(("label", "category", "count"), line, strict=True)) for line in SUMMARY]
    rounds.enter_tally(
        round_id=one.pk, handed_out=120, returned=97, valid=92, tallies=lines, actor=cast.clerk,
        now=now,
    )  # fmt: skip
    return rounds.close_round(round_id=one.pk, closed_on=now.date(), actor=cast.clerk, now=now)


def visit_homes(cast, *, title, now):
    """A round by visits begins."""
    return rounds.open_round(
        community_id=cast.community.pk, title=title, method="visits", opened_on=now.date(),
        handed_out_where="网格员入户", handed_out=60, actor=cast.station, now=now,
    )  # fmt: skip


def first_forms(one, cast, *, now):
    """Few forms are back yet, and its page says so."""
    lines = [
        {"label": "夜间照明", "category": "safety", "count": 14},
        {"label": "儿童活动场地", "category": "development", "count": 9},
    ]
    rounds.enter_tally(
        round_id=one.pk, handed_out=60, returned=24, valid=22, tallies=lines, actor=cast.station,
        now=now,
    )  # fmt: skip


def line_of(one, label):
    """The key of a line of the summary, for a proposal to cite."""
    return one.tallies.get(label=label).pk
