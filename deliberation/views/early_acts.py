"""Pages of the acts of steps 1 and 2: evidence, declaration, correction, withdrawal."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.round_selectors import tallies_to_cite
from communities.selectors import open_needs
from core.refusals import Conflict
from deliberation import present, present_record, selectors
from deliberation.choices import State
from deliberation.forms.review_acts import (
    NEEDS_SHOWN,
    ROUNDS_SHOWN,
    EvidenceForm,
    ReasonForm,
    WithdrawForm,
)
from deliberation.present_fit import ranked_rows
from deliberation.services import declaring, drafting
from deliberation.views.base import ActPage


class EvidencePage(ActPage):
    """Step 1: tick needs of the pool. The search keeps what is ticked and typed."""

    key = "file_evidence"
    form_class = EvidenceForm
    label = _("归档")
    template_name = "deliberation/file_evidence.html"
    done = _("问需证据已归档。下一步由申报主体正式申报。")

    def initial(self):
        numbers = self.request.GET.get("needs", "").split(",")[:20]
        rows = open_needs(self.matter.community).filter(number__in=numbers)
        return {"needs": [str(key) for key in rows.values_list("pk", flat=True)]}

    def post(self, request, *args, **kwargs):
        if "search" not in request.POST:
            return super().post(request, *args, **kwargs)
        refusal = self.may_refusal()
        if refusal is not None:
            return self.refused(refusal)
        form = self.make_form(request.POST)
        # looking for needs is no attempt to file them
        form.errors.clear()
        return self.show(form)

    def make_form(self, data=None, files=None):
        form = super().make_form(data, files)
        self.chosen = {str(key) for key in form["rounds"].value() or []}
        self.ticked = {str(key) for key in form["needs"].value() or [] if str(key).isdecimal()}
        return form

    def perform(self, fields):
        return drafting.file_evidence(
            matter_id=self.matter.pk,
            need_ids=fields.pop("needs"),
            tally_ids=fields.pop("rounds"),
            **fields,
            actor=self.actor,
            now=self.now,
        )

    def extra(self):
        words = self.request.POST.get("q", "")[:60].strip()
        pool = open_needs(self.matter.community)
        found = pool
        for word in words.split():
            found = found.filter(Q(content__icontains=word) | Q(number__icontains=word))
        ticked = list(pool.filter(pk__in=self.ticked))
        keys = {need.pk for need in ticked}
        # what comes near the proposal first; whoever searches wants what was searched for
        near = [] if words else ranked_rows(self.matter.proposal, self.now)
        because = {row["need"].pk: row["because"] for row in near}
        first = [row["need"] for row in near]
        rest = found.exclude(pk__in=because)[: NEEDS_SHOWN + len(keys)]
        shown = [need for need in [*first, *rest] if need.pk not in keys]
        rows = [(need, True, because.get(need.pk, "")) for need in ticked]
        rows += [(need, False, because.get(need.pk, "")) for need in shown[:NEEDS_SHOWN]]
        return {
            "needs": rows, "q": words, "pool_count": pool.count(), "found": found.count(),
            "rounds": self.rounds_to_choose(),
        }  # fmt: skip

    def rounds_to_choose(self):
        """The community's closed rounds, the latest first, each with its lines to choose from."""
        found = {}
        for line in tallies_to_cite(self.matter.community):
            row = found.setdefault(line.round_id, {"round": line.round, "lines": []})
            row["lines"].append((line, str(line.pk) in self.chosen))
        return list(found.values())[:ROUNDS_SHOWN]


class DeclarePage(ActPage):
    """Step 2: what will be declared, what was checked, and every reason against it."""

    key = "declare"
    template_name = "deliberation/declare.html"
    label = _("确认申报")
    done = _("已申报，项目公开，进入“两委”审核。")
    service = staticmethod(declaring.declare)

    def get(self, request, *args, **kwargs):
        refusal = self.may_refusal()
        if refusal is not None:
            return self.refused(refusal)
        self.against = selectors.act_reasons(self.act, self.user, self.matter, self.now)
        if any(reason.code == "wrong_state" for reason in self.against):
            return self.refused(Conflict(*self.against))
        return self.show(self.make_form(), status=Conflict.status if self.against else 200)

    def perform(self, fields):
        return self.service(matter_id=self.matter.pk, actor=self.actor, now=self.now)

    def extra(self):
        proposal = self.matter.proposal
        eyes = present.eyes_of(self.user, self.matter, self.today)
        return {
            "against": getattr(self, "against", ()),
            "proposal": proposal,
            "lines": list(proposal.line_items.order_by("position")),
            "needs": present.cited_needs(proposal),
            "rounds": present.cited_rounds(self.matter),
            "purse": present.purse(self.matter, self.today),
            "applicant": present.applicant(proposal, eyes),
            "attachments": present.attachments(proposal, eyes),
            "solicitation": getattr(self.matter, "solicitation", None),
            "changes": present_record.since_last_version(proposal, eyes),
            "returned": self.matter.events.filter(to_state=State.RETURNED).order_by("-seq").first(),
        }


class RedeclarePage(DeclarePage):
    key = "redeclare"
    label = _("确认重新申报")
    done = _("已重新申报，重新进入“两委”审核。")
    service = staticmethod(declaring.redeclare)


class ReturnPage(ActPage):
    key = "return_for_correction"
    form_class = ReasonForm
    is_danger = True
    done = _("已退回申报主体补正。")

    def perform(self, fields):
        return declaring.return_for_correction(
            matter_id=self.matter.pk, **fields, actor=self.actor, now=self.now
        )


class WithdrawPage(ActPage):
    key = "withdraw"
    form_class = WithdrawForm
    is_danger = True
    done = _("项目已撤回。")

    def perform(self, fields):
        return declaring.withdraw(
            matter_id=self.matter.pk, **fields, actor=self.actor, now=self.now
        )
