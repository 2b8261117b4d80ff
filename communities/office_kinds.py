"""Kinds of offices and the level each of them serves."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OfficeKind(models.TextChoices):
    PARTY_COMMITTEE = "party_committee", _("社区党委")
    RESIDENTS_COMMITTEE = "residents_committee", _("居委会")
    WORKSTATION = "workstation", _("社区工作站")
    AFFAIRS = "affairs", _("街道民生事务部")
    SAFETY = "safety", _("平安建设部")
    DEVELOPMENT = "development", _("发展更新部")
    PARTY_WORK = "party_work", _("党群工作部")
    URBAN_GOVERNANCE = "urban_governance", _("城区治理办公室")
    PUBLIC_SAFETY = "public_safety", _("公共安全办公室")
    STREET_OFFICE = "street_office", _("街道党工委/办事处")
    CIVIL_AFFAIRS = "civil_affairs", _("区民政局")
    CULTURE_SPORTS = "culture_sports", _("区文体局")
    URBAN_MANAGEMENT = "urban_management", _("区城管局")
    HOUSING = "housing", _("区住建局")


COMMUNITY_OFFICES = (
    OfficeKind.PARTY_COMMITTEE,
    OfficeKind.RESIDENTS_COMMITTEE,
    OfficeKind.WORKSTATION,
)
# The six 业务把控部门 of 南湖街道, the only list that a source names: default for every street.
GATEKEEPING_OFFICES = (
    OfficeKind.AFFAIRS,
    OfficeKind.SAFETY,
    OfficeKind.DEVELOPMENT,
    OfficeKind.PARTY_WORK,
    OfficeKind.URBAN_GOVERNANCE,
    OfficeKind.PUBLIC_SAFETY,
)
STREET_OFFICES = (*GATEKEEPING_OFFICES, OfficeKind.STREET_OFFICE)
DISTRICT_OFFICES = (
    OfficeKind.CIVIL_AFFAIRS,
    OfficeKind.CULTURE_SPORTS,
    OfficeKind.URBAN_MANAGEMENT,
    OfficeKind.HOUSING,
)
