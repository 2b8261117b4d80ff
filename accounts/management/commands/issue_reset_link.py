"""A one-time password link from the console, e.g. when the only administrator forgot his."""

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import issue_reset_link
from core.refusals import Refused


class Command(BaseCommand):
    help = "Issue a one-time link (24 h) with which USERNAME sets a new password."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--by", help="login name of the administrator who asked for it")
        parser.add_argument("--site", default="", help="e.g. https://ms.example.gov.cn")

    def handle(self, *, username, by, site, **options):
        try:
            user = User.objects.get_by_natural_key(username)
            actor = User.objects.get_by_natural_key(by) if by else None
            _link, words = issue_reset_link(
                user=user, actor=actor, reason="console", now=timezone.now()
            )
        except User.DoesNotExist as error:
            raise CommandError("no such user") from error
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(site.rstrip("/") + reverse("accounts:reset", args=[words]))
