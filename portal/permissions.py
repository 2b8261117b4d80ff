"""Who may urge, and who may put a matter under supervision."""

from django.utils.translation import gettext as _

from communities.permissions import holds
from communities.roles import Role
from core.refusals import Reason
from deliberation.permissions import is_applicant_side, sees_inside
from portal.choices import SupervisorLevel

_STREET_ROLES = (Role.AFFAIRS_CLERK, Role.STREET_APPROVER)


def urging_side(user, matter, on):
    """As what the person may urge here, in words; "" for somebody who may not."""
    community, street = matter.community, matter.community.street
    if is_applicant_side(user, matter, on):
        return _("申报主体")
    if holds(user, Role.COMMITTEE_CLERK, community=community, on=on):
        return Role.COMMITTEE_CLERK.label
    for role in _STREET_ROLES:
        if holds(user, role, street=street, on=on):
            return role.label
    return ""


def may_urge(user, matter, on):
    """None, or why this person may not urge."""
    if urging_side(user, matter, on):
        return None
    return Reason(
        "not_yours_to_urge",
        _("这个项目不由您催办。"),
        _("催办由申报主体、社区居委会经办人或所属街道提出。"),
        _("想了解进度，请看项目页的办理记录；有意见可联系所在社区居委会。"),
    )


def supervising_level(user, matter, on):
    """The level from which the person may supervise this matter; "" for none."""
    street = matter.community.street
    if holds(user, Role.DISTRICT_OFFICER, district=street.district, on=on):
        return SupervisorLevel.DISTRICT
    if holds(user, Role.AFFAIRS_CLERK, street=street, on=on):
        return SupervisorLevel.STREET
    return ""


def may_supervise(user, matter, on):
    """None, or why this person may not supervise."""
    if supervising_level(user, matter, on):
        return None
    return Reason(
        "not_supervisor",
        _("这个项目不由您督办。"),
        _("督办由所属街道民生事务部或区级主管人员提出和解除。"),
        _("需要加快的，请用“催办”，或报街道民生事务部。"),
    )


def may_lift(user, supervision, matter, on):
    """None, or why this person may not lift it: the street does not end what the district began."""
    level = supervising_level(user, matter, on)
    if not level:
        return may_supervise(user, matter, on)
    if supervision.level == SupervisorLevel.DISTRICT and level != SupervisorLevel.DISTRICT:
        return Reason(
            "district_supervises",
            _("这是区里督办的事项，街道不能解除。"),
            _("谁督办，谁解除；上级可以解除下级的督办。"),
            _("请把办理结果报区级主管人员，由区里解除。"),
        )
    return None


def sees_attention(user, matter, on):
    """May the person read who urged, and the supervision: those inside and the applicant's side."""
    return sees_inside(user, matter, on) or is_applicant_side(user, matter, on)
