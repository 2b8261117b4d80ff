"""Step 3: opinions of the departments, the survey, the summary and the joint review."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from communities.permissions import holds
from communities.roles import Role
from communities.selectors import people_with
from core.files import take_in
from core.money import format_yuan
from core.refusals import BadInput, Conflict, Reason, refuse_if
from deliberation import permissions, policies, rules
from deliberation.choices import Capacity, Conclusion, Fit, Opinion
from deliberation.models import GatekeepingSummary, JointReview, ReviewAttendee, Survey
from deliberation.services import fit as fit_judgement
from deliberation.services.base import bad, begin, blocked, finish, require_text
from deliberation.services.declaring import free_needs
from projects import selectors as projects_selectors

SIGNER_ROLE = {
    Capacity.PARTY: Role.PARTY_SIGNER,
    Capacity.COMMITTEE: Role.COMMITTEE_SIGNER,
}


@transaction.atomic
def give_opinion(*, matter_id, office_id, feasibility, legality, comment="", actor, now):
    """A department answers both questions; a doubt sends the matter to a survey on site."""
    matter = begin("give_opinion", matter_id=matter_id, actor=actor, now=now)
    opinion = (
        matter.opinions.select_related("office")
        .filter(round=matter.round, office_id=office_id)
        .first()
    )
    if opinion is None or not holds(
        actor, Role.DEPARTMENT_REVIEWER, office=opinion.office, on=timezone.localdate(now)
    ):
        raise bad(
            "not_your_department", _("这个部门没有向您分配把控任务。"),
            _("各部门只答复本部门的意见。"), _("请选择您任职的部门。"), "office",
        )  # fmt: skip
    if opinion.answered_at is not None:
        raise blocked(
            "already_answered", _("“%(office)s”已答复。") % {"office": opinion.office.name},
            _("每轮每个部门答复一次。"), _("意见有变化的，请在梳理或联席会议上说明。"),
        )  # fmt: skip
    for name, value in (("feasibility", feasibility), ("legality", legality)):
        if value not in Opinion.values:
            raise bad("opinion_unknown", _("请选择：是、否或存疑。"), field=name)
    if feasibility != Opinion.YES or legality != Opinion.YES:
        require_text(comment=(comment, _("意见")))
    opinion.feasibility, opinion.legality, opinion.comment = feasibility, legality, comment
    opinion.answered_by, opinion.answered_at = actor, now
    opinion.save()
    finish(
        matter, "give_opinion", "doubt" if opinion.has_doubt else "take_opinion",
        actor=actor, now=now, note=comment, capacity=opinion.office.name,
        columns={
            "department": opinion.office.name,
            "feasibility": opinion.get_feasibility_display(),
            "legality": opinion.get_legality_display(),
        },
        data={"office": opinion.office_id, "feasibility": feasibility, "legality": legality},
    )  # fmt: skip
    return opinion


@transaction.atomic
def record_survey(*, matter_id, surveyed_on, people, conclusion, photos, actor, now):
    """The visit that answers a doubt: date, people, conclusion, one photo (upload) at least."""
    matter = begin("record_survey", matter_id=matter_id, actor=actor, now=now)
    require_text(people=(people, _("参加人员")), conclusion=(conclusion, _("勘查结论")))
    if not timezone.localdate(matter.declared_at) <= surveyed_on <= timezone.localdate(now):
        raise bad(
            "survey_date_impossible", _("勘查日期应在申报之后、今天之前。"),
            _("勘查针对本次申报的存疑事项。"), _("请核对日期。"), "surveyed_on",
        )  # fmt: skip
    if not photos:
        raise bad(
            "photo_missing", _("请附上现场照片。"),
            _("存疑项目实地勘查，记录日期、人员、照片和结论。"), _("至少上传一张照片。"), "photos",
        )  # fmt: skip
    survey = Survey.objects.create(
        matter=matter, round=matter.round, surveyed_on=surveyed_on, people=people,
        conclusion=conclusion, recorded_by=actor, recorded_at=now,
    )  # fmt: skip
    files = [take_in(photo, actor=actor, at=now, purpose="survey") for photo in photos]
    survey.photos.set(files)
    finish(
        matter, "record_survey", "survey", actor=actor, now=now, note=conclusion,
        columns={"survey": f"{surveyed_on.isoformat()}；{people}；{conclusion}"},
        data={"photos": [file.digest for file in files]},
    )  # fmt: skip
    return survey


@transaction.atomic
def summarise_gatekeeping(*, matter_id, problems, necessity, actor, now):
    """Problem list and necessity, both mandatory for works and shown to the council."""
    matter = begin("summarise_gatekeeping", matter_id=matter_id, actor=actor, now=now)
    require_text(problems=(problems, _("问题清单")), necessity=(necessity, _("实施必要性")))
    summary = GatekeepingSummary.objects.create(
        matter=matter, round=matter.round, problems=problems, necessity=necessity,
        written_by=actor, written_at=now,
    )  # fmt: skip
    finish(
        matter, "summarise_gatekeeping", "summarise_gatekeeping", actor=actor, now=now,
        columns={"problems": problems, "necessity": necessity},
    )  # fmt: skip
    return summary


def record_review(*, matter_id, needs=None, now, **words):
    """The joint meeting of the two committees, for signature.

    attendees: dicts with person_id, capacity ("party" / "committee") and is_recused. Both
    capacities must be present with somebody who may sign. needs: what was said of each need, as
    deliberation.services.fit:judge_needs takes it.
    """
    matches = {} if needs is None else fit_judgement.ranked_for(matter_id, now=now)
    return _record_review(matter_id=matter_id, needs=needs, matches=matches, now=now, **words)


@transaction.atomic
def _record_review(
    *, matter_id, held_on, attendees, fit, fit_reason, conclusion, reason="",
    no_need_reason="", needs, matches, actor, now,
):  # fmt: skip
    matter = begin("record_review", matter_id=matter_id, actor=actor, now=now)
    require_text(fit_reason=(fit_reason, _("契合度依据")))
    if fit not in Fit.values or conclusion not in Conclusion.values:
        raise bad("choice_unknown", _("请选择契合度和结论。"), field="conclusion")
    if conclusion != Conclusion.PASS:
        require_text(reason=(reason, _("理由")))
    if conclusion == Conclusion.RETURN:
        refuse_if(policies.return_reasons(matter, actor, now), Conflict)
    today = timezone.localdate(now)
    if not timezone.localdate(matter.declared_at) <= held_on <= today:
        raise bad(
            "review_date_impossible", _("会议日期应在申报之后、今天之前。"),
            _("“两委”审核在申报之后。"), _("请核对日期。"), "held_on",
        )  # fmt: skip
    review = JointReview(
        matter=matter, round=matter.round, number=matter.reviews.count() + 1, held_on=held_on,
        fit=fit, fit_reason=fit_reason, no_need_reason=no_need_reason, conclusion=conclusion,
        reason=reason, recorded_by=actor, recorded_at=now,
    )  # fmt: skip
    review.save()
    fit_judgement.judge_needs(review, needs, matter=matter, matches=matches)
    if conclusion == Conclusion.PASS:
        refuse_if(policies.pass_reasons(matter, review, now), Conflict)
    names = _seat_attendees(review, attendees, matter, today)
    finish(
        matter, "record_review", "record_review", actor=actor, now=now, note=reason,
        columns={
            "held_on": held_on.isoformat(), "attendees": names,
            "fit": review.get_fit_display(), "fit_reason": fit_reason,
            "needs": fit_judgement.words_of(review),
            "conclusion": review.get_conclusion_display(), "reason": reason,
        },
        data={"review": review.number, "conclusion": conclusion, "fit": fit},
    )  # fmt: skip
    return review


def _seat_attendees(review, attendees, matter, on):
    """Write who came and in which capacity; the applicant's people are always recused."""
    people = Person.objects.in_bulk([entry["person_id"] for entry in attendees])
    interested = permissions.interested_people(matter.proposal, on)
    signers = {
        capacity: set(people_with(role, community=matter.community, on=on))
        for capacity, role in SIGNER_ROLE.items()
    }
    can_sign, words = set(), []
    seen = set()
    for entry in attendees:
        person, capacity = people.get(entry["person_id"]), entry["capacity"]
        if person is None or capacity not in Capacity.values:
            raise bad("attendee_unknown", _("到会人员有误。"), field="attendees")
        if (person.pk, capacity) in seen:
            continue
        seen.add((person.pk, capacity))
        is_recused = bool(entry.get("is_recused")) or person.pk in interested
        ReviewAttendee.objects.create(
            review=review, person=person, capacity=capacity, is_recused=is_recused
        )
        if not is_recused and person in signers[capacity]:
            can_sign.add(capacity)
        words.append(f"{person.name}（{Capacity(capacity).label}{'，回避' if is_recused else ''}）")
    missing = rules.missing_capacities(can_sign)
    if missing:
        raise BadInput(
            Reason(
                "capacity_missing",
                _("到会人员缺少可签署的：%(who)s。")
                % {"who": "、".join(str(capacity.label) for capacity in missing)},
                _("“两委”联席会议由社区党委、居委会共同审核；一人可兼两种身份。"),
                _("请补登有签署任职的到会人员；申报人须回避，不能签署。"),
                field="attendees",
            )
        )
    return "、".join(words)


