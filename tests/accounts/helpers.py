"""Accounts for tests: opened, signed in and verified by walking the services."""

import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.models import User
from accounts.sessions import FACTOR_DUE

PASSWORD = "Shui-Bei-2017 lamps"


def make_user(username="lin.mei", *, name="林梅", password=PASSWORD, **marks):
    now = timezone.now()
    person = services.create_person(name=name, actor=None, now=now)
    return services.create_user(
        username=username, password=password, person=person, actor=None, now=now, **marks
    )


def code_of(device, *, steps=0):
    """What the phone shows now; `steps=1` is the number after it."""
    device.refresh_from_db()
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + steps * device.step
    return f"{totp.token():06d}"


def with_authenticator(user):
    """The user sets up the second factor; returns (device, recovery codes)."""
    now = timezone.now()
    device = services.start_set_up(user=user, verified=True, actor=user, now=now)
    return services.confirm_set_up(
        user=user, code=code_of(device), verified=True, actor=user, now=now
    )


def log_in(client, username="lin.mei", password=PASSWORD, **extra):
    """Through the page, as people do."""
    form = {"username": username, "password": password}
    return client.post("/account/sign-in/", form | extra.pop("data", {}), **extra)


def force_in(client, user):
    """For tests of other apps: signed in, second factor passed, without the pages."""
    client.force_login(user)
    session = client.session
    if user.needs_second_factor:
        device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
        device = device or with_authenticator(user)[0]
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session[FACTOR_DUE] = False
    session.save()
    return client


def signed_in_as(client):
    """The user of this client's session, or None."""
    if settings.SESSION_COOKIE_NAME not in client.cookies:
        return None
    key = client.session.get(SESSION_KEY)
    return User.objects.get(pk=key) if key else None
