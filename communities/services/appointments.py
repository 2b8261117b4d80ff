"""Give and end roles. A role ends on its date by itself; nobody has to remember to take it away."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.services import set_office_user
from communities import permissions
from communities.models import Appointment, Organisation
from communities.roles import EXCLUSIVE_ROLES, ROLES, Holder, Level, Role
from core import audit
from core.refusals import BadInput, NotAllowed, NotFound, Reason, refuse_if


@transaction.atomic
def appoint(
    *,
    person,
    role,
    office=None,
    organisation=None,
    community=None,
    starts_on,
    ends_on=None,
    actor,
    now,
):
    """The person holds the role there from the first to the last day, both included."""
    if role == Role.COUNCIL_MEMBER:
        raise BadInput(
            Reason(
                "seat_needs_term",
                _("议事会成员在某一届议事会就席，不单独任命。"),
                remedy=_("请在“议事会名册”里为该届增加成员。"),
                field="role",
            )
        )
    return place_in_role(
        person=person,
        role=role,
        office=office,
        organisation=organisation,
        community=community,
        starts_on=starts_on,
        ends_on=ends_on,
        actor=actor,
        now=now,
    )


@transaction.atomic
def end_appointment(*, appointment_id, ends_on, reason="", actor, now):
    """The role's last day is `ends_on`; days already past keep the role they had."""
    rows = Appointment.objects.select_for_update(of=("self",)).with_places()
    appointment = rows.filter(pk=appointment_id).first()
    if appointment is None:
        raise NotFound(Reason("appointment_unknown", _("没有这项任职。")))
    today = timezone.localdate(now)
    _check_may_appoint(actor, today, appointment.role, appointment.person, appointment.holder)
    reasons = []
    if ends_on < appointment.starts_on:
        reasons.append(
            Reason("ends_before_start", _("截止日期不能早于起始日期。"), field="ends_on")
        )
    elif ends_on < today - timedelta(days=1):
        reasons.append(
            Reason(
                "ends_in_the_past",
                _("不能把已经过去的日子改成没有任职：那些日子办的事要有人负责。"),
                remedy=_("截止日期最早填昨天，即从今天起不再任职。"),
                field="ends_on",
            )
        )
    if appointment.ends_on is not None and appointment.ends_on <= ends_on:
        reasons.append(
            Reason(
                "already_ends",
                format_lazy(_("这项任职已定于{day}截止。"), day=appointment.ends_on.isoformat()),
                remedy=_("要延长任职，请另行任命。"),
                field="ends_on",
            )
        )
    refuse_if(reasons)
    appointment.ends_on = ends_on
    appointment.save(update_fields=["ends_on"])
    permissions.appointments_changed()
    audit.record(
        "appointment.ended",
        target=appointment,
        actor=actor,
        at=now,
        chain=_chain(appointment.holder),
        reason=reason,
        data={"person": appointment.person_id, "ends_on": ends_on.isoformat()},
    )
    return appointment


def place_in_role(
    *,
    person,
    role,
    office=None,
    organisation=None,
    community=None,
    term=None,
    seat="",
    starts_on,
    ends_on,
    actor,
    now,
):
    """Shared by `appoint` and by the council's seats; inside their transaction."""
    holder = office or organisation or community
    reasons = _faults(role, office, organisation, community, starts_on, ends_on)
    refuse_if(reasons, BadInput)
    today = timezone.localdate(now)
    _check_may_appoint(actor, today, role, person, holder)
    # The person's row is the lock: two appointments of one person cannot pass each other.
    person = Person.objects.select_for_update().get(pk=person.pk)
    others = list(
        Appointment.objects.filter(person=person).overlapping(starts_on, ends_on).with_places()
    )
    refuse_if(_clashes(role, holder, seat, others))
    appointment = Appointment.objects.create(
        person=person,
        role=role,
        office=office,
        organisation=organisation,
        community=community,
        term=term,
        seat=seat,
        starts_on=starts_on,
        ends_on=ends_on,
        appointed_at=now,
        appointed_by=actor,
    )
    permissions.appointments_changed()
    if ROLES[role].holder == Holder.OFFICE:
        # an office role signs in with a second factor from now on
        for user in person.users.filter(is_office_user=False, is_active=True):
            set_office_user(user=user, is_office_user=True, actor=actor, now=now)
    audit.record(
        "appointment.made",
        target=appointment,
        actor=actor,
        at=now,
        chain=_chain(holder),
        data={
            "person": person.pk,
            "role": str(role),
            "seat": str(seat),
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat() if ends_on else None,
        },
    )
    return appointment


