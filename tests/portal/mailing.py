"""Words the tests of channels and letters share."""

from django.db import transaction

from portal.models import Letter
from portal.services import channels, letters, posting
from portal.services.telling import tell_people


def choose(user, now, mode="at_once", email="clerk@example.com"):
    """The person chose e-mail and confirmed the address."""
    one = channels.set_channels(email=email, email_mode=mode, sms_overdue=True, actor=user, now=now)
    channels.confirm_email(token=channels.token_of(one), actor=user, now=now)
    Letter.objects.all().delete()


def news(walk, user, n=1):
    for number in range(n):
        with transaction.atomic():
            tell_people(
                {user.person_id}, key=f"test:{number}", kind="urge", matter=walk.matter,
                text=f"第{number}条，电话13812345678", at=walk.now,
            )  # fmt: skip


def tick(now):
    letters.write_letters(now=now)
    return posting.post_letters(now=now)
