"""Everybody's pages of proposals: the list, and one proposal with all that is known of it."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.permissions import scope_of
from deliberation import desk, listing, present, present_record, selectors
from deliberation.choices import State
from deliberation.forms.drafts import capacities
from deliberation.forms.lists import ProposalFilter
from projects.choices import ApplicantKind

PAGE_SIZE = 20


@require_safe
def proposal_list(request):
    today = timezone.localdate()
    form = ProposalFilter(
        request.GET, this_year=today.year, has_scope=not scope_of(request.user, today).is_empty
    )
    form.is_valid()
    words = dict(form.cleaned_data)
    if words.pop("mine", False):
        rows = selectors.matters_in_scope(request.user, today)
    else:
        rows = selectors.matters_visible_to(None, today)
    rows = listing.filtered(rows, **words)
    totals = listing.totals(rows)
    paginator = Paginator(rows, PAGE_SIZE)
    # counted with the sums already
    paginator.count = totals["count"]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [present.row(matter) for matter in page],
        "totals": totals,
        "may_start": bool(capacities(request.user, today)),
        "trail": [{"label": _("项目")}],
    }
    return render(request, "deliberation/proposals.html", context)


@require_safe
def proposal_page(request, pk):
    now = timezone.now()
    today = timezone.localdate(now)
    matter = selectors.matter_for(request.user, pk, today)
    proposal = matter.proposal
    eyes = present.eyes_of(request.user, matter, today)
    files = present.attachments(matter.proposal, eyes)
    context = {
        "matter": matter,
        "proposal": proposal,
        "eyes": eyes,
        "look": present.look(matter.state),
        "title": eyes.text(proposal.title),
        "summary": eyes.text(proposal.summary),
        "steps": selectors.steps_of(matter),
        "next_words": present.next_words(matter, desk.turn_of(matter, now)),
        "acts": present.acts(request.user, matter, now),
        "may_renew": eyes.own and matter.state == State.REJECTED,
        "may_attach": eyes.own and matter.state in (State.DRAFT, State.SOLICITED, State.RETURNED),
        "purse": present.purse(matter, today),
        "lines": list(proposal.line_items.order_by("position")),
        "needs": present.cited_needs(proposal),
        "rounds": present.cited_rounds(matter),
        "solicitation": getattr(matter, "solicitation", None),
        "applicant": present.applicant(proposal, eyes),
        # a draft has no row in any ledger yet
        "may_pack": eyes.inside and matter.state != State.DRAFT,
        "is_resident": proposal.applicant_kind == ApplicantKind.RESIDENT,
        "beneficiaries": present.beneficiaries(proposal),
        "attachments": files,
        "has_pictures": any(one["is_picture"] for one in files),
        "opinions": present_record.opinions(matter) if eyes.inside else [],
        "surveys": present_record.surveys(matter) if eyes.inside else [],
        "gatekeeping": present_record.summary(matter),
        "reviews": present_record.reviews(matter),
        "votes": present_record.votes(matter),
        "notices": present_record.notices(matter, now),
        "decisions": present_record.decisions(matter),
        "timeline": present_record.timeline(matter, eyes),
        "versions": present_record.versions(proposal, eyes),
        "earlier": _linked(request.user, proposal.based_on, today),
        "trail": [
            {"label": _("项目"), "href": reverse("deliberation:proposals")},
            {"label": proposal.number or eyes.text(proposal.title)},
        ],
    }
    if proposal.rule_set is not None:
        context["documents"] = list(proposal.rule_set.documents.order_by("pk"))
        context["exclusions"] = list(proposal.rule_set.exclusions.order_by("code"))
    return render(request, "deliberation/proposal.html", context)


def _linked(user, proposal, today):
    """The proposal that this one renews, if those who look may know of it."""
    if proposal is None:
        return None
    rows = selectors.matters_visible_to(user, today)
    return rows.filter(proposal_id=proposal.pk).first()
