"""Coverage of 50,000 needs: the figures of the page, the download, a list; beside one plain COUNT."""

import sys
from datetime import date

from benchmarks._district import beside, on_both_engines

TODAY = date(2017, 12, 1)


def work():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from portal import coverage

    places = coverage.Places()
    street = places.communities[0].street.code

    def plain():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pool_id, category, COUNT(*) FROM comm_need GROUP BY pool_id, category"
            )
            return cursor.fetchall()

    def listed():
        rows = coverage.register(places.named(""), stage="unmet")
        return rows.count(), list(rows.with_places().order_by("created_at", "pk")[:20])

    jobs = {
        "district": lambda: coverage.coverage(places.named(""), places, TODAY),
        "one street": lambda: coverage.coverage(places.named(street), places, TODAY),
        "one community": lambda: coverage.coverage(
            places.named(places.communities[0].code), places, TODAY
        ),
        "download, 112 × 10 lines": lambda: coverage.table(places.named(""), places, TODAY),
        "list of all unmet needs, first page": listed,
    }
    print("| figures of | queries | ms | × plain |\n|---|---|---|---|")
    for label, job in jobs.items():
        with CaptureQueriesContext(connection) as asked:
            job()
        spent, count = beside(plain, job, rounds=5)
        print(f"| {label} | {len(asked)} | {spent:.0f} | {spent / count:.1f} |", flush=True)
    print(f"the plain COUNT grouped by pool and category took {count:.1f} ms beside the last line")


if __name__ == "__main__":
    sys.exit(on_both_engines("benchmarks.coverage", work))
