"""`manage.py load_lexicon --by ADMIN`: the shipped concepts become rows staff can edit."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from communities.services.lexicon import load_lexicon
from core.refusals import Refused


class Command(BaseCommand):
    help = "Add the shipped concepts that are not in the lexicon yet; edited ones stay."

    def add_arguments(self, parser):
        parser.add_argument("--by", required=True, help="login name of an administrator")

    def handle(self, *, by, **options):
        try:
            actor = User.objects.get_by_natural_key(by)
            added = load_lexicon(actor=actor, now=timezone.now())
        except User.DoesNotExist as error:
            raise CommandError("no such user") from error
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{added} concepts added")
