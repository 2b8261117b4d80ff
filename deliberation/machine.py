"""What may follow what: the one list of moves (django-fsm). A move sets fields of self, no more.

Acts that leave the state as it is are moves as well, so that the machine alone answers
"may this happen in this state?". The drawing in docs/state-machine.md is made from here.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from deliberation.choices import State, Step

EDITABLE = [State.DRAFT, State.SOLICITED, State.RETURNED]
BEFORE_VOTE = [
    State.DRAFT, State.SOLICITED, State.DECLARED, State.RETURNED, State.SURVEYING,
    State.REVIEWED, State.DEFERRED,
]  # fmt: skip
WITHDRAWABLE_BY_VOTE = [State.RESOLVED, State.PUBLICISED]


class MatterMachine(FSMModelMixin, models.Model):
    """The moves of a matter; deliberation.Matter adds what it carries."""

    state = FSMField(
        _("状态"), choices=State.choices, default=State.DRAFT, protected=True, editable=False
    )

    class Meta:
        abstract = True

    # Step 1 动态问需, and the draft ------------------------------------------------------------

    @transition(field="state", source=EDITABLE, target=None)
    def edit(self):
        """The applicant changes the content."""

    @transition(field="state", source=State.DRAFT, target=State.SOLICITED)
    def solicit(self, *, at):
        """The committee filed the evidence of need."""
        self.solicited_at = at

    # Step 2 项目申报 ---------------------------------------------------------------------------

    @transition(field="state", source=State.SOLICITED, target=State.DECLARED)
    def declare(self, *, at):
        """Declared for the first time; the matter has entered the procedure."""
        self.declared_at = self.entered_at = at

    @transition(field="state", source=State.RETURNED, target=State.DECLARED)
    def redeclare(self, *, at):
        """Declared again after correction; step 3 starts afresh."""
        self.declared_at = at
        self.round += 1

    @transition(field="state", source=State.DECLARED, target=State.RETURNED)
    def return_for_correction(self):
        """The receiving desk sends it back to the applicant."""
        self.return_count += 1

    # Step 3 两委审核 ---------------------------------------------------------------------------

    @transition(field="state", source=[State.DECLARED, State.SURVEYING], target=None)
    def take_opinion(self):
        """A department answered both questions without a doubt."""

    @transition(field="state", source=[State.DECLARED, State.SURVEYING], target=State.SURVEYING)
    def doubt(self):
        """A department has a doubt: a survey on site must come before the decision."""

    @transition(field="state", source=State.SURVEYING, target=State.DECLARED)
    def survey(self):
        """The survey is on record."""

    @transition(field="state", source=State.DECLARED, target=None)
    def summarise_gatekeeping(self):
        """Problem list and necessity are written."""

    @transition(field="state", source=State.DECLARED, target=None)
    def record_review(self):
        """The joint meeting of the two committees is on record, not yet signed."""

    @transition(field="state", source=State.DECLARED, target=None)
    def discard_review(self):
        """The record that waited for signatures is void; another one may be written."""

    @transition(field="state", source=State.DECLARED, target=None)
    def sign_review(self):
        """One capacity signed; the other is still missing."""

    @transition(field="state", source=State.DECLARED, target=State.REVIEWED)
    def pass_review(self, *, at):
        """Both capacities signed "pass"."""
        self.reviewed_at = at

    @transition(field="state", source=State.DECLARED, target=State.RETURNED)
    def return_at_review(self):
        """Both capacities signed "return"."""
        self.return_count += 1

    @transition(field="state", source=State.DECLARED, target=State.REJECTED)
    def reject_at_review(self, *, at):
        """Both capacities signed "reject"."""
        self.rejected_step, self.closed_at = Step.REVIEWED, at

    # Step 4 居民议事会审议 -----------------------------------------------------------------------

    @transition(field="state", source=[State.REVIEWED, State.DEFERRED], target=State.REVIEWED)
    def put_on_agenda(self):
        """A meeting that deals with it is announced."""

    @transition(field="state", source=State.REVIEWED, target=State.DEFERRED)
    def defer(self):
        """The meeting had no quorum, or was called off; a new one is needed."""

    @transition(field="state", source=State.REVIEWED, target=State.RESOLVED)
    def resolve(self, *, at):
        """The council carried it."""
        self.resolved_at = at

    @transition(field="state", source=State.REVIEWED, target=State.REJECTED)
    def reject_at_council(self, *, at):
        """The council voted it down."""
        self.rejected_step, self.closed_at = Step.RESOLVED, at

    # Step 5 决议公示 ---------------------------------------------------------------------------

    @transition(field="state", source=State.RESOLVED, target=None)
    def post_notice(self):
        """The resolution hangs out."""

    @transition(field="state", source=[State.RESOLVED, State.OBJECTED], target=State.OBJECTED)
    def object(self):
        """A resident objected in time."""

    @transition(
        field="state", source=[State.RESOLVED, State.OBJECTED, State.PUBLICISED], target=None
    )
    def note_late_objection(self):
        """An objection came too late: kept on record, it stops nothing."""

    @transition(field="state", source=State.OBJECTED, target=None)
    def decide_objection(self):
        """One objection is decided, others are still open."""

    @transition(field="state", source=State.OBJECTED, target=State.RESOLVED)
    def dismiss_objections(self):
        """All are decided and none is upheld; the notice goes on."""

    @transition(field="state", source=State.OBJECTED, target=State.DECLARED)
    def uphold_to_review(self):
        """All are decided and one is upheld: the two committees look again."""
        self.reviewed_at = self.resolved_at = None
        self.round += 1

    @transition(field="state", source=State.OBJECTED, target=State.REVIEWED)
    def uphold_to_council(self):
        """All are decided and one is upheld: the council deliberates again."""
        self.resolved_at = None

    @transition(field="state", source=State.RESOLVED, target=State.PUBLICISED)
    def conclude_notice(self, *, at):
        """The full days are over and no objection is open."""
        self.publicised_at = at

    # Step 6 街道审定立项 ------------------------------------------------------------------------

    @transition(field="state", source=State.PUBLICISED, target=None)
    def submit_for_decision(self):
        """The street's affairs desk checked the five ledgers and submits."""

    @transition(field="state", source=State.PUBLICISED, target=State.ESTABLISHED)
    def establish(self, *, at):
        """The street establishes it; the money is reserved in the same transaction."""
        self.established_at = self.closed_at = at

    @transition(field="state", source=State.PUBLICISED, target=State.RETURNED)
    def return_at_street(self):
        """The street sends it back for correction; all later steps are to be done again."""
        self.return_count += 1
        self.reviewed_at = self.resolved_at = self.publicised_at = None

    @transition(field="state", source=State.PUBLICISED, target=State.REJECTED)
    def reject_at_street(self, *, at):
        """The street refuses on legal, budget or procedural grounds."""
        self.rejected_step, self.closed_at = Step.ESTABLISHED, at

    # Withdrawal ------------------------------------------------------------------------------

    @transition(field="state", source=BEFORE_VOTE, target=State.WITHDRAWN)
    def withdraw(self, *, at):
        """The applicant takes it back before the vote."""
        self.closed_at = at

    @transition(field="state", source=WITHDRAWABLE_BY_VOTE, target=None)
    def ask_withdrawal(self):
        """A meeting that decides on taking it back is announced."""

    @transition(field="state", source=[*WITHDRAWABLE_BY_VOTE, State.OBJECTED], target=None)
    def keep_after_vote(self):
        """The council did not agree to the withdrawal, or put the question off."""

    @transition(field="state", source=WITHDRAWABLE_BY_VOTE, target=State.WITHDRAWN)
    def withdraw_by_resolution(self, *, at):
        """The council agreed to the withdrawal."""
        self.closed_at = at