@transaction.atomic
def discard_review(*, matter_id, reason, actor, now):
    """The record that waits for signatures is void; it stays readable and another may be written."""
    matter = begin("discard_review", matter_id=matter_id, actor=actor, now=now)
    require_text(reason=(reason, _("作废理由")))
    review = policies.open_review(matter)
    review.discarded_at, review.discard_reason = now, reason
    review.save(update_fields=["discarded_at", "discard_reason"])
    finish(
        matter, "discard_review", "discard_review", actor=actor, now=now, note=reason,
        columns={
            "held_on": review.held_on.isoformat(), "conclusion": _("记录作废"), "reason": reason,
        },
        data={"review": review.number},
    )  # fmt: skip
    return review


@transaction.atomic
def sign_review(*, matter_id, actor, now):
    """Sign every capacity one holds; when both are signed the conclusion takes effect."""
    matter = begin("sign_review", matter_id=matter_id, actor=actor, now=now)
    review = policies.open_review(matter)
    mine = [
        attendee
        for attendee in review.attendees.select_for_update().filter(
            person_id=actor.person_id, is_recused=False, signed_at__isnull=True
        ).order_by("pk")
        if holds(
            actor, SIGNER_ROLE[attendee.capacity], community=matter.community,
            on=timezone.localdate(now),
        )
    ]  # fmt: skip
    if not mine:
        raise blocked(
            "nothing_to_sign", _("联席会议记录中没有待您签署的身份。"),
            _("由到会、未回避且有签署任职的人签署。"),
            _("请核对到会人员名单；已签署的不必重复。"),
        )  # fmt: skip
    for attendee in mine:
        attendee.signed_at = now
        attendee.save(update_fields=["signed_at"])
    signed = review.attendees.filter(signed_at__isnull=False)
    capacity = "、".join(attendee.get_capacity_display() for attendee in mine)
    if rules.missing_capacities({attendee.capacity for attendee in signed}):
        finish(
            matter, "sign_review", "sign_review", actor=actor, now=now, capacity=capacity,
            columns={"signed": capacity, "conclusion": review.get_conclusion_display()},
        )  # fmt: skip
        return matter
    _settle(matter, review, actor=actor, now=now, capacity=capacity)
    return matter


