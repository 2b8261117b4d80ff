"""The demo's people, needs and history: built once, by the services, before and after the story."""

from datetime import date, timedelta

from accounts.models import User
from accounts.services import create_person, create_user
from communities.flood import client
from communities.models import Channel, Community, OrganisationKind
from communities.roles import Role
from communities.selectors import office_of
from communities.services.estates import add_estate
from communities.services.lexicon import load_lexicon
from communities.services.needs import answer_need, close_need, file_need, support_need
from communities.services.organisations import register_organisation
from communities.services.places import load_places
from core import audit
from core.models import AuditEvent
from deliberation.services.history import HistoryRow, MeetingRow, import_meetings, import_records
from demo.cast import Troupe
from demo.plan import place_rows
from demo.pool import care_for_the_pool
from demo.story import Story
from projects.models import Proposal
from projects.services.rulesets import load_rule_book

PASSWORD = "luohu-demo-2017"
CHAIN, TOLD = "demo", "demo.story_told"
HOME, AWAY = "东门社区", "翠竹社区"
HIRED_DAYS_AGO = 400
# invented; name, and why it counts as old
ESTATES = (
    ("老街大院", "1986年建成，无电梯"), ("立新住宅区", "1992年建成，无物业管理"), ("东湖花园", ""),
)  # fmt: skip
SOURCE = "演示数据：虚构的2015、2016年档案"

# role, login, what to try with it
ACCOUNTS = (
    (Role.RESIDENT, "dm_resident", "提需求、附议、看公示、提异议"),
    (Role.ORGANISATION_AGENT, "dm_agent", "补正“青少年编程体验营”，起草服务类项目"),
    (Role.COMMITTEE_CLERK, "dm_clerk", "归档问需、录联席会议、开今天的议事会、发公示、答复异议"),
    (Role.COMMITTEE_SIGNER, "dm_signer", "签署“社区急救员培训”的审核意见"),
    (Role.PARTY_SIGNER, "dm_party", "签署“邻里摄影展”的审核意见"),
    (Role.STATION_CLERK, "dm_station", "申报“东门老街路灯增设”，补正“非机动车棚建设”"),
    (Role.AFFAIRS_CLERK, "dmjd_affairs", "梳理“社区文体广场地面翻新”，送审“社区法律顾问日”"),
    (Role.DEPARTMENT_REVIEWER, "dmjd_review_public_safety", "答复“小学门口人车分流改造”；另有五个部门"),
    (Role.STREET_APPROVER, "dmjd_approver", "审定“晾晒架安装”：立项、退回或不予立项"),
    (Role.COUNCIL_MEMBER, "dm_member", "看议程和会议；会上开启无记名投票后，用手机投票"),
    (Role.DISTRICT_OFFICER, "luohu_officer", "看全区台账与报表，导入历史，任免人员"),
    (Role.AUDITOR, "luohu_auditor", "只读：台账、审计记录"),
    (Role.SYSTEM_ADMIN, "luohu_admin", "管理后台：地点、人员、规则版本"),
)  # fmt: skip
OTHERS = "翠竹社区、翠竹街道另有一套：cz_clerk、cz_agent、czjd_affairs、czjd_approver 等。"


def told():
    """The event that says the story was told here, or None."""
    return AuditEvent.objects.filter(chain=CHAIN, kind=TOLD).first()


def accounts():
    """(role, login, person, what to try) of the accounts to walk through with."""
    people = dict(User.objects.values_list("username", "person__name"))
    return [(Role(role).label, login, people[login], words) for role, login, words in ACCOUNTS]


