"""Who holds which role at which place today, and whose non-public rows a person may read.

Everything is answered from appointments: they begin and end on their dates, so a right that ended
yesterday is gone today without anybody having to take it away.
"""

from dataclasses import dataclass, field

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities.models import Appointment, Community, District, Office, Organisation, Street
from communities.office_kinds import OfficeKind
from communities.roles import ROLES, Level, Role
from core.refusals import Reason

# Bumped at each write of an appointment in this process, so that a user object kept in memory
# (a test, a command, the replay) never answers from what was true before.
_generation = [0]


def appointments_changed():
    _generation[0] += 1


def appointments_of(user, on):
    """The appointments in force on that day; one query per user object."""
    if user is None or not user.is_authenticated or not user.is_active:
        return []
    generation, rows = user.__dict__.get("_appointments", (None, ()))
    if generation != _generation[0]:
        rows = list(
            Appointment.objects.filter(person_id=user.person_id).with_places().order_by("pk")
        )
        user.__dict__["_appointments"] = (_generation[0], rows)
    return [
        row for row in rows if row.starts_on <= on and (row.ends_on is None or on <= row.ends_on)
    ]


def holds(
    user, role, *, office=None, community=None, street=None, district=None, organisation=None, on
):
    """Whether the user holds the role exactly at each place named; with none named, anywhere."""
    return any(
        appointment.role == role
        and (office is None or appointment.office_id == office.pk)
        and (organisation is None or appointment.organisation_id == organisation.pk)
        and (community is None or appointment.community_here == community)
        and (street is None or appointment.street_here == street)
        and (district is None or appointment.district_here == district)
        for appointment in appointments_of(user, on)
    )


@dataclass(frozen=True)
class Scope:
    """Whose non-public rows may be read."""

    all: bool = False
    district_ids: frozenset = field(default_factory=frozenset)
    street_ids: frozenset = field(default_factory=frozenset)
    community_ids: frozenset = field(default_factory=frozenset)
    organisation_ids: frozenset = field(default_factory=frozenset)

    @property
    def is_empty(self):
        return not (self.all or self.street_ids or self.community_ids or self.organisation_ids)

    def covers(self, community):
        return (
            self.all or community.pk in self.community_ids or community.street_id in self.street_ids
        )

    def covers_street(self, street):
        return self.all or street.pk in self.street_ids

    def covers_district(self, district):
        return self.all or district.pk in self.district_ids


def scope_of(user, on):
    if user is None or not user.is_authenticated or not user.is_active:
        return Scope()
    if user.is_superuser:
        return Scope(all=True)
    streets, communities, organisations, districts = set(), set(), set(), set()
    for appointment in appointments_of(user, on):
        role = ROLES[appointment.role]
        if appointment.organisation_id:
            organisations.add(appointment.organisation_id)
        if not role.reads_non_public:
            continue
        if role.level == Level.COMMUNITY:
            communities.add(appointment.community_here.pk)
        elif role.level == Level.STREET:
            streets.add(appointment.office.street_id)
        else:
            districts.add(appointment.office.district_id)
    if districts:
        streets.update(Street.objects.filter(district__in=districts).values_list("pk", flat=True))
    return Scope(
        district_ids=frozenset(districts),
        street_ids=frozenset(streets),
        community_ids=frozenset(communities),
        organisation_ids=frozenset(organisations),
    )


def district_of(holder):
    """The district of anything an appointment may hang on; None for a body without a place."""
    if isinstance(holder, Office):
        holder = holder.place
    if isinstance(holder, Organisation):
        holder = holder.community
    if isinstance(holder, Community):
        holder = holder.street
    return holder if holder is None or isinstance(holder, District) else holder.district


def may_manage_places(user, on):
    """None, or the reason why this person may not set up places, offices and departments."""
    if _is_admin(user, on):
        return None
    return Reason(
        "not_place_admin",
        _("地点、机构和把控部门只由系统管理员维护。"),
        remedy=_("请联系区里的系统管理员。"),
    )


