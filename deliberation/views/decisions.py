"""Pages of step 6: submission, establishing, and the street's two refusals."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import format_yuan_grouped
from core.refusals import Refused
from deliberation import policies
from deliberation.forms.decisions import EstablishForm, GroundForm, SubmitForm
from deliberation.services import decisions as services
from deliberation.views.base import ActPage
from projects.selectors import envelope_of, rule_set_in_force
from projects.services.envelopes import over_cap_reason


class DecisionPage(ActPage):
    """What all pages of step 6 show: the five ledgers' check, the vote, the money of the year."""

    template_name = "deliberation/decision_act.html"

    def ledgers(self):
        """(words, reasons): the check the service will make, made now for the reader."""
        try:
            return services.check_ledgers(self.matter), ()
        except Refused as refused:
            return "", refused.reasons

    def purse(self):
        """The community's money of this year before and after, in fen."""
        proposal = self.matter.proposal
        envelope = envelope_of(self.matter.community, self.today.year)
        if envelope is None:
            # A draft has no rule set yet; the page of a closed act still says what the year holds.
            rule_set = proposal.rule_set or rule_set_in_force(self.today)
            cap = rule_set.community_year_cap_fen if rule_set else 0
            used, free = 0, cap
        else:
            cap, free = envelope.cap_fen, envelope.free_fen
            used = cap - free
        return {
            "year": self.today.year,
            "cap_fen": cap,
            "used_fen": used,
            "free_fen": free,
            "amount_fen": proposal.amount_fen,
            "left_fen": free - proposal.amount_fen,
            "over": envelope is not None
            and free < proposal.amount_fen
            and over_cap_reason(envelope, proposal.amount_fen),
        }

    def extra(self):
        words, reasons = self.ledgers()
        purse = self.purse()
        obstacles = [*reasons, *([purse["over"]] if purse["over"] else [])]
        return {
            "ledger_lines": words.split("；") if words else [],
            "obstacles": obstacles,
            "purse": purse,
            "decision": policies.pending_decision(self.matter),
            "item": policies.carried_item(self.matter),
        }


class Submit(DecisionPage):
    key = "submit_for_decision"
    form_class = SubmitForm
    done = gettext_lazy("已送街道审定。")

    def perform(self, fields):
        return services.submit(
            matter_id=self.matter.pk, note=fields["note"], actor=self.actor, now=self.now
        )


class Establish(DecisionPage):
    key = "establish"
    form_class = EstablishForm

    def initial(self):
        return {"agreement_on": self.today}

    def perform(self, fields):
        decision = services.establish(
            matter_id=self.matter.pk, **fields, actor=self.actor, now=self.now
        )
        self.done = _("已立项，立项协议号 %(number)s，占用额度 %(amount)s 元。") % {
            "number": decision.agreement_number,
            "amount": format_yuan_grouped(decision.amount_fen),
        }
        return decision

    def summary(self, form):
        purse = self.purse()
        on = timezone.localdate(self.now)
        return [
            (_("项目"), self.matter.proposal.label),
            (_("审定金额"), _("%(yuan)s 元") % {"yuan": format_yuan_grouped(purse["amount_fen"])}),
            (
                _("%(year)s年社区额度办理后余额") % {"year": purse["year"]},
                _("%(yuan)s 元") % {"yuan": format_yuan_grouped(max(purse["left_fen"], 0))},
            ),
            (_("办理日期"), on),
            *super().summary(form),
        ]


class ReturnFromStreet(DecisionPage):
    key = "return_from_street"
    form_class = GroundForm
    is_danger = True
    done = gettext_lazy("已退回补正。补正后须重走各环节。")

    def perform(self, fields):
        return services.return_from_street(
            matter_id=self.matter.pk, **fields, actor=self.actor, now=self.now
        )


class RejectAtStreet(DecisionPage):
    key = "reject_at_street"
    form_class = GroundForm
    is_danger = True
    done = gettext_lazy("已登记不予立项，引用的需求退回需求库。")

    def perform(self, fields):
        return services.reject_at_street(
            matter_id=self.matter.pk, **fields, actor=self.actor, now=self.now
        )
