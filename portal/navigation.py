"""The main navigation: one table of words and addresses, shown in this order."""

from dataclasses import dataclass

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _

MAIN = (
    (_("首页"), "/"),
    (_("提需求"), "/needs/new/"),
    (_("需求"), "/needs/"),
    (_("项目"), "/proposals/"),
    (_("公示"), "/notices/"),
    (_("会议"), "/meetings/"),
    (_("规则"), "/rules/"),
)


@dataclass(frozen=True)
class NavItem:
    label: str
    href: str
    current: str = ""  # value of aria-current: "page", "true" (inside that part) or nothing
    is_own: bool = False  # the visitor's own door: desk or sign-in


@dataclass(frozen=True)
class SiteNav:
    items: tuple[NavItem, ...]
    search_url: str
    care_url: str
    gallery_url: str
    check_url: str
    sign_out_url: str
    account_url: str
    is_demo: bool


def exists(path: str) -> bool:
    """Whether an address answers: a part that is not installed leaves no dead link."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def address(name: str, *args) -> str:
    """The address of a view, or "" when that part is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def main_items(path: str, *, signed_in: bool) -> tuple[NavItem, ...]:
    entries = [(label, href) for label, href in MAIN if exists(href)]
    desk, sign_in = "/desk/", resolve_url(settings.LOGIN_URL)
    public = len(entries)
    if signed_in and exists(desk):
        entries.append((_("我的工作台"), desk))
    elif not signed_in and exists(sign_in):
        entries.append((_("登录"), sign_in))
    inside = [href for _label, href in entries if href != "/" and path.startswith(href)]
    nearest = max(inside, key=len, default="/" if path == "/" else "")
    return tuple(
        NavItem(
            label,
            href,
            current=("page" if path == href else "true") if href == nearest else "",
            is_own=place >= public,
        )
        for place, (label, href) in enumerate(entries)
    )
