"""Finding users, and the one creation Django itself must be able to do."""

from django.contrib.auth.base_user import BaseUserManager
from django.db import transaction
from django.utils import timezone

from accounts.names import normalise_username
from accounts.trail import write_event


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.select_related("person").get(username=normalise_username(username))

    @transaction.atomic
    def create_superuser(self, username, password=None, *, person=None, **extra):
        """Called by `manage.py createsuperuser`; the person takes the login name for a start."""
        now = timezone.now()
        people = self.model._meta.get_field("person").related_model.objects
        user = self.model(
            username=normalise_username(username),
            person=person or people.create(name=username, created_at=now),
            is_staff=True,
            is_superuser=True,
            is_office_user=True,
            created_at=now,
            password_changed_at=now,
        )
        user.set_password(password)
        user.save(using=self._db)
        write_event("user.created", target=user, actor=None, at=now, data={"superuser": True})
        return user