MOVES = {
    Conclusion.PASS: "pass_review",
    Conclusion.RETURN: "return_at_review",
    Conclusion.REJECT: "reject_at_review",
}


def _settle(matter, review, *, actor, now, capacity):
    """Both capacities signed: take the move and write the full row of ledger ③."""
    review.settled_at = now
    review.save(update_fields=["settled_at"])
    proposal = matter.proposal
    envelope = projects_selectors.envelope_of(matter.community, proposal.year)
    left = envelope.free_fen if envelope else proposal.rule_set.community_year_cap_fen
    summary = matter.summaries.filter(round=matter.round).first()
    everyone = list(review.attendees.select_related("person").order_by("pk"))
    if review.conclusion == Conclusion.REJECT:
        free_needs(matter, actor=actor, now=now)
    if review.conclusion == Conclusion.PASS:
        fit_judgement.tell_the_pool(review, matter=matter, actor=actor, now=now)
    dated = {} if review.conclusion == Conclusion.RETURN else {"at": now}
    finish(
        matter, "sign_review", MOVES[review.conclusion], actor=actor, now=now,
        capacity=capacity, note=review.reason, **dated,
        columns={
            "held_on": review.held_on.isoformat(),
            "attendees": "、".join(f"{a.person.name}（{a.get_capacity_display()}）" for a in everyone),
            "fit": review.get_fit_display(),
            "fit_reason": review.fit_reason or review.no_need_reason,
            "needs": fit_judgement.words_of(review),
            "list_check": str(proposal.positive_item),
            "cap_check": format_yuan(proposal.amount_fen),
            "budget_left": format_yuan(left),
            "problems": summary.problems if summary else "",
            "necessity": summary.necessity if summary else "",
            "recused": "、".join(a.person.name for a in everyone if a.is_recused),
            "conclusion": review.get_conclusion_display(),
            "reason": review.reason,
            "signed": "、".join(
                f"{a.get_capacity_display()}：{a.person.name}" for a in everyone if a.signed_at
            ),
        },
        data={"review": review.number, "conclusion": review.conclusion},
    )  # fmt: skip