class Stage:
    """Hires everybody, files needs, imports history and has the story told, at one `now`."""

    def __init__(self, *, now):
        self.now = now
        self.hired_at = now - timedelta(days=HIRED_DAYS_AGO)

    def build(self):
        """All of it; in the caller's transaction."""
        is_fresh = not Proposal.objects.exists()
        self._hire()
        needs = self._file_needs()
        Story(self.home, self.away, now=self.now).tell()
        self._answer(needs)
        care_for_the_pool(self.home, now=self.now)
        if is_fresh:  # beside a replay, more history would falsify its figures
            self._import_history()
        audit.record(
            TOLD, target=self.home.community, actor=self.admin, at=self.now, chain=CHAIN,
            data={"needs": len(needs)},
        )  # fmt: skip

    def _hire(self):
        at = self.hired_at
        person = create_person(name="罗系明", actor=None, now=at)
        self.admin = create_user(
            username="luohu_admin", password=PASSWORD, person=person, actor=None, now=at,
            is_superuser=True, is_staff=True, is_office_user=True, is_demo=True,
        )  # fmt: skip
        load_places(rows=place_rows(), actor=self.admin, now=at)
        load_lexicon(actor=self.admin, now=at)
        load_rule_book(actor=self.admin, now=at)
        home, away = self._place(HOME), self._place(AWAY)
        for place, estates in ((home, ESTATES), (away, (("翠竹苑", ""),))):
            for name, old_reason in estates:
                add_estate(
                    community_id=place.pk, name=name, is_old=bool(old_reason),
                    old_reason=old_reason, actor=self.admin, now=at,
                )  # fmt: skip
        troupe = Troupe(
            founder=self.admin, now=at, password=PASSWORD, is_demo=True, count=90_000,
            since=at.date(),
        )  # fmt: skip
        district = home.street.district
        troupe.give(
            self.admin, Role.SYSTEM_ADMIN, office=office_of("civil_affairs", district=district)
        )
        self.officer = troupe.officer("luohu_officer", district)
        troupe.officer("luohu_auditor", district, Role.AUDITOR)
        self.home = troupe.community(home, troupe.street(home.street, "dmjd"), "dm")
        self.away = troupe.community(away, troupe.street(away.street, "czjd"), "cz")
        troupe.user("dm_member", is_office=False, person=self.home.members[6])
        # a filed body of residents that may only declare jointly with a registered one
        self.home.filed = register_organisation(
            kind=OrganisationKind.FILED, name="东门楼栋歌友会", filing_no="罗东备〔2016〕8号",
            community=home, registered_on=at.date(), actor=self.admin, now=at,
        )  # fmt: skip
        troupe.give(self.home.agent, Role.ORGANISATION_AGENT, organisation=self.home.filed)

    def _place(self, name):
        return Community.objects.select_related("street__district").get(name=name)

    def _file_needs(self):
        """A handful that no proposal cites, of several channels."""
        rows = (
            (self.home, "safety", "17栋顶楼水箱盖缺失，担心孩子爬上去。", ("children",), "urgent"),
            (self.home, "living_care", "公交站到社区没有遮雨的地方。", ("all",), "normal"),
            (self.home, "development", "想有人教剪纸和粤剧，老街坊愿意来教。", ("elderly",), "normal"),
            (self.home, "environment", "餐馆后厨油烟直排到二楼窗口。", ("all",), "hard"),
            (self.home, "unsure", "希望给每户发一个新的防盗门。", (), "normal"),
            (self.away, "culture_sports", "篮球架篮筐歪了两个月。", ("youth",), "normal"),
            (self.away, "care", "楼上两位老人出院后没人照看。", ("elderly",), "urgent"),
        )  # fmt: skip
        at = self.now - timedelta(days=9)
        needs = []
        for number, (cast, category, content, groups, urgency) in enumerate(rows):
            at += timedelta(hours=3)
            needs.append(
                file_need(
                    community_id=cast.community.pk, category=category, content=content,
                    beneficiaries=groups, urgency=urgency, actor=None, now=at,
                )
            )  # fmt: skip
            for visitor in range(3 * (number % 4)):
                who = client(address=f"192.0.2.{visitor}", session_key=f"demo-{number}-{visitor}")
                support_need(need_id=needs[-1].pk, client=who, now=at + timedelta(minutes=visitor))
        needs.append(
            file_need(
                community_id=self.home.community.pk, channel=Channel.HOTLINE, category="care",
                content="来电老人希望有人陪同去医院取药。", on_behalf=True,
                scan_missing_reason="电话来访，无纸质表", collector="居委会值班人员",
                beneficiaries=("elderly",), actor=self.home.clerk, now=at + timedelta(hours=4),
            )
        )  # fmt: skip
        return needs

    def _answer(self, needs):
        """Some have an answer, one is solved, one is not taken in."""
        at, clerk = self.now - timedelta(days=2), self.home.clerk
        answer_need(need_id=needs[1].pk, text="已列入明年项目征集，欢迎附议。", actor=clerk, now=at)
        close_need(need_id=needs[0].pk, outcome="solved", reason="物业已于本周加装水箱盖并上锁。",
                   actor=clerk, now=at + timedelta(minutes=10))  # fmt: skip
        close_need(need_id=needs[4].pk, outcome="declined",
                   reason="属于各家私人事务，不在民生微实事范围。", actor=clerk,
                   now=at + timedelta(minutes=20))  # fmt: skip

    def _import_history(self):
        """Some records of rule set 1.0, and the meetings of their years."""
        at = self.now - timedelta(days=1)
        titles = (
            ("中秋邻里节", "service", 3.2), ("楼道灯更换", "works", 8.6), ("社工驻点服务", "service", 12),
            ("健身器材安装", "works", 15), ("议事会规则培训", "service", 1.8), ("围墙修缮", "works", 26),
        )  # fmt: skip
        rows = []
        for cast in (self.home, self.away):
            for number, (title, kind, wan) in enumerate(titles):
                passed = date(2015 + number % 2, 5 + number, 12)
                rows.append(
                    HistoryRow(
                        key=f"demo:{cast.community.code}:{number}",
                        community_code=cast.community.code, title=title, type=kind,
                        amount_fen=int(wan * 1_000_000), passed_on=passed,
                        entered_on=passed - timedelta(days=25), source=SOURCE,
                        organisation_name=cast.organisation.name if kind == "service" else "",
                    )
                )  # fmt: skip
        import_records(rows=rows, actor=self.officer, now=at)
        import_meetings(
            rows=[
                MeetingRow(
                    key=f"{row.key}:meeting", community_code=row.community_code,
                    held_on=row.passed_on, place="社区工作站会议室", member_count=13,
                    present_count=10, resident_count=5,
                )
                for row in rows
            ],
            actor=self.officer, now=at,
        )  # fmt: skip
