"""Kinds of micro-projects, so that invented proposals read like real ones. No real persons.

An idea belongs to an entry of the positive list; {spot} is a place of the community.
"""

from dataclasses import dataclass

from projects.choices import ProposalType

W, S = ProposalType.WORKS, ProposalType.SERVICE


@dataclass(frozen=True)
class Kind:
    """One kind: its entry of the positive list, the category of its need, and its words."""

    item: str
    category: str
    title: str
    need: str
    unit: str
    beneficiaries: str = "all"


@dataclass(frozen=True)
class Idea:
    """A kind at a spot: what a proposal and the need behind it say."""

    item: str
    category: str
    title: str
    need: str
    site: str
    unit: str
    beneficiaries: str


WORKS = (
    Kind("G1", "safety", "{spot}老旧护栏更换", "{spot}的护栏锈蚀松动，老人和小孩靠着不安全，希望更换。", "米"),
    Kind("G1", "safety", "{spot}路灯增设工程", "{spot}晚上没有路灯，下班和接孩子回家看不清路。", "盏"),
    Kind("G1", "safety", "{spot}消防通道清障及划线", "{spot}消防通道常被占用，希望清理并划线。", "项"),
    Kind("G1", "safety", "{spot}边坡加固及排险", "{spot}边坡下雨掉土，路过的居民担心。", "项"),
    Kind("G1", "safety", "{spot}高空坠物防护棚安装", "{spot}楼上常有东西掉下来，希望装防护棚。", "处"),
    Kind("G1", "safety", "{spot}视频监控补点", "{spot}是监控盲区，电动车被盗过，希望补装监控。", "个"),
    Kind("G2", "environment", "{spot}排水管网疏通改造", "{spot}一下大雨就积水，污水倒灌进一楼。", "米"),
    Kind("G2", "environment", "{spot}破损路面修复", "{spot}路面坑洼，推婴儿车和轮椅都走不了。", "平方米"),
    Kind("G2", "environment", "{spot}绿化补种提升", "{spot}绿化带黄土裸露，一刮风都是灰。", "平方米"),
    Kind("G2", "environment", "{spot}楼道粉刷及管线整理", "{spot}楼道墙皮脱落、电线乱拉，看着就危险。", "栋"),
    Kind("G2", "environment", "{spot}非机动车停车棚建设", "{spot}电动车乱停堵住出口，希望建停车棚。", "个"),
    Kind("G2", "environment", "{spot}外墙渗漏维修", "{spot}外墙渗水，顶楼几户家里都发霉了。", "平方米"),
    Kind("G3", "culture_sports", "{spot}健身器材更新", "{spot}的健身器材坏了很久，锻炼的老人多。", "套", "elderly"),
    Kind("G3", "culture_sports", "{spot}篮球场地面翻新", "{spot}篮球场地面开裂，孩子打球摔过几次。", "平方米", "youth"),
    Kind("G3", "culture_sports", "{spot}儿童游乐设施安装", "{spot}附近孩子多，没有可以玩的地方。", "套", "children"),
    Kind("G3", "culture_sports", "{spot}文化长廊建设", "{spot}那面墙一直空着，想做成社区文化长廊。", "米"),
    Kind("G3", "culture_sports", "{spot}舞台及照明改造", "{spot}晚上跳舞的人多，地不平、灯不亮。", "项"),
    Kind("G4", "living_care", "{spot}无障碍坡道建设", "{spot}只有台阶，坐轮椅的邻居出不了门。", "处", "disabled"),
    Kind("G4", "living_care", "{spot}休闲座椅及遮阳棚安装", "{spot}等车接孩子没地方坐，也没有遮挡。", "张", "elderly"),
    Kind("G4", "living_care", "{spot}公共晾晒架安装", "{spot}居民把被子晒在绿化带上，希望装晾晒架。", "组"),
    Kind("G4", "living_care", "{spot}楼梯扶手加装", "{spot}楼梯陡，老人上下楼没有扶手。", "米", "elderly"),
    Kind("G4", "living_care", "{spot}社区长者活动室改造", "{spot}长者活动室又暗又潮，桌椅也旧了。", "项", "elderly"),
    Kind("G5", "environment", "{spot}垃圾收集点改造", "{spot}垃圾点露天，夏天气味大、污水横流。", "处"),
    Kind("G5", "environment", "{spot}垃圾转运站除臭及维修", "{spot}垃圾转运站的气味影响周围几栋楼。", "项"),
    Kind("G5", "environment", "{spot}分类垃圾亭安装", "{spot}没有分类投放点，大家想分也没地方分。", "座"),
)  # fmt: skip

