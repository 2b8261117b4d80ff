"""Plain data for the record of a matter: reviews, votes, notices, decision, time line, versions."""

from itertools import pairwise
from types import SimpleNamespace

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.chain import canonical
from core.money import format_yuan_grouped
from deliberation import permissions, selectors
from deliberation.acts import ACTS
from deliberation.choices import Decision, ItemResult, MeetingState, NoticeState, ObjectionState
from projects import selectors as contents
from projects.choices import ApplicantKind, ProposalType

# Notes written for everybody; those of other acts are read by staff only.
PUBLIC_NOTES = (
    "return_for_correction", "sign_review", "announce_meeting", "vote", "defer", "withdraw",
    "return_from_street", "reject_at_street",
)  # fmt: skip
LOOK_OF_STATE = {
    "established": "ok", "returned": "warn", "surveying": "warn", "deferred": "warn",
    "objected": "warn", "rejected": "stop", "withdrawn": "stop",
}  # fmt: skip
FIELDS = {
    "title": gettext_lazy("项目名称"),
    "type": gettext_lazy("类型"),
    "community": gettext_lazy("社区代码"),
    "positive_item": gettext_lazy("正面清单条目"),
    "amount_fen": gettext_lazy("申报金额"),
    "summary": gettext_lazy("主要内容"),
    "estate": gettext_lazy("小区"),
    "site": gettext_lazy("实施地点"),
    "beneficiaries": gettext_lazy("受益群体"),
    "applicant_kind": gettext_lazy("申报主体"),
    "office": gettext_lazy("申报单位"),
    "organisation": gettext_lazy("申报组织"),
    "partner": gettext_lazy("联合申报方"),
    "exclusion_note": gettext_lazy("声明依据"),
    "lines": gettext_lazy("预算明细"),
    "needs": gettext_lazy("引用的需求"),
    "attachments": gettext_lazy("申报材料"),
}


def address(name, *args):
    """The address of a page of another part, or "" while there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


# Step 3 ---------------------------------------------------------------------------------------


def opinions(matter):
    """The departments of the present round with their answers; staff only."""
    rows = matter.opinions.filter(round=matter.round).select_related(
        "office", "answered_by__person"
    )
    return list(rows.order_by("pk"))


def surveys(matter):
    rows = matter.surveys.select_related("recorded_by__person").prefetch_related("photos")
    return list(rows.order_by("pk"))


def summary(matter):
    """Problem list and necessity of the present round."""
    return matter.summaries.filter(round=matter.round).order_by("-pk").first()


def reviews(matter):
    """The joint reviews, newest first, with who was there."""
    rows = matter.reviews.select_related("recorded_by__person").prefetch_related(
        "attendees__person", "judged_needs__need"
    )
    return list(rows.order_by("-number"))


# Steps 4–6 ------------------------------------------------------------------------------------


def votes(matter):
    """Each time the council dealt with it."""
    rows = matter.agenda_items.select_related("meeting__community").order_by("pk")
    looks = {ItemResult.CARRIED: "ok", ItemResult.LOST: "stop"}
    return [
        {
            "meeting": item.meeting.number,
            "href": address("deliberation:meeting", item.meeting_id),
            "at": item.meeting.starts_at,
            "purpose": item.get_purpose_display(),
            "result": item.get_result_display(),
            "look": looks.get(item.result, "neutral"),
            "is_counted": item.result in looks,
            "entitled": item.entitled,
            "yes": item.yes,
            "no": item.no,
            "abstain": item.abstain,
            "is_called_off": item.meeting.state in (MeetingState.ADJOURNED, MeetingState.CANCELLED),
        }
        for item in rows
    ]


def notices(matter, now):
    """Each time the resolution hung out, and how many objections it met."""
    rows = matter.notices.prefetch_related("objections").order_by("-posted_at", "-pk")
    found = []
    for notice in rows:
        objections = list(notice.objections.all())
        is_running = notice.state == NoticeState.OPEN and now < notice.ends_at
        found.append(
            {
                "number": notice.number,
                "href": address("deliberation:notice", notice.pk),
                "state": notice.get_state_display(),
                "look": "info" if notice.state == NoticeState.OPEN else "neutral",
                "starts_at": notice.starts_at,
                "ends_at": notice.ends_at,
                "days": notice.days,
                "is_running": is_running,
                "objections": len(objections),
                "open_objections": sum(one.state == ObjectionState.OPEN for one in objections),
            }
        )
    return found


def decisions(matter):
    """What the street decided; a pending submission is a line of its own."""
    rows = matter.decisions.select_related("submitter", "decider").order_by("-pk")
    return [one for one in rows if one.decision != Decision.PENDING]


# The book -------------------------------------------------------------------------------------


def timeline(matter, eyes):
    """The time line, newest first: names for staff, capacities for the public."""
    items = []
    for event in selectors.timeline_of(matter):
        if event.act == "edit" and not eyes.sees_files:
            continue
        shows_note = eyes.inside or event.act in PUBLIC_NOTES
        moved = event.to_state != event.from_state
        items.append(
            {
                "at": timezone.localtime(event.at),
                "what": selectors.act_label(event.act),
                "who": _actor(event, eyes),
                "note": eyes.text(event.note) if shows_note else "",
                "state": LOOK_OF_STATE.get(event.to_state, "") if moved else "",
            }
        )
    return items


def _actor(event, eyes):
    capacity = event.ledger_row.capacity if event.ledger_row else ""
    if not capacity:
        act = ACTS.get(event.act)
        key = act.who[0] if act else "applicant"
        capacity = str(permissions.WHO[key].label)
    if eyes.inside and event.actor is not None:
        return f"{event.actor.person.name}（{capacity}）"
    return capacity


def versions(proposal, eyes):
    """What changed between the declared versions, newest first: rows of field, before, after."""
    rows = list(proposal.revisions.order_by("number"))
    changed = [
        {"number": newer.number, "at": newer.at, "rows": in_words(older, newer, eyes)}
        for older, newer in pairwise(rows)
    ]
    return list(reversed(changed))


def since_last_version(proposal, eyes):
    """What changed since the last declared version: what a new declaration would change."""
    last = proposal.revisions.order_by("-number").first()
    if last is None:
        return []
    present = SimpleNamespace(body=canonical(contents.snapshot(proposal)))
    return in_words(last, present, eyes)


def in_words(older, newer, eyes):
    """The differences as (label, before, after) in words."""
    return [
        {
            "label": FIELDS.get(key, key),
            "before": eyes.text(_value(key, before)),
            "after": eyes.text(_value(key, after)),
        }
        for key, before, after in contents.differences(older, newer)
    ]


def _value(key, value):
    if value in (None, "", []):
        return _("（无）")
    if key == "amount_fen":
        return f"{format_yuan_grouped(value)} {_('元')}"
    if key == "type":
        return str(ProposalType(value).label)
    if key == "applicant_kind":
        return str(ApplicantKind(value).label)
    if key == "lines":
        return "\n".join(
            f"{name} × {quantity}{unit}，{_('单价')} {format_yuan_grouped(price)} {_('元')}"
            for name, quantity, unit, price in value
        )
    if key == "needs":
        return "、".join(value)
    if key == "attachments":
        return _("%(count)s 份（%(marks)s）") % {
            "count": len(value),
            "marks": "、".join(digest[:8] for digest in value),
        }
    return str(value)
