import json

from django.core.management.base import BaseCommand
from django.utils import timezone

from core import invariants


class Command(BaseCommand):
    help = (
        "Print the head of every chain as JSON. Keep the output where the administrators of this "
        "database cannot change it; `verify --heads FILE` compares."
    )

    def handle(self, *args, **options):
        heads = {"at": timezone.now().isoformat(), "heads": invariants.current_heads()}
        self.stdout.write(json.dumps(heads, ensure_ascii=False, indent=1))
