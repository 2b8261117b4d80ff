import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core import invariants, verify


class Command(BaseCommand):
    help = "Check the invariants (chains, files, outbox, money, …); exit 1 on findings."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print findings as JSON")
        parser.add_argument("--heads", metavar="FILE", help="compare with heads published before")
        parser.add_argument("--only", action="append", default=[], metavar="CODE")
        for word in verify.RECOUNTS:
            parser.add_argument(f"--{word}", metavar="N", help=f"compute this {word} again")

    def handle(self, *args, json=False, heads=None, only=(), **options):
        asked = [word for word in verify.RECOUNTS if options.get(word)]
        if asked:
            self._recount({word: options[word] for word in asked}, as_json=json)
            return
        report = verify.run(timezone.now(), only=only)
        if heads:
            remembered = self._read(heads)
            report.findings.extend(invariants.compare_heads(remembered))
            report.checked["I11 remembered heads"] = {"code": "I11", "rows": len(remembered)}
        self._print(report, as_json=json)
        if report.findings:
            sys.exit(1)

    def _recount(self, keys, *, as_json):
        lines = []
        for word, key in keys.items():
            try:
                lines += list(verify.RECOUNTS[word](key, timezone.now()))
            except (LookupError, ValueError) as error:
                raise CommandError(f"--{word} {key}: {error}") from error
        if as_json:
            told = [{"text": line, "agrees": agrees} for line, agrees in lines]
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(line for line, _agrees in lines))
        if not all(agrees for _line, agrees in lines):
            sys.exit(1)

    def _read(self, path):
        try:
            return json.loads(Path(path).read_text(encoding="utf-8"))["heads"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{path} holds no published heads: {error}") from error

    def _print(self, report, *, as_json):
        if as_json:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
            return
        for finding in report.findings:
            self.stdout.write(str(finding))
        rows = sum(entry.get("rows", 0) for entry in report.checked.values())
        self.stdout.write(
            f"{len(report.checked)} invariants, {rows} rows, {len(report.findings)} findings"
        )
