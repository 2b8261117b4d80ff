"""Checks at the start: settings that name what does not exist stop it."""

from django.conf import settings
from django.core.checks import Error, register

from portal import sms
from portal.rules import TURN_LIMITS


@register()
def turn_limits_are_known(app_configs, **kwargs):
    given = settings.TURN_LIMITS
    wrong = sorted(act for act, days in given.items() if act not in TURN_LIMITS or days < 1)
    if not wrong:
        return []
    return [
        Error(
            f"MINSHENG_TURN_LIMITS: {', '.join(wrong)}",
            hint=f"Whole working days from 1 on, for: {', '.join(TURN_LIMITS)}.",
            id="portal.E001",
        )
    ]


@register()
def sms_adapter_can_be_loaded(app_configs, **kwargs):
    try:
        sms.adapter()
    except (ImportError, AttributeError, TypeError) as error:
        return [Error(f"MINSHENG_SMS: {type(error).__name__}: {error}", id="portal.E002")]
    return []
