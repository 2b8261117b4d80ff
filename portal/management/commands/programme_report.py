"""`manage.py programme_report --as-of 2017-11-30 --json --by street`."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.reports import COUNTERS, programme

WORDS = {"passed": "审议通过", "entered": "进入程序", "established": "立项"}


class Command(BaseCommand):
    help = "Print the programme report as of a day, computed from the rows. Amounts in 万元."

    def add_arguments(self, parser):
        parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="end of this day; default today")
        parser.add_argument("--by", choices=["street", "community"], default="")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args, as_of=None, by="", as_json=False, **options):
        try:
            day = date.fromisoformat(as_of) if as_of else timezone.localdate()
        except ValueError as error:
            raise CommandError(f"--as-of {as_of!r}: write a date as 2017-11-30") from error
        report = programme(day, by=by)
        if as_json:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
        else:
            self.tell(report)

    def tell(self, report):
        self.stdout.write(f"截至 {report.as_of}，金额单位万元")
        for block in (report.whole, *report.parts):
            self.stdout.write(f"\n{block.name or '全区'}")
            for counter in COUNTERS:
                for year, tally in block.counter_as_dict(counter).items():
                    words = "合计" if year == "total" else year
                    figures = f"{tally['projects']:>6} 个 {tally['amount']:>10}"
                    self.stdout.write(f"  {WORDS[counter]} {words:<5} {figures}")
            if block.old_share:
                self.stdout.write(f"  工程类资金投向老旧住宅区 {block.old_share}%")
            self.stdout.write(
                f"  议事会会议 {block.meetings_since} 场，启动前 {block.meetings_before} 场"
            )