SERVICES = (
    Kind("F1", "development", "{place}邻里节", "楼上楼下都不认识，希望办一次邻里节。", "场"),
    Kind("F1", "development", "{place}广场舞队扶持", "跳舞队想请老师教，也想有个固定的时间和场地。", "节", "women"),
    Kind("F1", "development", "{place}合唱团培育", "退休的居民想组个合唱团，缺老师和谱架。", "节", "elderly"),
    Kind("F1", "development", "{place}社区趣味运动会", "希望每年有一次全家能参加的运动会。", "场"),
    Kind("F1", "development", "{place}手工艺传承工作坊", "会剪纸、编织的老人想把手艺教给年轻人。", "节"),
    Kind("F1", "development", "{place}阅读角与读书会", "孩子放学没有地方看书，希望有读书会。", "场", "children"),
    Kind("F1", "development", "{place}摄影与社区记忆展", "老街要变了，想把老照片收集起来办个展。", "项"),
    Kind("F1", "development", "{place}象棋乒乓友谊赛", "下棋、打球的人多，希望组织比赛。", "场"),
    Kind("F2", "care", "{place}高龄独居长者探访", "独居老人多，希望有人定期上门看看。", "人次", "elderly"),
    Kind("F2", "care", "{place}长者健康讲座与义诊", "老人想了解慢性病的日常护理。", "场", "elderly"),
    Kind("F2", "care", "{place}四点半课堂", "双职工家庭放学后没人管孩子。", "节", "children"),
    Kind("F2", "care", "{place}暑期儿童成长营", "暑假孩子没有去处，希望社区办夏令活动。", "期", "children"),
    Kind("F2", "care", "{place}残疾人居家康复支持", "残疾人家庭希望有康复指导。", "人次", "disabled"),
    Kind("F2", "care", "{place}困难家庭暖心帮扶", "几户困难家庭过节时特别冷清。", "户", "hardship"),
    Kind("F2", "care", "{place}亲子关系工作坊", "和孩子说不上话，想学学怎么沟通。", "节"),
    Kind("F2", "care", "{place}便民服务日", "希望定期有磨刀、理发、修小家电的便民服务。", "场"),
    Kind("F2", "care", "{place}老友记慢病自助小组", "有高血压的邻居想结伴锻炼、互相提醒。", "节", "elderly"),
    Kind("F2", "care", "{place}妇女心理减压小组", "带孩子的妈妈压力大，希望有倾诉的地方。", "节", "women"),
    Kind("F3", "education", "{place}议事规则培训", "开会总吵成一团，希望学学怎么议事。", "场"),
    Kind("F3", "education", "{place}垃圾分类宣传行动", "很多人不知道怎么分类，希望有人教。", "场"),
    Kind("F3", "education", "{place}消防安全体验日", "高层住户不会用灭火器，希望教一教。", "场"),
    Kind("F3", "education", "{place}急救知识普及课", "想学心肺复苏和异物急救。", "节"),
    Kind("F3", "education", "{place}法律进社区", "租房、劳动纠纷多，希望有律师来讲讲。", "场"),
    Kind("F3", "education", "{place}防诈骗宣传行动", "老人常接到诈骗电话，希望多宣传。", "场", "elderly"),
    Kind("F3", "education", "{place}文明养犬倡导", "遛狗不牵绳、不清粪便，希望倡导。", "场"),
)  # fmt: skip

KINDS = {W: WORKS, S: SERVICES}

SPOTS = (
    "东区", "西区", "南区", "北区", "一号大院", "二号大院", "三号大院", "老围片区", "新围片区",
    "居民小广场", "主入口", "后门巷道", "小学门口", "幼儿园旁", "公交站旁", "菜市场周边", "街心花园",
    "5栋", "8栋", "12栋", "15栋", "20栋", "文体广场", "党群服务中心周边", "河边步道", "停车场出口",
)  # fmt: skip
ROUNDS = ("", "（二期）", "（三期）", "（续）", "（四期）", "（五期）")


def idea(rng, type, community, taken):
    """A kind for the community that was not proposed there in that year; `taken` remembers."""
    name = community.removesuffix("社区")
    kinds, spots = list(KINDS[type]), list(SPOTS)
    for phase in ROUNDS:
        rng.shuffle(kinds)
        for kind in kinds:
            spot = f"{name}{rng.choice(spots)}"
            title = kind.title.format(spot=spot, place=name) + phase
            if title not in taken:
                taken.add(title)
                return Idea(
                    item=kind.item, category=kind.category, title=title,
                    need=kind.need.format(spot=spot),
                    site=spot if type == W else f"{community}党群服务中心",
                    unit=kind.unit, beneficiaries=kind.beneficiaries,
                )  # fmt: skip
    raise ValueError(f"no idea is left for {community}")
