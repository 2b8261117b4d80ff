"""Two presses at once: a code, a recovery code and a link are each taken once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from core.refusals import Refused
from tests.accounts.helpers import code_of, make_user, with_authenticator

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

PRESSES = 8


def press_together(act):
    """How many of eight simultaneous presses were heard."""
    start = Barrier(PRESSES)

    def one(_n):
        try:
            start.wait()
            act()
        except Refused:
            return 0
        else:
            return 1
        finally:
            connection.close()

    with ThreadPoolExecutor(PRESSES) as pool:
        return sum(pool.map(one, range(PRESSES)))


@pytest.mark.parametrize("from_paper", [False, True])
def test_a_code_is_taken_once_even_when_sent_eight_times_at_once(from_paper):
    user = make_user(is_office_user=True)
    device, codes = with_authenticator(user)
    TOTPDevice.objects.update(last_t=-1)
    code = codes[0] if from_paper else code_of(device)
    heard = press_together(
        lambda: services.verify_second_factor(user=user, code=code, actor=user, now=timezone.now())
    )
    assert heard == 1


def test_a_link_is_taken_once_even_when_sent_eight_times_at_once():
    user = make_user()
    _link, words = services.issue_reset_link(user=user, actor=None, now=timezone.now())
    heard = press_together(
        lambda: services.set_password_by_link(
            words=words, password="Dong-Men-2018 lights", now=timezone.now()
        )
    )
    assert heard == 1
