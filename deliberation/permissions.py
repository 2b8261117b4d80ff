"""May this person do this act on this matter? One table of who; every answer has its reason."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.permissions import holds, scope_of
from communities.roles import Role
from communities.selectors import appointments_with
from core.refusals import Reason
from projects.choices import ApplicantKind


def is_applicant_side(user, matter, on):
    """Does the user act for the applicant of this matter?"""
    proposal = matter.proposal
    if user is None or not user.is_authenticated:
        return False
    if proposal.applicant_kind == ApplicantKind.ORGANISATION:
        return holds(user, Role.ORGANISATION_AGENT, organisation=proposal.organisation, on=on)
    if proposal.applicant_kind == ApplicantKind.RESIDENTS_COMMITTEE:
        return holds(user, Role.COMMITTEE_CLERK, community=proposal.community, on=on)
    if proposal.applicant_kind == ApplicantKind.WORKSTATION:
        return holds(user, Role.STATION_CLERK, community=proposal.community, on=on)
    return user.person_id == proposal.applicant_id and holds(
        user, Role.RESIDENT, community=proposal.community, on=on
    )


def is_interested(user, matter, on):
    """Is the person the applicant, or an agent of the applying organisations?

    Separation is by person, not by office (design §3.10).
    """
    proposal = matter.proposal
    if user is None or not user.is_authenticated:
        return False
    if user.person_id == proposal.applicant_id:
        return True
    return any(
        holds(user, Role.ORGANISATION_AGENT, organisation=organisation, on=on)
        for organisation in (proposal.organisation, proposal.partner)
        if organisation is not None
    )


def interested_people(proposal, on):
    """Ids of the persons of whom `is_interested` is true: the applicant and the agents."""
    people = {proposal.applicant_id}
    for organisation in (proposal.organisation, proposal.partner):
        if organisation is not None:
            agents = appointments_with(Role.ORGANISATION_AGENT, organisation=organisation, on=on)
            people |= set(agents.values_list("person_id", flat=True))
    return people


def _at_community(*roles):
    return lambda user, matter, on: any(
        holds(user, role, community=matter.community, on=on) for role in roles
    )


def _at_street(role):
    return lambda user, matter, on: holds(user, role, street=matter.community.street, on=on)


@dataclass(frozen=True)
class Who:
    """A kind of actor: its words, and the question whether a user is one for a matter."""

    label: str
    test: object


WHO = {
    "anyone": Who(gettext_lazy("任何居民"), lambda user, matter, on: True),
    "applicant": Who(gettext_lazy("申报主体"), is_applicant_side),
    "committee_clerk": Who(gettext_lazy("居委会经办人"), _at_community(Role.COMMITTEE_CLERK)),
    "two_committees": Who(
        gettext_lazy("社区党委、居委会签署人"),
        _at_community(Role.PARTY_SIGNER, Role.COMMITTEE_SIGNER),
    ),
    "department": Who(gettext_lazy("街道业务把控部门审核人"), _at_street(Role.DEPARTMENT_REVIEWER)),
    "affairs_clerk": Who(gettext_lazy("街道民生事务部经办人"), _at_street(Role.AFFAIRS_CLERK)),
    "street_approver": Who(
        gettext_lazy("街道党工委、办事处审定人"), _at_street(Role.STREET_APPROVER)
    ),
}


def may_reasons(act, user, matter, on):
    """Why the user may not do `act` on `matter`; empty when the user may."""
    who = [WHO[key] for key in act.who]
    if not any(one.test(user, matter, on) for one in who):
        labels = "、".join(str(one.label) for one in who)
        return [
            Reason(
                "not_your_act",
                _("“%(act)s”由%(who)s办理。") % {"act": act.label, "who": labels},
                _("审议各环节按职责分工办理，见“权限一览”。"),
                _("请转告%(place)s的%(who)s，或用有此任职的账号登录。")
                % {"place": matter.community.name, "who": labels},
            )
        ]
    if act.bars_interested and is_interested(user, matter, on):
        return [
            Reason(
                "interested_person",
                _("您是本项目的申报人或申报组织经办人，不能办理“%(act)s”。") % {"act": act.label},
                _("申报与审核、审定、异议处理由不同的人办理。"),
                _("请由没有利害关系的同事办理。"),
            )
        ]
    return []


def sees_inside(user, matter, on):
    """May the user read the non-public part: opinions, drafts, contacts of objectors?"""
    if user is None or not user.is_authenticated:
        return False
    return scope_of(user, on).covers(matter.community)


def sees_matter(user, matter, on):
    """May the user know that this matter exists?"""
    if matter.entered_at is not None:
        return True
    if user is None or not user.is_authenticated:
        return False
    return (
        sees_inside(user, matter, on)
        or user.person_id == matter.proposal.applicant_id
        or is_applicant_side(user, matter, on)
    )


def draft_reasons(user, *, community, applicant_kind, organisation, on):
    """Why the user may not start a proposal of this kind here; empty when the user may."""
    allowed = {
        ApplicantKind.RESIDENT: lambda: holds(user, Role.RESIDENT, community=community, on=on),
        ApplicantKind.RESIDENTS_COMMITTEE: lambda: holds(
            user, Role.COMMITTEE_CLERK, community=community, on=on
        ),
        ApplicantKind.WORKSTATION: lambda: holds(
            user, Role.STATION_CLERK, community=community, on=on
        ),
        ApplicantKind.ORGANISATION: lambda: (
            organisation is not None
            and holds(user, Role.ORGANISATION_AGENT, organisation=organisation, on=on)
        ),
    }
    if applicant_kind in allowed and allowed[applicant_kind]():
        return []
    return [
        Reason(
            "not_an_applicant_here",
            _("您不能以该主体的名义在%(place)s提出申报。") % {"place": community.name},
            _("申报主体为本社区居民、居委会、社区工作站，或经办人所在的组织。"),
            _("请核对社区与申报主体；居民可请居委会核实居民身份，也可直接登记需求。"),
        )
    ]
