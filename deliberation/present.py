"""Plain data for the pages of proposals: what is shown, and to whom. Nothing is decided here.

`Eyes` says who looks: staff of the place see inside, the applicant sees the own file, everybody
else sees what is public, with names and numbers of people masked.
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.categories import BENEFICIARIES
from core.masking import mask_free_text, mask_name
from deliberation import permissions, selectors
from deliberation.acts import ACTS
from deliberation.choices import State
from projects import selectors as money

LOOKS = {
    State.SOLICITED: "info",
    State.DECLARED: "info",
    State.REVIEWED: "info",
    State.RESOLVED: "info",
    State.PUBLICISED: "info",
    State.ESTABLISHED: "ok",
    State.RETURNED: "warn",
    State.SURVEYING: "warn",
    State.DEFERRED: "warn",
    State.OBJECTED: "warn",
    State.REJECTED: "stop",
}
# acts that are open beside the next one, and never the main button
SIDE_ACTS = (
    "edit", "return_for_correction", "defer", "record_objection", "return_from_street",
    "reject_at_street", "withdraw",
)  # fmt: skip
# acts that a visitor without an account is offered
PUBLIC_ACTS = ("file_objection",)


@dataclass(frozen=True)
class Eyes:
    """Who looks at a matter."""

    inside: bool  # staff of the place
    own: bool  # the applicant's side

    @property
    def sees_files(self):
        return self.inside or self.own

    def text(self, words):
        """Free text; telephone and identity numbers are hidden from the public."""
        return words if self.sees_files else mask_free_text(words)

    def name(self, person):
        """A person's name; masked for the public."""
        return person.name if self.sees_files else mask_name(person.name)


def eyes_of(user, matter, on):
    return Eyes(
        inside=permissions.sees_inside(user, matter, on),
        own=permissions.is_applicant_side(user, matter, on),
    )


def look(state):
    """The state of components/badge.html that goes with a matter's state."""
    return LOOKS.get(state, "neutral")


def act_href(key, matter):
    """The page of an act on this matter, or "" while there is none."""
    try:
        return reverse(f"deliberation:{key}", args=[matter.pk])
    except NoReverseMatch:
        return ""


def row(matter):
    """One line of a list."""
    proposal = matter.proposal
    return {
        "href": reverse("deliberation:proposal", args=[matter.pk]),
        "number": proposal.number or "",
        "title": mask_free_text(proposal.title),
        "place": f"{proposal.community.street.name} {proposal.community.name}",
        "type": proposal.get_type_display(),
        "year": proposal.year,
        "amount_fen": proposal.amount_fen,
        "state": matter.get_state_display(),
        "look": look(matter.state),
        "on": matter.entered_at or proposal.created_at,
        "is_imported": matter.is_imported,
    }


def acts(user, matter, now):
    """Buttons for this person now: open acts, those that wait for something, those of others."""
    offered = {"open": [], "waiting": [], "others": []}
    for one in selectors.acts_of_state(user, matter, now):
        if not user.is_authenticated and one.key not in PUBLIC_ACTS:
            continue
        href = act_href(one.key, matter)
        codes = {reason.code for reason in one.reasons}
        kind = "open" if one.allowed else "others" if "not_your_act" in codes else "waiting"
        if href or kind != "open":
            button = {
                "key": one.key, "label": one.label, "help": one.act.help, "href": href,
                "allowed": one.allowed, "reasons": one.reasons,
                "kind": "danger" if one.key == "withdraw" else "secondary",
            }  # fmt: skip
            offered[kind].append(button)
    main = next((act for act in offered["open"] if act["key"] not in SIDE_ACTS), None)
    if main is not None:
        main["kind"] = "primary"
    return offered


def applicant(proposal, eyes):
    """Who declares, in words for those who look."""
    body = proposal.organisation or proposal.office
    name = body.name if body else _("居民 %(name)s") % {"name": eyes.name(proposal.applicant)}
    return {
        "kind": proposal.get_applicant_kind_display(),
        "name": name,
        "handler": proposal.applicant.name if body and eyes.sees_files else "",
        "partner": proposal.partner.name if proposal.partner else "",
        "payee": proposal.payee.name if proposal.payee else "",
    }


