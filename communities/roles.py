"""The roles: one table that says on what each role hangs and what its holder does."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.office_kinds import DISTRICT_OFFICES, GATEKEEPING_OFFICES, OfficeKind


class Role(models.TextChoices):
    RESIDENT = "resident", _("居民")
    ORGANISATION_AGENT = "organisation_agent", _("组织经办人")
    COMMITTEE_CLERK = "committee_clerk", _("居委会经办人")
    COMMITTEE_SIGNER = "committee_signer", _("“两委”签署人（居委会）")
    PARTY_SIGNER = "party_signer", _("“两委”签署人（社区党委）")
    STATION_CLERK = "station_clerk", _("社区工作站经办人")
    AFFAIRS_CLERK = "affairs_clerk", _("街道民生事务部经办人")
    DEPARTMENT_REVIEWER = "department_reviewer", _("业务把控部门审核人")
    STREET_APPROVER = "street_approver", _("街道审定人")
    COUNCIL_MEMBER = "council_member", _("居民议事会成员")
    DISTRICT_OFFICER = "district_officer", _("区级主管人员")
    AUDITOR = "auditor", _("审计人员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")


class Holder(models.TextChoices):
    """What an appointment hangs on."""

    OFFICE = "office", _("机构")
    ORGANISATION = "organisation", _("组织")
    COMMUNITY = "community", _("社区")


class Level(models.TextChoices):
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DISTRICT = "district", _("区")
    NONE = "none", _("不限")


@dataclass(frozen=True)
class RoleDef:
    key: str
    holder: str
    level: str
    office_kinds: tuple[str, ...]
    does: str
    # Whether the holder may read non-public rows of the place (contacts, names of objectors).
    reads_non_public: bool = False

    @property
    def label(self):
        return Role(self.key).label


def _role(key, holder, level, kinds, does, reads_non_public=False):
    return key.value, RoleDef(key.value, holder.value, level.value, kinds, does, reads_non_public)


# fmt: off
ROLES: dict[str, RoleDef] = dict([
    _role(Role.RESIDENT, Holder.COMMUNITY, Level.COMMUNITY, (),
          _("提出需求和项目建议，提出异议，参加评价")),
    _role(Role.ORGANISATION_AGENT, Holder.ORGANISATION, Level.NONE, (),
          _("以本组织名义申报服务类项目")),
    _role(Role.COMMITTEE_CLERK, Holder.OFFICE, Level.COMMUNITY, (OfficeKind.RESIDENTS_COMMITTEE,),
          _("管理需求库，受理申报，召集议事会，张贴公示，受理异议"), True),
    _role(Role.COMMITTEE_SIGNER, Holder.OFFICE, Level.COMMUNITY, (OfficeKind.RESIDENTS_COMMITTEE,),
          _("代表居委会签署“两委”审核意见"), True),
    _role(Role.PARTY_SIGNER, Holder.OFFICE, Level.COMMUNITY, (OfficeKind.PARTY_COMMITTEE,),
          _("代表社区党委签署“两委”审核意见"), True),
    _role(Role.STATION_CLERK, Holder.OFFICE, Level.COMMUNITY, (OfficeKind.WORKSTATION,),
          _("收集需求，提出工程类项目建议"), True),
    _role(Role.AFFAIRS_CLERK, Holder.OFFICE, Level.STREET, (OfficeKind.AFFAIRS,),
          _("街道项目台面：受理跨社区申报，送审立项材料"), True),
    _role(Role.DEPARTMENT_REVIEWER, Holder.OFFICE, Level.STREET, GATEKEEPING_OFFICES,
          _("对工程类项目的可行性、合法性提出意见，存疑时实地勘查"), True),
    _role(Role.STREET_APPROVER, Holder.OFFICE, Level.STREET, (OfficeKind.STREET_OFFICE,),
          _("审定立项"), True),
    _role(Role.COUNCIL_MEMBER, Holder.COMMUNITY, Level.COMMUNITY, (),
          _("在居民议事会上审议和表决")),
    _role(Role.DISTRICT_OFFICER, Holder.OFFICE, Level.DISTRICT, DISTRICT_OFFICES,
          _("维护制度和清单，任免人员，受理跨街道服务类项目"), True),
    _role(Role.AUDITOR, Holder.OFFICE, Level.DISTRICT, DISTRICT_OFFICES,
          _("查阅全部台账和审计记录，不得改动任何数据"), True),
    _role(Role.SYSTEM_ADMIN, Holder.OFFICE, Level.DISTRICT, DISTRICT_OFFICES,
          _("管理账号、地点、机构和任职，不参与任何审核")),
])
# fmt: on

# Separation of powers (三员分立): these two hold nothing else but their life as a resident.
EXCLUSIVE_ROLES = (Role.AUDITOR, Role.SYSTEM_ADMIN)
STAFF_ROLES = tuple(role for role in Role if role not in (Role.RESIDENT, Role.ORGANISATION_AGENT))
