"""Amounts, days and masked personal data in templates."""

from datetime import date, datetime

from django import template

from core import masking, money
from core.calendar import SHANGHAI

register = template.Library()
_WEEKDAYS = "一二三四五六日"


@register.filter
def yuan(fen):
    """50000000 -> 500,000.00; nothing for no amount."""
    return "" if fen in (None, "") else money.format_yuan_grouped(fen)


@register.filter
def wan(fen):
    """50000000 -> 50"""
    return "" if fen in (None, "") else money.format_wan(fen)


@register.filter
def capitals(fen):
    """50000000 -> 伍拾万元整"""
    return "" if fen in (None, "") else money.in_capitals(fen)


@register.filter
def local_day(value):
    """2017年6月1日, in the time of the place."""
    day = _local(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@register.filter
def local_weekday(value):
    """2017年6月1日（星期四）"""
    day = _local(value)
    return f"{local_day(value)}（星期{_WEEKDAYS[day.weekday()]}）" if day else ""


@register.filter
def local_time(value):
    """2017年6月1日 10:00"""
    moment = _local(value)
    if not isinstance(moment, datetime):
        return local_day(value)
    return f"{local_day(value)} {moment:%H:%M}"


@register.filter
def iso_time(value):
    """For the datetime attribute of <time>."""
    moment = _local(value)
    return moment.isoformat() if moment else ""


def _local(value):
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI) if value.tzinfo else value
    return value if isinstance(value, date) else None


@register.filter
def mask_phone(phone):
    return masking.mask_phone(phone)


@register.filter
def mask_name(name):
    return masking.mask_name(name)


@register.filter
def mask_text(text):
    return masking.mask_free_text(text)