def _faults(role, office, organisation, community, starts_on, ends_on):
    if role not in ROLES:
        return [Reason("role_unknown", _("没有这种角色。"), field="role")]
    definition = ROLES[role]
    given = {Holder.OFFICE: office, Holder.ORGANISATION: organisation, Holder.COMMUNITY: community}
    reasons = []
    if [kind for kind, holder in given.items() if holder is not None] != [definition.holder]:
        reasons.append(
            Reason(
                "wrong_holder",
                format_lazy(
                    _("“{role}”要挂在一个{holder}上，且只能一个。"),
                    role=definition.label,
                    holder=Holder(definition.holder).label,
                ),
                field=definition.holder,
            )
        )
    elif office is not None and office.kind not in definition.office_kinds:
        reasons.append(
            Reason(
                "wrong_office",
                format_lazy(
                    _("“{role}”不能设在{office}。"), role=definition.label, office=office.name
                ),
                field="office",
            )
        )
    elif organisation is not None and not organisation.is_active:
        reasons.append(Reason("organisation_inactive", _("该组织已停用。"), field="organisation"))
    if starts_on is None or (ends_on is not None and ends_on < starts_on):
        reasons.append(
            Reason(
                "dates_reversed",
                _("请填写起始日期，截止日期不能早于起始日期。"),
                field="ends_on" if starts_on else "starts_on",
            )
        )
    return reasons


def _check_may_appoint(actor, today, role, person, holder):
    """District level roles only by the system admin; nobody raises himself."""
    refuse_if([permissions.may_appoint(actor, today, permissions.district_of(holder))], NotAllowed)
    if actor.is_superuser:
        return  # the first appointments of a new system have nobody else to make them
    if actor.person_id == person.pk:
        raise NotAllowed(
            Reason(
                "own_appointment",
                _("不能为自己办理任职。"),
                remedy=_("请由另一位管理人员办理。"),
            )
        )
    if ROLES[role].level == Level.DISTRICT and not permissions.holds(
        actor, Role.SYSTEM_ADMIN, on=today
    ):
        raise NotAllowed(
            Reason(
                "district_role",
                _("区级角色只由系统管理员办理。"),
                rule=_("系统管理、安全管理、审计管理三员分立。"),
            )
        )


def _clashes(role, holder, seat, others):
    for other in others:
        if other.role == role and other.holder == holder:
            yield Reason(
                "already_appointed",
                format_lazy(_("该人员在这段时间已担任{role}。"), role=ROLES[role].label),
                remedy=_("请先结束原任职，或选择不重叠的日期。"),
                field="starts_on",
            )
        elif Role.RESIDENT not in (role, other.role) and (
            role in EXCLUSIVE_ROLES or other.role in EXCLUSIVE_ROLES
        ):
            yield Reason(
                "roles_exclude",
                format_lazy(
                    _("{one}与{other}不能由同一人同时担任。"),
                    one=ROLES[role].label,
                    other=ROLES[other.role].label,
                ),
                rule=_("系统管理、安全管理、审计管理三员分立。"),
                field="role",
            )
        elif role == Role.COUNCIL_MEMBER and other.role == Role.COUNCIL_MEMBER:
            yield Reason(
                "seat_elsewhere",
                _("该人员在这段时间已是另一个社区的议事会成员。"),
                rule=_("参选人须承诺不在其他社区参选议事会成员。"),
                field="person",
            )


def _chain(holder):
    return "organisations" if isinstance(holder, Organisation) else holder.codes.narrowest