def may_appoint(user, on, district):
    """None, or the reason why this person may not give or end roles in the district."""
    if _is_admin(user, on) or holds(user, Role.DISTRICT_OFFICER, district=district, on=on):
        return None
    return Reason(
        "not_appointer",
        _("任职只由系统管理员或区级主管人员办理。"),
        remedy=_("请把名单报区民政局办理。"),
    )


def may_edit_lexicon(user, on):
    """None, or the reason why this person may not change the words needs are found by."""
    if _is_admin(user, on) or holds(user, Role.DISTRICT_OFFICER, on=on):
        return None
    return Reason(
        "not_lexicon_editor",
        _("词库只由系统管理员或区级主管人员维护。"),
        remedy=_("请把缺少的说法报区民政局补充。"),
    )


def may_manage_estates(user, on, community):
    """None, or the reason why this person may not set up estates; `community` None: anywhere."""
    if _is_admin(user, on) or holds(user, Role.DISTRICT_OFFICER, on=on):
        return None
    if community and _holds_one_of(user, ESTATE_ROLES, community, on):
        return None
    return Reason(
        "not_estate_keeper",
        _("小区由所在社区居委会、街道民生事务部或区级主管人员维护。"),
        remedy=_("请联系社区居委会补充小区。"),
    )


def may_manage_organisations(user, on, community):
    """None, or the reason why this person may not register organisations."""
    if _is_admin(user, on) or holds(user, Role.DISTRICT_OFFICER, on=on):
        return None
    if community and (
        holds(user, Role.AFFAIRS_CLERK, street=community.street, on=on)
        or holds(user, Role.COMMITTEE_CLERK, community=community, on=on)
    ):
        return None
    return Reason(
        "not_registrar",
        _("组织信息由所在社区居委会、街道民生事务部或区级主管人员登记。"),
        remedy=_("请确认组织所在社区在您的管辖范围内。"),
    )


def may_read_faults(user, on):
    """None, or why this person may not read the record of faults: it is for whoever reviews."""
    if any(one.office_id for one in appointments_of(user, on)):
        return None
    return Reason(
        "staff_only",
        _("失信记录由工作人员查阅。"),
        _("申报被拒时，会写明是哪一条记录。"),
        _("本组织的记录请向区民政局查询。"),
    )


def may_record_faults(user, on):
    """None, or why this person may not put faults on an organisation's record or lift them."""
    if holds(user, Role.DISTRICT_OFFICER, on=on):
        return None
    return Reason(
        "not_fault_recorder",
        _("失信记录由区级主管人员登记和撤销。"),
        _("失信记录影响组织的申报资格，依据认定文书登记。"),
        _("请把认定文书转给区民政局。"),
    )


def _is_admin(user, on):
    return bool(user and user.is_active and user.is_superuser) or holds(
        user, Role.SYSTEM_ADMIN, on=on
    )


FILING_ROLES = (
    (Role.COMMITTEE_CLERK, Level.COMMUNITY),
    (Role.STATION_CLERK, Level.COMMUNITY),
    (Role.AFFAIRS_CLERK, Level.STREET),
)
ESTATE_ROLES = (
    (Role.COMMITTEE_CLERK, Level.COMMUNITY),
    (Role.AFFAIRS_CLERK, Level.STREET),
)
ANSWERING_ROLES = ((Role.COMMITTEE_CLERK, Level.COMMUNITY),)


def _holds_one_of(user, roles, community, on):
    return any(
        holds(user, role, community=community, on=on)
        if level == Level.COMMUNITY
        else holds(user, role, street=community.street, on=on)
        for role, level in roles
    )


def may_file_on_behalf(user, on, community):
    if _holds_one_of(user, FILING_ROLES, community, on):
        return None
    return Reason(
        "not_need_clerk",
        _("代为登记需求只由本社区居委会、工作站或所属街道民生事务部的经办人办理。"),
        remedy=_("居民本人可以直接在“提需求”页面填写，不用账号。"),
    )


