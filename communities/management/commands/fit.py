"""`manage.py fit --text "老旧小区照明改造" --community 440303001001 --limit 10 --json`."""

import json
import unicodedata

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from communities.categories import CATEGORIES
from communities.fit import backends
from communities.fit.ranking import rank_needs
from communities.models import Community, Urgency


class Command(BaseCommand):
    help = "Rank the needs of communities for a text; only open and taken-up needs are ranked."

    def add_arguments(self, parser):
        parser.add_argument("--text", required=True, help="e.g. title and summary of a proposal")
        parser.add_argument(
            "--community", action="append", default=[], metavar="CODE", help="may be repeated"
        )
        parser.add_argument("--street", action="append", default=[], metavar="CODE")
        parser.add_argument("--category", default="", choices=["", *CATEGORIES])
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, text, community, street, category, limit, as_json, **options):
        if not text.strip():
            raise CommandError("--text is empty: write the title of a proposal or what is needed")
        if limit < 1:
            raise CommandError("--limit must be 1 or more")
        places = self._places(community, street)
        matches = rank_needs(text, places, limit=limit, now=timezone.now(), category=category)
        if as_json:
            self.stdout.write(
                json.dumps(self._data(text, places, matches), ensure_ascii=False, indent=1)
            )
        else:
            self._table(places, matches)

    def _places(self, codes, streets):
        found = {row.code: row for row in Community.objects.filter(code__in=codes)}
        unknown = sorted(set(codes) - set(found))
        if unknown:
            raise CommandError(f"no community with code {', '.join(unknown)}")
        for code in streets:
            rows = list(Community.objects.filter(street__code=code))
            if not rows:
                raise CommandError(f"no street with code {code}")
            found |= {row.code: row for row in rows}
        if not found:
            raise CommandError("name a place: --community CODE or --street CODE")
        return [found[code] for code in sorted(found)]

    def _data(self, text, places, matches):
        return {
            "text": text,
            "communities": [place.code for place in places],
            "backend": backends.state(),
            "needs": [
                {
                    "rank": match.rank,
                    "number": match.need.number,
                    "score": match.score,
                    "content": match.need.content,
                    "place": match.need.place,
                    "community": match.need.community,
                    "category": match.need.category,
                    "status": match.need.status,
                    "supporters": match.need.supporters,
                    "questionnaires": match.need.questionnaires,
                    "urgency": match.need.urgency,
                    "age_days": match.age_days,
                    "because": match.because,
                    "shared_words": list(match.shared_words),
                    "concepts": [
                        {
                            "concept": concept.label,
                            "need_words": list(concept.need_words),
                            "text_words": list(concept.text_words),
                        }
                        for concept in match.concepts
                    ],
                }
                for match in matches
            ],
        }

    def _table(self, places, matches):
        names = "、".join(place.name for place in places[:3])
        more = f"等{len(places)}个社区" if len(places) > 3 else ""
        self.stdout.write(f"{names}{more}的需求库，依据：{backends.state()}")
        if not matches:
            self.stdout.write("没有相近的需求。")
        for match in matches:
            need = match.need
            self.stdout.write(
                f"{match.rank:>3}  {match.score:.3f}  {padded(need.number, 26)}  "
                f"{padded(f'{need.supporters}人附议', 10)}"
                f"{padded(str(Urgency(need.urgency).label), 6)}{match.age_days}天  {need.content}"
            )
            self.stdout.write(f"{'':>12}{match.because}")


def padded(text, columns):
    """Chinese letters take two columns of a terminal."""
    wide = sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)
    return text + " " * max(1, columns - wide)
