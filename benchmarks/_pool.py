"""What benchmarks of the need pool share: a throw-away database and a table of needs."""

import csv
import io
import os
import random
import subprocess
import sys
from contextlib import contextmanager

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django
import xlsxwriter

django.setup()

from django.db import connection

from communities import need_sheets
from communities.selectors import communities_of
from tests.world import build_world

PARTS = (
    ("三栋", "老街", "菜市场旁", "小学门口", "社区公园", "东侧巷子", "停车场", "活动中心"),
    ("台阶松动", "路灯不亮", "排水沟堵塞", "扶手缺失", "健身器材损坏", "墙面渗水", "座椅不足"),
    ("老人出行不便", "孩子放学不安全", "下雨天积水", "夜里看不清路", "邻居反映多次"),
    ("希望尽快修好", "希望添置新的", "希望派人看看", "希望纳入今年的计划"),
)


@contextmanager
def database():
    """A database of its own with the small Luohu of the tests; gone afterwards."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield build_world()
    finally:
        connection.creation.destroy_test_db("unused", verbosity=0)


def rows_of_needs(count, seed=7):
    """Lines of the template, as many communities as there are, one in five with a contact."""
    dice = random.Random(seed)
    codes = [place.code for place in communities_of()]
    categories, channels = list(need_sheets.CATEGORY_WORDS), list(need_sheets.CHANNELS)
    for number in range(count):
        told = number % 5 == 0
        yield [
            codes[number % len(codes)], dice.choice(categories),
            "，".join(dice.choice(part) for part in PARTS) + f"，第{number}份问需表反映。",
            dice.choice(PARTS[0]), "老人、儿童", dice.choice(["一般", "急事", "难事"]),
            dice.choice(channels), dice.choice(["王敏", "李强", "陈芳"]),
            f"2017-05-{1 + number % 28:02}", dice.randrange(30), f"WX-{number:06}",
            "问需表原件存居委会", "陈女士" if told else "",
            f"138{number:08}" if told else "", "是" if told else "",
        ]  # fmt: skip


def csv_of(count):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(need_sheets.LABELS.values())
    writer.writerows(rows_of_needs(count))
    return out.getvalue().encode("utf-8-sig")


def xlsx_of(count):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("需求")
        sheet.write_row(0, 0, list(need_sheets.LABELS.values()))
        for at, row in enumerate(rows_of_needs(count), start=1):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def in_child(code, *words):
    """Run Python code against this database in a process of its own; what it prints."""
    name = str(connection.settings_dict["NAME"])
    boot = (
        "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        f"from tests import settings as s\ns.DATABASES['default']['NAME'] = {name!r}\n"
        "import django\ndjango.setup()\n"
    )
    command = [sys.executable, "-c", boot + code, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
