"""Questions about accounts."""

from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import UserSession


def has_authenticator(user):
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def authenticator_to_confirm(user):
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def recovery_codes_left(user):
    return StaticToken.objects.filter(device__user=user, device__confirmed=True).count()


def sessions_of(user):
    return UserSession.objects.filter(user=user)


def tokens_of(user):
    return user.auth_token_set.order_by("-created", "digest")
