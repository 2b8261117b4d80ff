"""A district of 50,000 needs and 3,500 projects for benchmarks of reading; both engines in turn.

Rows are written in bulk, past the services: only what reading needs is there, and the database is
thrown away. `on_both_engines` runs the calling module once per engine in a process of its own,
because Django knows its engine from the start.
"""

import csv
import os
import random
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scripts import postgres

ROOT = Path(__file__).resolve().parent.parent
CHILD = "MS_BENCHMARK_ENGINE"
NEEDS, PROPOSALS = 50_000, 3_500
TODAY = datetime(2017, 12, 1, 4, 0, tzinfo=UTC)
DAYS = 700

PLACES = (
    "三栋", "老街", "菜市场旁", "小学门口", "社区公园", "东侧巷子", "停车场", "活动中心", "天桥下",
    "河边步道", "后山台阶", "车站北口", "幼儿园旁", "老围二坊", "祠堂前", "十二栋架空层",
)  # fmt: skip
THINGS = (
    "路灯不亮", "台阶松动", "排水沟堵塞", "扶手缺失", "健身器材损坏", "墙面渗水", "座椅不足",
    "没有无障碍坡道", "垃圾桶太少", "电动车充电不安全", "树枝挡住信号灯", "围墙开裂", "井盖响",
    "没有遮雨棚", "乒乓球台坏了", "缺少急救设备AED", "想学书法", "想办邻里节", "长者没有食堂",
)  # fmt: skip
WHY = (
    "老人出行不便", "孩子放学不安全", "下雨天积水很深", "夜里看不清路", "邻居反映多次没人管",
    "轮椅上不去", "已经有人摔倒", "一到周末就拥挤", "物业说不归他们管",
)  # fmt: skip
WISH = ("希望尽快修好", "希望添置新的", "希望派人看看", "希望纳入今年的计划", "请居委会帮忙协调")


def on_both_engines(module, work):
    """Run `work()` on SQLite and on PostgreSQL (DATABASE_URL, else a cluster of our own)."""
    if os.environ.get(CHILD):
        _child(work)
        return 0
    codes = [_spawn(module, "SQLite", "")]
    try:
        source = postgres.choose(os.environ, postgres.installed_binaries, postgres.wheel_binaries)
        with postgres.running(source) as url:
            codes.append(_spawn(module, "PostgreSQL", url))
    except postgres.Unavailable as missing:
        print(f"PostgreSQL: NOT RUN. {missing}")
        codes.append(1)
    return max(codes)


