"""Forget the authenticator and the recovery codes of an account, from the console."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.services import reset_second_factor
from core.refusals import Refused


class Command(BaseCommand):
    help = "Reset the second factor of USERNAME; say in --reason how the person was identified."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--by", help="login name of the administrator who asked for it")

    def handle(self, *, username, reason, by, **options):
        try:
            user = User.objects.get_by_natural_key(username)
            actor = User.objects.get_by_natural_key(by) if by else None
            reset_second_factor(user=user, reason=reason, actor=actor, now=timezone.now())
        except User.DoesNotExist as error:
            raise CommandError("no such user") from error
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{user.username}: second factor reset, sessions and tokens ended")
