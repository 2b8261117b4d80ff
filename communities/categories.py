"""Categories and beneficiary groups of needs, in the words of the positive list."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Category:
    key: str
    type: str  # works | service | goods | unsure: the type of project it would become
    label: str
    hint: str


def _by_key(*categories):
    return {category.key: category for category in categories}


CATEGORIES = _by_key(
    Category("safety", "works", _("消除安全隐患"), _("如：台阶松动、围墙开裂、扶手缺失")),
    Category("environment", "works", _("社区环境整治"), _("如：绿化、路面、排水、垃圾站")),
    Category("culture_sports", "works", _("文化体育娱乐设施"), _("如：健身器材、球场、活动室")),
    Category("living_care", "works", _("居民生活关爱设施"), _("如：休息座椅、雨棚、无障碍坡道")),
    Category("development", "service", _("社区发展"), _("如：邻里节、兴趣队伍、老手艺传承")),
    Category("care", "service", _("社区服务"), _("如：长者、儿童、残疾人或困难家庭的服务")),
    Category("education", "service", _("社区宣教"), _("如：议事规则培训、急救课、垃圾分类宣传")),
    Category("safety_goods", "goods", _("安全、消防器材及设备"), _("如：灭火器、充电桩监测")),
    Category("sports_goods", "goods", _("公共服务文体器材"), _("如：图书、音响、乒乓球台")),
    Category("unsure", "unsure", _("我说不准"), _("写下来就可以，工作人员会帮您归类")),
)

BENEFICIARIES = {
    "elderly": _("老人"),
    "children": _("儿童"),
    "youth": _("青年"),
    "women": _("妇女"),
    "disabled": _("残疾人"),
    "hardship": _("困难家庭"),
    "all": _("全体居民"),
}

# Words for the dated changes of a need.
CHANGES = {
    "filed": _("登记"),
    "corrected": _("本人更正"),
    "withdrawn": _("本人撤回"),
    "supported": _("居民附议"),
    "answered": _("居委会答复"),
    "closed": _("办结"),
    "reopened": _("重新开放"),
    "merged": _("合并到同类需求"),
    "received": _("并入一条同类需求"),
    "unmerged": _("取消合并"),
    "parted": _("一条并入的需求分出"),
    "kept_apart": _("核对后不是重复"),
    "assigned": _("转交答复单位"),
    "recategorised": _("调整类别"),
    "confirmed": _("核实仍然需要"),
    "photo_published": _("公开现场照片"),
    "photo_hidden": _("不再公开现场照片"),
    "taken_up": _("列入项目"),
    "released": _("项目不再引用"),
}
