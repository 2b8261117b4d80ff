"""What the demo tells: proposals in every state and on every side road, in two communities.

东门街道“夕阳红” and 翠竹街道“美食美刻” are real projects of 2017; all else is invented.
"""

from deliberation.choices import SendBack, State
from deliberation.services import decisions, declaring, drafting, notices, reviews
from demo import pictures, rounds
from demo.script import DRAFT, MEET, POST, Script
from demo.walk import Walk, announce, hold
from projects.choices import ApplicantKind, ProposalType
from projects.models import PositiveItem
from projects.selectors import rule_set_in_force

W, S, G = ProposalType.WORKS, ProposalType.SERVICE, ProposalType.GOODS


class Story:
    """Writes the script for `home` (东门街道) and `away` (翠竹街道)."""

    def __init__(self, home, away, *, now):
        self.home, self.away = home, away
        self.script = Script(now=now)
        rule_set = rule_set_in_force(self.script.today)
        self.rounds = {}
        self.items = {item.code: item.pk for item in PositiveItem.objects.filter(rule_set=rule_set)}

    def tell(self):
        """Write all roads, then play them in the order of time."""
        for road in (
            self.asked_by_questionnaire, self.well_done, self.at_the_beginning, self.at_review, self.at_the_council,
            self.on_notice, self.at_the_street, self.refused, self.taken_back,
        ):  # fmt: skip
            road()
        self.script.play()

    def asked_by_questionnaire(self):
        """A round of questionnaires that was summed up, and one that still runs."""
        at, beat, asked = self.script.at, self.script.beat, self.rounds
        beat(62, lambda: asked.update(
            spring=rounds.hand_out_paper(self.home, title="第一轮入户问需", now=at(62, 10))), minutes=10)  # fmt: skip
        beat(50, lambda: rounds.sum_up(asked["spring"], self.home, now=at(50, 20)), minutes=20)
        beat(9, lambda: asked.update(
            summer=rounds.visit_homes(self.home, title="第二轮入户问需", now=at(9, 2))), minutes=2)  # fmt: skip
        beat(8, lambda: rounds.first_forms(asked["summer"], self.home, now=at(8, 2)), minutes=2)

    def walk(self, title, type, wan, item, summary, *, cast=None, **content):
        """A proposal of the story; its budget has three lines."""
        fen = int(wan * 1_000_000)
        parts = [fen * 6 // 10, fen * 3 // 10]
        names = (
            ("材料及施工", "设计监理", "安全文明措施")
            if type == W
            else ("物料", "人员服务", "宣传及其他")
        )
        return Walk(
            cast or self.home, now=self.script.at(1), type=type, amount_fen=fen, title=title,
            positive_item_id=self.items[item], summary=summary,
            lines=[
                {"name": name, "quantity": 1, "unit": "项", "unit_price_fen": part}
                for name, part in zip(names, [*parts, fen - sum(parts)], strict=True)
            ],
            **content,
        )  # fmt: skip

    def well_done(self):
        """Established: the two of the newspaper, goods, and works that needed a survey first."""
        sunset = self.walk(
            "“夕阳红”长者关爱服务", S, 6.8, "F2",
            "为社区长者献花、庆生、义诊，每月一次集体活动，高龄独居长者上门探访。",
            beneficiaries="elderly", site="东门社区党群服务中心",
        )  # fmt: skip
        self.script.road(
            sunset, 45, State.ESTABLISHED,
            need={"content": "独居老人多，过节冷清，希望有人常来看看他们。", "category": "care",
                  "beneficiaries": ("elderly",)},
        )  # fmt: skip
        sunset.cites = lambda: [rounds.line_of(self.rounds["spring"], "长者探访和集体活动")]
        self.picture(sunset, 45, pictures.elders_with_flowers, "为长者献花")
        kitchen = self.walk(
            "“美食美刻”邻里厨房", S, 4.5, "F1",
            "邻居轮流当主厨，以一道家乡菜认识一栋楼的人，每月两场。", cast=self.away,
            site="翠竹社区党群服务中心",
        )  # fmt: skip
        self.script.road(
            kitchen, 42, State.ESTABLISHED,
            need={"content": "住了十年不认识对门，想有个一起做饭聊天的地方。", "category": "development"},
        )  # fmt: skip
        self.picture(kitchen, 42, pictures.neighbours_at_table, "邻居一起做饭")
        self.script.road(
            self.walk("楼栋微型消防站器材", G, 3.2, "H1",
                      "为12栋无物业老楼配置灭火器、消防水带和应急照明。",
                      applicant_kind=ApplicantKind.WORKSTATION),
            38, State.ESTABLISHED,
            need={"content": "老楼没有灭火器，着火了不知道怎么办。", "category": "safety_goods"},
        )  # fmt: skip
        works = self.walk(
            "东门中路后巷排水改造",
            W,
            46.5,
            "G2",
            "更换破损排水管120米，清淤并加设雨水口。",
            estate_name="老街大院",
        )
        self.script.road(
            works, 40, State.ESTABLISHED, gatekeeping=lambda start: self.surveyed(works, start),
            need={"content": "后巷一下大雨就积水，一楼住户家里进水。", "category": "environment"},
        )  # fmt: skip

    def picture(self, walk, start, draw, title):
        """A public picture, handed in with the draft."""
        self.script.beat(start - DRAFT, lambda: drafting.attach(
            matter_id=walk.pk, upload=draw(), kind="photo", title=title, is_public=True,
            actor=walk.applicant, now=walk.now), walk)  # fmt: skip

    def surveyed(self, walk, start):
        """A department doubts, visits the site, and the departments go on."""
        offices = list(walk.cast.street.reviewers)
        self.script.beat(
            start - 4, lambda: walk.opine_of(offices[2], "doubt", "管线走向不明，需现场核实"), walk
        )
        self.script.beat(start - 4, lambda: self.survey(walk, offices[2]), walk, minutes=400)
        for office in (*offices[:2], *offices[3:]):
            self.script.beat(start - 5, lambda office=office: walk.opine_of(office), walk)
        self.script.beat(start - 5, walk.summarise, walk)

    def survey(self, walk, office):
        reviews.record_survey(
            matter_id=walk.pk, surveyed_on=walk.now.date(),
            people="街道发展更新部、社区工作站、居民代表",
            conclusion="已开挖探沟，管线避让可行。", photos=[pictures.lane_after_survey()],
            actor=walk.cast.street.reviewers[office],
            now=walk.now,
        )  # fmt: skip

    def at_the_beginning(self):
        """Draft, evidence filed, declared, returned, declared jointly."""
        road = self.script.road
        road(self.walk("社区太极拳队扶持", S, 1.6, "F1", "聘请教练，每周两次，面向中老年居民。"),
             2, State.DRAFT)  # fmt: skip
        road(self.walk("东门老街路灯增设", W, 12.4, "G1", "在三处无灯路段安装太阳能路灯18盏。"),
             3, State.SOLICITED)  # fmt: skip
        road(self.walk("四点半课堂", S, 8, "F2", "工作日放学后由社工看护、辅导作业。"),
             4, State.DECLARED)  # fmt: skip
        returned = self.walk("青少年编程体验营", S, 9.6, "F3", "周末编程入门，面向小学高年级。")
        road(returned, 6, State.DECLARED)
        self.script.beat(2, lambda: declaring.return_for_correction(
            matter_id=returned.pk, reason="请补充师资说明和场地安全措施。", actor=self.home.clerk,
            now=returned.now), returned)  # fmt: skip
        joint = self.walk(
            "楼栋歌友会", S, 2.4, "F1", "备案的歌友会与登记的社会组织联合申报。",
            organisation_id=self.home.filed.pk, partner_id=self.home.organisation.pk,
        )  # fmt: skip
        road(joint, 5, State.DECLARED)

    def at_review(self):
        """Step 3: departments half done, summary due, a doubt, a record half signed."""
        half = self.walk("小学门口人车分流改造", W, 28, "G1", "设置护栏和人行通道，重划标线。")
        self.script.road(half, 7, State.DECLARED)
        offices = list(self.home.street.reviewers)
        for office in offices[:3]:
            self.script.beat(2, lambda office=office: half.opine_of(office), half)
        answered = self.walk("社区文体广场地面翻新", W, 35, "G3", "更换开裂地砖600平方米。")
        self.script.road(answered, 8, State.DECLARED)
        self.script.beat(2, answered.opine, answered)
        doubted = self.walk("旧楼外墙空鼓排险", W, 48, "G1", "对两栋临街旧楼外墙空鼓部位排险。")
        self.script.road(doubted, 6, State.DECLARED)
        self.script.beat(1, lambda: doubted.opine_of(
            offices[1], "doubt", "产权关系和物业责任须核实"), doubted)  # fmt: skip
        signing = self.walk("社区急救员培训", S, 3.6, "F3", "培训60名持证急救员。")
        self.script.road(signing, 9, State.DECLARED)
        self.script.beat(2, lambda: reviews.sign_review(
            matter_id=signing.record_review().pk, actor=self.home.party, now=signing.now), signing)  # fmt: skip

        unsigned = self.walk("邻里摄影展", S, 1.8, "F1", "征集社区老照片和新风貌，巡回展出。")
        self.script.road(unsigned, 7, State.DECLARED)
        self.script.beat(1, unsigned.record_review, unsigned)

    def at_the_council(self):
        """Step 4: waiting for an agenda, called for today and for later, failed and called off."""
        road = self.script.road
        road(
            self.walk("无障碍坡道建设", W, 16, "G4", "在五个单元口加建坡道和扶手。"),
            8,
            State.REVIEWED,
        )
        today = self.walk("邻里节", S, 5.5, "F1", "百家宴、跳蚤市场和才艺展示。")
        road(today, MEET, State.REVIEWED)
        self.script.seat(today, 0)
        fix = self.walk("垃圾收集点改造", W, 22, "G5", "改为密闭式，增设洗手和除臭设施。")
        road(fix, MEET, State.REVIEWED)
        self.script.seat(fix, 0)
        later = self.walk("长者智能手机课", S, 2.2, "F3", "一对一教长者挂号、打车、防诈骗。")
        road(later, 8, State.REVIEWED)
        self.script.seat(later, -3)
        deferred = self.walk("便民服务日", S, 3, "F2", "每月一次磨刀、理发、修小家电。")
        road(deferred, 14, State.REVIEWED)
        self.script.seat(deferred, 3, end="adjourn")
        called_off = self.walk("社区读书会", S, 1.8, "F1", "每周一次，亲子共读。", cast=self.away)
        road(called_off, 14, State.REVIEWED)
        self.script.seat(called_off, 3, end="cancel")

    def on_notice(self):
        """Step 5: not yet posted, running, objected, dismissed, upheld."""
        road = self.script.road
        road(
            self.walk("楼道扶手加装", W, 9.8, "G4", "为七栋无电梯老楼加装扶手。"),
            MEET + 1,
            State.RESOLVED,
        )
        for title, cast in (("亲子运动会", self.home), ("老友记合唱团", self.away)):
            running = self.walk(title, S, 4, "F1", f"{title}，面向本社区居民。", cast=cast)
            road(running, POST + 1, State.RESOLVED)
            self.script.beat(1, running.post, running)
        for title, then in (
            ("宠物便溺箱设置", None),
            ("儿童滑梯安装", False),
            ("健身路径更新", True),
        ):
            walk = self.walk(title, W, 7.5, "G3", f"{title}，选址见平面图。")
            road(walk, POST + 4, State.RESOLVED)
            self.script.beat(4, walk.post, walk)
            self.script.beat(3, walk.object, walk)
            if then is not None:
                self.script.beat(2, lambda walk=walk, then=then: self.answer(walk, then), walk)

    def answer(self, walk, is_upheld):
        """Decide the open objection of a matter."""
        notices.decide_objection(
            objection_id=walk.notice.objections.get().pk, is_upheld=is_upheld,
            inquiry="居委会到现场核实，并走访相邻三户。",
            answer="选址确实偏近，请议事会重新审议。" if is_upheld else "距最近住户15米，符合规范。",
            send_back=SendBack.COUNCIL if is_upheld else "", actor=self.home.clerk, now=walk.now,
        )  # fmt: skip

    def at_the_street(self):
        """Step 6: to be submitted, to be decided, sent back."""
        road, beat = self.script.road, self.script.beat
        road(
            self.walk("社区法律顾问日", S, 4.8, "F3", "律师每两周坐班半天。"), 19, State.PUBLICISED
        )
        for cast, title in ((self.home, "晾晒架安装"), (self.away, "架空层休闲座椅")):
            waiting = self.walk(title, W, 11, "G4", f"{title}，共12处。", cast=cast)
            road(waiting, 21, State.PUBLICISED)
            beat(1, waiting.submit, waiting)
        back = self.walk("非机动车棚建设", W, 19, "G2", "建设两处带充电的非机动车棚。")
        road(back, 23, State.PUBLICISED)
        beat(4, back.submit, back)
        beat(2, lambda: decisions.return_from_street(
            matter_id=back.pk, ground="procedure", reason="缺少消防部门对充电设施的意见。",
            actor=self.home.street.approver, now=back.now), back)  # fmt: skip

    def refused(self):
        """Rejected at each of the steps 3, 4 and 6; the first is renewed with changes."""
        early = self.walk("私家车位划线", W, 6, "G2", "在内街划设36个停车位。")
        self.script.road(early, 20, State.DECLARED)
        self.script.beat(16, lambda: early.gatekeep(), early)
        self.script.beat(14, lambda: early.record_review(
            conclusion="reject", reason="属于物业服务企业的约定职责，不在正面清单范围。").sign(), early)  # fmt: skip
        council = self.walk("社区吉祥物设计", S, 8.8, "F1", "设计吉祥物和文创产品。")
        self.script.road(council, 26, State.RESOLVED, ayes=3)
        street = self.walk("广场音响更新", G, 6.2, "H2", "更换广场音响一套。",
                           applicant_kind=ApplicantKind.WORKSTATION)  # fmt: skip
        self.script.road(street, 28, State.PUBLICISED)
        self.script.beat(9, street.submit, street)
        self.script.beat(8, lambda: decisions.reject_at_street(
            matter_id=street.pk, ground="legal", reason="与区文体局已立项的设备采购重复。",
            actor=self.home.street.approver, now=street.now), street)  # fmt: skip
        renewed = self.walk("社区吉祥物征集活动", S, 2.6, "F1", "由居民投稿并投票，不做文创产品。",
                            change_note="取消文创产品，改为居民征集，金额由8.8万元减到2.6万元。")  # fmt: skip
        self.script.beat(3, lambda: renewed.draft(based_on_id=council.pk), renewed)

    def taken_back(self):
        """Withdrawn by the applicant before the vote, and by the council after it."""
        early = self.walk("周末电影放映", S, 2, "F1", "夏季每周六放映。")
        self.script.road(early, 12, State.DECLARED)
        self.script.beat(7, lambda: declaring.withdraw(
            matter_id=early.pk, reason="场地被征用，今年无法实施。", actor=early.applicant,
            now=early.now), early)  # fmt: skip
        late = self.walk("社区小花园共建", S, 5, "F1", "居民认种认养。", cast=self.away)
        self.script.road(late, 30, State.PUBLICISED)
        meeting = {}
        self.script.beat(9, lambda: meeting.update(
            row=announce([late], at=self.script.at(4, 360), purpose="withdraw")), late)  # fmt: skip
        self.script.beat(4, lambda: hold([late], meeting["row"], now=late.now), late, minutes=365)
