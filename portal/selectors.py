"""Questions the public pages ask. Read only, few queries, no cache."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, Sum
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Need, Street
from communities.rules import read_number
from core.money import format_wan
from deliberation.choices import MeetingState, NoticeState, State, Step
from deliberation.models import Matter, Meeting, Notice
from deliberation.selectors import notices_public, step_labels
from portal.models import Notification
from portal.navigation import address
from projects.selectors import rule_set_in_force


@dataclass(frozen=True)
class Figure:
    label: str
    value: object
    unit: str
    href: str = ""


@dataclass(frozen=True)
class StepWords:
    label: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line of a short list on the front page."""

    title: str
    href: str
    at: datetime
    mark: str = ""


# What happens in each step, in the words of a resident; the labels come from the rule set.
STEP_TEXTS = {
    Step.SOLICITED: _("居民随时提，居委会全年收集，进入社区需求库。"),
    Step.DECLARED: _("居民、社会组织或单位提出项目，写明对应的需求和预算。"),
    Step.REVIEWED: _("社区党委与居委会联席审核；工程类另由街道业务部门把关。"),
    Step.RESOLVED: _("公开开会，议事员表决；有利害关系的回避。"),
    Step.PUBLICISED: _("决议张贴公示，任何居民都可以提出异议。"),
    Step.ESTABLISHED: _("街道审定，锁定资金，项目立项实施。"),
}


def six_steps(today) -> list[StepWords]:
    labels = step_labels(rule_set_in_force(today))
    return [StepWords(labels[step], STEP_TEXTS[step]) for step in Step]


def programme_figures() -> list[Figure]:
    established = Q(state=State.ESTABLISHED)
    matters = Matter.objects.public().aggregate(
        entered=Count("pk"),
        established=Count("pk", filter=established),
        amount_fen=Sum("proposal__amount_fen", filter=established),
    )
    meetings = Meeting.objects.filter(state=MeetingState.CLOSED).count()
    needs, proposals = address("communities:needs"), address("deliberation:proposals")
    return [
        Figure(_("社区需求库"), Community.objects.count(), _("个社区")),
        Figure(_("居民需求"), Need.objects.public().count(), _("条"), needs),
        Figure(_("进入审议程序"), matters["entered"], _("个项目"), proposals),
        Figure(_("已立项"), matters["established"], _("个项目"), proposals),
        Figure(_("立项金额"), format_wan(matters["amount_fen"] or 0), _("万元")),
        Figure(_("议事会"), meetings, _("次"), address("deliberation:meetings")),
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


def latest_notices(community: Community | None, limit: int = 5) -> list[Line]:
    """Resolutions put up last; those still hanging out carry a mark."""
    notices = notices_public().exclude(state=NoticeState.VOID)
    if community is not None:
        notices = notices.filter(matter__proposal__community=community)
    return [
        Line(
            notice.matter.proposal.title,
            address("deliberation:notice", notice.pk),
            notice.posted_at,
            mark=_("公示中") if notice.state == NoticeState.OPEN else "",
        )
        for notice in notices[:limit]
    ]


def latest_proposals(community: Community | None, limit: int = 5) -> list[Line]:
    matters = Matter.objects.public().select_related("proposal")
    if community is not None:
        matters = matters.filter(proposal__community=community)
    return [
        Line(matter.proposal.title, proposal_href(matter), matter.entered_at)
        for matter in matters.order_by("-entered_at", "-pk")[:limit]
    ]


def proposal_href(matter: Matter) -> str:
    return address("deliberation:proposal", matter.pk)


def address_of_number(typed: str) -> str:
    """Where a printed number leads, however it was typed; "" when nothing public has it."""
    number = read_number(typed)
    if need := Need.objects.public().filter(number=number).first():
        return need_href(need.number)
    if matter := Matter.objects.public().filter(proposal__number__iexact=number).first():
        return proposal_href(matter)
    if notice := Notice.objects.filter(number__iexact=number).first():
        return address("deliberation:notice", notice.pk)
    return ""


def unread_of(user):
    """How many of this person's messages are unread."""
    return Notification.objects.filter(person_id=user.person_id, read_at__isnull=True).count()
