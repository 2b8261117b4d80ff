"""What the tests of rounds share: rounds walked by the services."""

import pytest
from django.db import transaction
from django.utils import timezone

from communities.services import needs
from communities.services import rounds as services
from tests.reliability.digest import changed_tables, table_digests

TALLIES = (
    {"label": "加装楼道扶手", "category": "safety", "count": 42},
    {"label": "长者活动", "category": "care", "count": 18},
)
FIGURES = {"handed_out": 100, "returned": 70, "valid": 62, "tallies": TALLIES}


def opened(community, actor, now, **words):
    """A round of which forms are being handed out."""
    fields = {
        "title": "六月入户问需", "method": "paper", "opened_on": timezone.localdate(now),
        "handed_out_where": "社区工作站、东门大厦管理处", "handed_out_by": "工作站 王敏",
        "handed_out": 100,
    }  # fmt: skip
    return services.open_round(community_id=community.pk, **(fields | words), actor=actor, now=now)


def tallied(community, actor, now, **words):
    figures = {key: words.pop(key) for key in FIGURES if key in words and key != "handed_out"}
    one = opened(community, actor, now, **words)
    return services.enter_tally(round_id=one.pk, **(FIGURES | figures), actor=actor, now=now)


def closed(community, actor, now, **words):
    """A round whose figures are fixed."""
    one = tallied(community, actor, now, **words)
    return services.close_round(
        round_id=one.pk, closed_on=timezone.localdate(now), actor=actor, now=now
    )


def cancelled(community, actor, now, **words):
    one = opened(community, actor, now, **words)
    return services.cancel_round(round_id=one.pk, reason="改在七月办理", actor=actor, now=now)


STATES = {"open": tallied, "closed": closed, "cancelled": cancelled}


def attempt(act, one, actor, now):
    """The act with words that would do if person and moment were right."""
    if act == "tally":
        return services.enter_tally(round_id=one.pk, **FIGURES, actor=actor, now=now)
    if act == "close":
        on = timezone.localdate(now)
        return services.close_round(round_id=one.pk, closed_on=on, actor=actor, now=now)
    if act == "correct":
        return services.correct_round(
            round_id=one.pk,
            reason="复核时发现漏数一份",
            **(FIGURES | {"valid": 63}),
            actor=actor,
            now=now,
        )
    return services.cancel_round(round_id=one.pk, reason="表格印错", actor=actor, now=now)


def keyed_in(community, actor, now, **words):
    return needs.file_need(
        community_id=community.pk, category="safety", content="楼道没有扶手，老人上下不便",
        channel="questionnaire", on_behalf=True, scan_missing_reason="原件存居委会",
        actor=actor, now=now, **words,
    )  # fmt: skip


def refused(kind, code, act):
    """The act is refused with this reason and leaves nothing."""
    before = table_digests()
    with pytest.raises(kind) as refusal, transaction.atomic():
        act()
    assert code in refusal.value.codes
    assert changed_tables(before, table_digests()) == []
    return refusal.value
