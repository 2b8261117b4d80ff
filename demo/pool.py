"""What waits at the need desk of the demo: overdue, unsorted, said twice, handed on."""

from datetime import timedelta

from communities.flood import client
from communities.models import OfficeKind
from communities.selectors import office_of
from communities.services.need_twins import look_for_twins
from communities.services.needs import (
    assign_need,
    file_need,
    looked_at,
    merge_need,
    publish_photo,
    recategorise_need,
    support_need,
)
from demo.pictures import lane_after_survey

OVERDUE_DAYS = 25


def care_for_the_pool(cast, *, now):
    """File them, merge one, hand one on, put one right, and have the pool looked through."""
    long_ago, lately = now - timedelta(days=OVERDUE_DAYS), now - timedelta(days=3)

    def file(category, content, at, **words):
        return file_need(
            community_id=cast.community.pk, category=category, content=content, actor=None, now=at,
            **words,
        )  # fmt: skip

    bins = file(
        "environment",
        "楼下垃圾桶天天满出来，夏天臭得没法开窗。",
        long_ago,
        urgency="urgent",
        estate_name="立新住宅区",
        place_text="3栋楼下",
    )
    file(
        "living_care",
        "小区门口台阶没有扶手，雨天老人不敢走。",
        long_ago,
        beneficiaries=("elderly",),
        estate_name="老街大院",
    )
    again = file("environment", "垃圾桶总是满的，臭味飘到二楼，没法开窗。", lately)
    # one voice is the same person's at both: counted once when they are merged
    for need, visitors in ((bins, (1, 2, 3)), (again, (3, 4))):
        for visitor in visitors:
            who = client(address=f"198.51.100.{visitor}", session_key=f"pool-{visitor}")
            support_need(need_id=need.pk, client=who, now=lately + timedelta(minutes=visitor))
    court = file("unsure", "晚上广场音响太响，孩子写不了作业。", lately)
    gym = file("unsure", "想有块地方给孩子打篮球。", lately, beneficiaries=("children", "youth"))
    clerk, today = cast.clerk, now - timedelta(hours=2)
    merge_need(
        need_id=again.pk, into_id=bins.pk, reason="同一处垃圾桶", actor=clerk, now=today
    )  # fmt: skip
    recategorise_need(need_id=gym.pk, category="culture_sports", actor=clerk, now=today)
    station = office_of(OfficeKind.WORKSTATION, community=cast.community)
    assign_need(
        need_id=court.pk, office_id=station.pk, reason="由工作站与广场管理方协调", actor=clerk, now=today
    )  # fmt: skip
    file(
        "living_care", "小区门口的台阶没有扶手，下雨天老人不敢走。", today, estate_name="老街大院",
    )  # fmt: skip
    # one photo everybody sees, one that waits for a look
    ditch, _pipe = (
        file(
            "environment", words, lately, estate_name=estate, place_text="后巷",
            photo=looked_at(lane_after_survey()),
        )
        for words, estate in (
            ("挖开的沟一直没有回填，晚上走路危险。", "老街大院"),
            ("水管挖出来以后没人管，围挡也倒了。", "东湖花园"),
        )
    )  # fmt: skip
    publish_photo(need_id=ditch.pk, looked=True, actor=clerk, now=today)
    look_for_twins(community_code=cast.community.code, now=now)
