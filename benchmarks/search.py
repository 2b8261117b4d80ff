"""The search over 50,000 needs and 3,500 projects, beside one plain LIKE of one word, same run."""

import sys
from datetime import date

from benchmarks._district import beside, on_both_engines

TODAY = date(2017, 12, 1)
QUERIES = (
    ("one word, 10 % of all", "路灯"),
    ("latin letters, in any width", "AED"),
    ("one word, nothing", "游泳馆"),
    ("two words", "路灯 轮椅"),
    ("phrase and without", "“台阶松动” -菜市场"),
    ("word in a street", "街道:翠竹 路灯"),
    ("word, state, year", "状态:开放 年:2017 扶手"),
    ("part of a number", "#00123"),
    ("word with a digit", "12栋"),
    ("sentence, by pieces", "我们家门口的路灯坏了很久怎么没人修"),
)


def work():
    from django.contrib.auth.models import AnonymousUser
    from django.db import connection
    from django.test import Client

    from portal import search

    def plain(word):
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM comm_need WHERE content LIKE %s", [f"%{word}%"])
            return cursor.fetchone()[0]

    nobody, client = AnonymousUser(), Client()

    def ask(words):
        found = search.find(words, user=nobody, on=TODAY)
        kind = found.best_kind()
        return found, search.rows(kind, found.keys(kind)[: search.PAGE_SIZE], found.marks)

    def base():
        return plain("路灯")

    print(f"plain LIKE '%路灯%' over the needs: {base()} rows")
    print("| search | needs | projects | ms | × plain |\n|---|---|---|---|---|")
    for label, words in QUERIES:
        found, _rows = ask(words)
        spent, like = beside(base, lambda words=words: ask(words))
        counts = " | ".join(found.count_label(kind) for kind in search.KINDS)
        print(f"| {label}: `{words}` | {counts} | {spent:.0f} | {spent / like:.1f} |", flush=True)
    page, like = beside(base, lambda: client.get("/find/", {"q": "路灯"}))
    print(f"| whole page of the first | | | {page:.0f} | {page / like:.1f} |")
    print(f"the plain LIKE took {like:.1f} ms beside the last line")


if __name__ == "__main__":
    sys.exit(on_both_engines("benchmarks.search", work))