def may_keep_rounds(user, on, community):
    """None, or why this person may not open, tally and close rounds of questionnaires there."""
    if _holds_one_of(user, FILING_ROLES, community, on):
        return None
    return Reason(
        "not_round_keeper",
        format_lazy(_("{name}的问需轮次不由您登记。"), name=community.name),
        rule=_("问需表由社区居委会、工作站或所属街道民生事务部发放、收回和汇总。"),
        remedy=format_lazy(_("请联系{name}居委会或工作站经办人。"), name=community.name),
    )


def capacity_of_filer(user, on, community):
    """As what somebody of FILING_ROLES acts for this community; the nearest role counts."""
    for role in (Role.COMMITTEE_CLERK, Role.STATION_CLERK):
        if holds(user, role, community=community, on=on):
            return role.label
    return Role.AFFAIRS_CLERK.label


def may_import_needs(user, on, community):
    """As filing on behalf, and the district's officers for the whole district."""
    if _holds_one_of(user, FILING_ROLES, community, on) or holds(
        user, Role.DISTRICT_OFFICER, district=community.street.district, on=on
    ):
        return None
    return Reason(
        "not_need_importer",
        format_lazy(_("{name}的需求不由您导入。"), name=community.name),
        rule=_("需求由本社区居委会、工作站、所属街道民生事务部或区级主管人员导入。"),
        remedy=_("请把表格交给该社区或所属街道的经办人。"),
    )


def capacity_of_importer(user, on, community):
    """As what the person imports needs of this community; the nearest role counts."""
    for role in (Role.COMMITTEE_CLERK, Role.STATION_CLERK):
        if holds(user, role, community=community, on=on):
            return role.label
    if holds(user, Role.AFFAIRS_CLERK, street=community.street, on=on):
        return Role.AFFAIRS_CLERK.label
    return Role.DISTRICT_OFFICER.label


def may_answer_needs(user, on, community):
    if _holds_one_of(user, ANSWERING_ROLES, community, on):
        return None
    return Reason(
        "not_need_owner",
        _("需求由所在社区居委会经办人答复和办结。"),
        rule=_("需求库以居委会为单位建立和维护。"),
        remedy=format_lazy(_("请联系{name}居委会经办人。"), name=community.name),
    )


# Who answers for an office that a need was handed to.
ANSWERER_ROLES = {
    OfficeKind.WORKSTATION: Role.STATION_CLERK,
    OfficeKind.AFFAIRS: Role.AFFAIRS_CLERK,
}


def answers_for(user, office, on):
    role = ANSWERER_ROLES.get(office.kind, Role.DEPARTMENT_REVIEWER)
    return holds(user, role, office=office, on=on)


def may_reply(user, on, need):
    """The committee always, and the office that the need was handed to."""
    if need.answerer_id and answers_for(user, need.answerer, on):
        return None
    return may_answer_needs(user, on, need.community)


def may_sort_needs(user, on, community):
    """Whoever takes needs in may also sort them: category, and whom to ask."""
    if _holds_one_of(user, FILING_ROLES, community, on):
        return None
    return Reason(
        "not_need_clerk",
        _("整理需求只由本社区居委会、工作站或所属街道民生事务部的经办人办理。"),
        rule=_("需求库以居委会为单位建立和维护。"),
        remedy=format_lazy(_("请联系{name}居委会经办人。"), name=community.name),
    )


def may_see_contact(user, on, community):
    """Contacts of residents: for the people who answer them, and nobody else, not even auditors."""
    if _holds_one_of(user, FILING_ROLES, community, on):
        return None
    return Reason(
        "not_contact_reader",
        _("联系方式只供答复该需求的经办人使用。"),
        rule=_("个人信息只用于填写时告知的目的。"),
    )
