"""Questions the public pages ask. Read only, few queries, no cache."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Need, Street
from communities.rules import read_number
from portal.navigation import address


@dataclass(frozen=True)
class Figure:
    label: str
    value: int
    unit: str
    href: str = ""


@dataclass(frozen=True)
class Step:
    label: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line of a short list on the front page."""

    title: str
    href: str
    at: datetime


@dataclass(frozen=True)
class Found:
    """One row of the search."""

    kind: str
    number: str
    title: str
    place: str
    status: str
    href: str


def six_steps() -> tuple[Step, ...]:
    return (
        Step(_("动态问需"), _("居民随时提，居委会全年收集，进入社区需求库。")),
        Step(_("项目申报"), _("居民、社会组织或单位提出项目，写明对应的需求和预算。")),
        Step(_("“两委”审核"), _("社区党委与居委会联席审核；工程类另由街道业务部门把关。")),
        Step(_("居民议事会审议"), _("公开开会，议事员表决；有利害关系的回避。")),
        Step(_("决议公示"), _("决议张贴公示，任何居民都可以提出异议。")),
        Step(_("街道审定立项"), _("街道审定，锁定资金，项目立项实施。")),
    )


def programme_figures() -> list[Figure]:
    return [
        Figure(_("社区需求库"), Community.objects.count(), _("个社区")),
        Figure(_("居民需求"), Need.objects.public().count(), _("条"), address("communities:needs")),
    ]


def streets_with_communities():
    communities = Community.objects.order_by("code")
    return Street.objects.order_by("code").prefetch_related(
        Prefetch("communities", queryset=communities)
    )


def community_by_code(code: str) -> Community | None:
    if not code:
        return None
    return Community.objects.select_related("street__district").filter(code=code).first()


def place_name(community: Community) -> str:
    return f"{community.street.name}{community.name}"


def need_href(number: str) -> str:
    return address("communities:need", number)


def latest_needs(community: Community | None, limit: int = 5) -> list[Line]:
    needs = Need.objects.public()
    if community is not None:
        needs = needs.filter(pool__community=community)
    return [
        Line(need.content, need_href(need.number), need.created_at)
        for need in needs.order_by("-created_at", "-pk")[:limit]
    ]


def latest_notices(community: Community | None, *, now, limit: int = 5) -> list[Line]:
    return []


def latest_proposals(community: Community | None, limit: int = 5) -> list[Line]:
    return []


def address_of_number(number: str) -> str:
    """Where a printed number leads, however it was typed; "" when nothing public has it."""
    need = Need.objects.public().filter(number=read_number(number)).first()
    return need_href(need.number) if need else ""


def search(words: str, limit: int = 30) -> list[Found]:
    needs = (
        Need.objects.public()
        .with_places()
        .filter(Q(number__icontains=words) | Q(content__icontains=words))
        .order_by("-created_at", "-pk")[:limit]
    )
    return [
        Found(
            kind=_("需求"),
            number=need.number,
            title=need.content,
            place=place_name(need.community),
            status=need.get_status_display(),
            href=need_href(need.number),
        )
        for need in needs
    ]