def _spawn(module, engine, url):
    print(f"\n--- {engine} ---", flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {CHILD: engine, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    if url:
        environment["DATABASE_URL"] = url
    return subprocess.call([sys.executable, "-m", module], cwd=ROOT, env=environment)


def _child(work):
    import django
    from django.db import connection

    django.setup()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        begun = time.perf_counter()
        fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"filled in {time.perf_counter() - begun:.0f} s", flush=True)
        work()
    finally:
        connection.creation.destroy_test_db("unused", verbosity=0)


def sentence(dice):
    return "，".join(dice.choice(part) for part in (PLACES, THINGS, WHY, WISH))


def fill():
    """Places, needs with answers and citations, proposals in every state."""
    from accounts.models import Person
    from communities.categories import BENEFICIARIES, CATEGORIES
    from communities.models import (
        Community,
        District,
        Need,
        NeedChange,
        NeedPool,
        NeedUptake,
        Street,
    )
    from deliberation.choices import State
    from deliberation.models import Matter
    from projects.models import CitedNeed, Proposal

    dice = random.Random(7)
    district = District.objects.create(code="440303", name="罗湖区")
    streets, communities = {}, []
    with (ROOT / "demo/data/luohu_communities.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            street = streets.get(row["street_code"]) or Street.objects.create(
                district=district, code=row["street_code"], name=row["street"],
                abbr=row["street_abbr"],
            )  # fmt: skip
            streets[street.code] = street
            communities.append(
                Community(street=street, code=row["code"], name=row["community"], abbr=row["abbr"])
            )
    Community.objects.bulk_create(communities)
    communities = list(Community.objects.select_related("street").order_by("pk"))
    NeedPool.objects.bulk_create([NeedPool(community=c, created_at=TODAY) for c in communities])
    pools = list(NeedPool.objects.order_by("community_id"))
    keys, groups = list(CATEGORIES), list(BENEFICIARIES)
    needs = []
    for n in range(NEEDS):
        place = n % len(communities)
        where = communities[place]
        filed = TODAY - timedelta(days=dice.random() * DAYS)
        answered = filed + timedelta(days=dice.random() * 30) if n % 3 else None
        needs.append(
            Need(
                pool=pools[place], query_code=f"Q{n:011d}", channel="online", urgency="normal",
                number=f"XQ-{where.street.abbr}-{where.abbr}-{filed.year}-{n:05d}",
                category=dice.choice(keys), content=f"{sentence(dice)}，{sentence(dice)}。",
                place_text=dice.choice(PLACES),
                beneficiaries=",".join(dice.sample(groups, n % 4)),
                status="taken_up" if n % 7 == 0 else "solved" if n % 11 == 0 else "open",
                answer="已安排人员到现场查看。" if answered else "", answered_at=answered,
                supporter_count=dice.randrange(40), created_at=filed, updated_at=filed,
            )
        )  # fmt: skip
    Need.objects.bulk_create(needs, batch_size=2_000)
    needs = list(Need.objects.order_by("number").only("pk", "answered_at", "status"))
    NeedChange.objects.bulk_create(
        [
            NeedChange(need=need, at=need.answered_at, kind="answered")
            for need in needs
            if need.answered_at
        ],
        batch_size=5_000,
    )
    person = Person.objects.create(name="经办人")
    proposals = []
    for n in range(PROPOSALS):
        where = communities[n % len(communities)]
        proposals.append(
            Proposal(
                number=f"{where.street.abbr}-{where.abbr}-{2015 + n % 3}-{n:03d}",
                title=f"{dice.choice(PLACES)}{dice.choice(THINGS)}改善项目", applicant=person,
                type=("works", "service")[n % 2], community=where, year=2015 + n % 3,
                amount_fen=5_000_000, summary="。".join(sentence(dice) for _ in range(5)),
                site=dice.choice(PLACES), applicant_kind="resident", created_at=TODAY,
                is_imported=True, import_key=f"bench-{n}",
            )
        )  # fmt: skip
    Proposal.objects.bulk_create(proposals, batch_size=1_000)
    proposals = list(Proposal.objects.order_by("pk"))
    Matter.objects.bulk_create(
        [
            Matter(
                proposal=proposal, is_imported=True, entered_at=TODAY - timedelta(days=n % DAYS),
                state=State.ESTABLISHED if n % 2 else State.DECLARED,
            )
            for n, proposal in enumerate(proposals)
        ],
        batch_size=1_000,
    )  # fmt: skip
    taken = [need for need in needs if need.status == "taken_up"]
    pairs = [(need, proposals[n % PROPOSALS]) for n, need in enumerate(taken)]
    NeedUptake.objects.bulk_create(
        [NeedUptake(need=need, by_no=one.number, at=TODAY) for need, one in pairs], batch_size=2_000
    )
    CitedNeed.objects.bulk_create(
        [CitedNeed(need=need, proposal=one) for need, one in pairs], batch_size=2_000
    )


def beside(base, work, rounds=7):
    """(ms of the work, ms of the base measured in turn with it): a busy machine is busy for both."""
    base(), work()
    ours, theirs = [], []
    for _round in range(rounds):
        for job, spent in ((base, theirs), (work, ours)):
            begun = time.perf_counter()
            job()
            spent.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(ours), statistics.median(theirs)