def beneficiaries(proposal):
    """The groups in words; what older records wrote freely stays as it is."""
    keys = [key for key in proposal.beneficiaries.split(",") if key]
    return "、".join(str(BENEFICIARIES.get(key, key)) for key in keys)


def purse(matter, today):
    """The amount against the cap of its type and against the community's year (fen)."""
    proposal = matter.proposal
    rule_set = proposal.rule_set or money.rule_set_in_force(today)
    year = proposal.year or today.year
    cap = money.type_cap(rule_set, proposal.level, proposal.type) if rule_set else None
    envelope = money.envelope_of(proposal.community, year)
    if envelope is not None:
        total, used = envelope.cap_fen, envelope.reserved_fen + envelope.paid_fen
    else:
        total, used = (rule_set.community_year_cap_fen if rule_set else 0), 0
    is_established = matter.state == State.ESTABLISHED
    own = proposal.amount_fen
    return {
        "amount_fen": own,
        "type_cap_fen": cap.cap_fen if cap else None,
        "is_over_cap": bool(cap) and own > cap.cap_fen,
        "year": year,
        "total_fen": total,
        "used_fen": used,
        "free_fen": total - used,
        "is_established": is_established,
        "fits": is_established or own <= total - used,
        "bar": bar(total, used - own if is_established else used, own),
    }


def bar(total, used, own):
    """Widths of the money bar in thousandths: spent by others, this proposal."""
    if total <= 0:
        return {"used": 0, "own": 0, "own_at": 0}
    before = min(1000, max(0, used) * 1000 // total)
    return {"used": before, "own": min(1000 - before, own * 1000 // total), "own_at": before}


def cited_needs(proposal):
    """The needs of the pool it answers, with their pages."""
    rows = proposal.cited_needs.select_related("need").order_by("need_id")
    return [
        {
            "number": cited.need.number,
            "content": mask_free_text(cited.need.content),
            "supporters": cited.need.supporter_count,
            "status": cited.need.get_status_display(),
            "href": cited.need.get_absolute_url(),
        }
        for cited in rows
    ]


def cited_rounds(matter):
    """The lines of rounds of questionnaires it rests on, with their figures when cited."""
    return list(matter.cited_rounds.select_related("round").order_by("pk"))


def attachments(proposal, eyes):
    """The files that those who look may open."""
    rows = proposal.attachments.select_related("file").order_by("kind", "pk")
    return [
        {
            "pk": one.pk,
            "title": eyes.text(one.title),
            "kind": one.get_kind_display(),
            "is_public": one.is_public,
            "href": reverse("core:file", args=[one.file_id]),
            "size": one.file.size,
            "type": one.file.get_kind_display(),
            "is_picture": one.file.mime.startswith("image/"),
            "at": one.added_at,
        }
        for one in rows
        if one.is_public or eyes.sees_files
    ]


WAITING = {
    "wait_meeting": gettext_lazy("等待已公告的议事会会议举行"),
    "close_meeting": gettext_lazy("议事会会议正在进行，会后由居委会经办人完成纪要、结束会议"),
    "wait_notice": gettext_lazy("等待公示期满；期内任何居民可以提出异议"),
}


def next_words(matter, turn):
    """What comes next and who does it, in words. `turn` is that of deliberation.desk."""
    if matter.state == State.ESTABLISHED:
        return _("已立项，审议程序办结。")
    if matter.state == State.REJECTED:
        step = matter.get_rejected_step_display()
        return _("在“%(step)s”环节未通过，审议程序办结。") % {"step": step}
    if matter.state == State.WITHDRAWN:
        return _("申报主体已撤回，审议程序办结。")
    if turn in WAITING:
        return WAITING[turn]
    if turn in ACTS:
        who = "、".join(str(permissions.WHO[key].label) for key in ACTS[turn].who)
        return _("下一步：%(act)s，由%(who)s办理") % {"act": ACTS[turn].label, "who": who}
    return _("轮到：%(who)s") % {"who": "、".join(selectors.who_must_act(matter))}
