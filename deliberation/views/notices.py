"""Pages of notices for everybody, and the committee's acts on them."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from communities.views.shared import page_of
from core.refusals import Conflict
from deliberation import browse, policies, selectors
from deliberation.acts import ACTS
from deliberation.choices import NoticeState, ObjectionState
from deliberation.forms.notices import NoticeFilter, PostNoticeForm
from deliberation.permissions import sees_inside
from deliberation.services import notices as services
from deliberation.views.base import ActPage

LOOKS = {browse.RUNNING: "info", browse.OVER: "warn", browse.CONCLUDED: "ok"}
OBJECTION_LOOKS = {
    ObjectionState.OPEN: "warn",
    ObjectionState.UPHELD: "stop",
    ObjectionState.DISMISSED: "ok",
}
STAFF_ACTS = ("record_objection", "decide_objection", "conclude_notice")


def phase_of(notice, now):
    """Where a notice stands for a reader: running, over, concluded or void."""
    if notice.state == NoticeState.OPEN:
        return browse.RUNNING if now < notice.ends_at else browse.OVER
    return browse.CONCLUDED if notice.state == NoticeState.CONCLUDED else browse.VOID


PHASES = {
    browse.RUNNING: gettext_lazy("公示中"),
    browse.OVER: gettext_lazy("期满待办结"),
    browse.CONCLUDED: gettext_lazy("公示期满"),
    browse.VOID: gettext_lazy("已作废"),
}


def _mark(notice, now):
    notice.phase = phase_of(notice, now)
    notice.phase_label = PHASES[notice.phase]
    notice.look = LOOKS.get(notice.phase, "neutral")
    return notice


@require_safe
def notice_list(request):
    now = timezone.now()
    form = NoticeFilter(request.GET)
    page = page_of(request, browse.notices(now, **form.chosen()))
    for notice in page:
        _mark(notice, now)
    context = {"form": form, "page": page, "is_filtered": bool(request.GET)}
    return render(request, "deliberation/notice_list.html", context)


@require_safe
def notice_page(request, pk):
    now = timezone.now()
    today = timezone.localdate(now)
    notice = _mark(browse.notice(pk), now)
    matter = notice.matter
    objections = browse.public_objections(notice)
    for objection in objections:
        objection.look = OBJECTION_LOOKS.get(objection.state, "neutral")
    is_inside = sees_inside(request.user, matter, today)
    context = {
        "notice": notice,
        "trail": [
            {"label": _("公示"), "href": reverse("deliberation:notices")},
            {"label": notice.number},
        ],
        "matter": matter,
        "proposal": matter.proposal,
        "objections": objections,
        "late": sum(one.state == ObjectionState.LATE for one in objections),
        "may_object": not selectors.act_reasons(ACTS["file_objection"], None, matter, now)
        and notice.phase != browse.VOID,
        "is_inside": is_inside,
        "acts": _staff_acts(request.user, notice, now) if is_inside else [],
    }
    return render(request, "deliberation/notice_page.html", context)


def _staff_acts(user, notice, now):
    """The committee's acts on this notice: (label, href, reasons); none on one that is void."""
    matter = notice.matter
    if notice.phase == browse.VOID:
        return []
    hrefs = {
        "record_objection": reverse("deliberation:paper_objection", args=[notice.pk]),
        "decide_objection": reverse("deliberation:decide_objection", args=[matter.pk]),
        "conclude_notice": reverse("deliberation:conclude_notice", args=[matter.pk]),
    }
    return [
        (ACTS[key].label, hrefs[key], selectors.act_reasons(ACTS[key], user, matter, now))
        for key in STAFF_ACTS
    ]


# From a matter to its notice ----------------------------------------------------------------------


def _to_notice(request, pk, key, name):
    now = timezone.now()
    matter = selectors.matter_for(request.user, pk, timezone.localdate(now))
    notice = policies.open_notice(matter) or browse.latest_notice(matter)
    if notice is None:
        raise Conflict(*policies.objection_reasons(matter, request.user, now))
    return redirect(f"deliberation:{name}", notice.pk)


@require_safe
def object_for(request, pk):
    return _to_notice(request, pk, "file_objection", "object")


@require_safe
def paper_for(request, pk):
    return _to_notice(request, pk, "record_objection", "paper_objection")


# Acts ---------------------------------------------------------------------------------------------


class PostNotice(ActPage):
    """Post the resolution: what it will say is shown before it is posted."""

    key = "post_notice"
    template_name = "deliberation/notice_post.html"
    form_class = PostNoticeForm
    done = gettext_lazy("公示已发布，并记入台账。请打印张贴到宣传栏。")

    def initial(self):
        community = self.matter.community
        last = browse.last_notice_of(community)
        if last is None:
            return {"contact_address": _("%(place)s居委会") % {"place": community.name}}
        names = ("places", "contact_name", "contact_phone", "contact_address")
        return {name: getattr(last, name) for name in names}

    def perform(self, fields):
        return services.post_notice(
            matter_id=self.matter.pk, **fields, actor=self.actor, now=self.now
        )

    def done_url(self, result):
        return reverse("deliberation:notice", args=[result.pk])

    def extra(self):
        return {
            "item": policies.carried_item(self.matter),
            "rule_set": self.matter.proposal.rule_set,
        }


class ConcludeNotice(ActPage):
    key = "conclude_notice"
    template_name = "deliberation/notice_conclude.html"
    done = gettext_lazy("公示已结束。下一步由街道民生事务部送审。")

    def perform(self, fields):
        return services.conclude_notice(matter_id=self.matter.pk, actor=self.actor, now=self.now)

    def extra(self):
        notice = policies.open_notice(self.matter)
        return {"notice": notice, "objections": browse.public_objections(notice) if notice else []}
