"""The pages of proposals, steps 1 to 3: what everybody reads, and what each actor does there."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from deliberation.choices import State
from deliberation.models import Matter
from deliberation.services import drafting
from projects.models import PositiveItem, Proposal
from tests.deliberation.doors import Browser, words
from tests.deliberation.helpers import digest

pytestmark = pytest.mark.django_db


@pytest.fixture
def doors(monkeypatch, settings, now, world):
    settings.DEMO = True
    return Browser(monkeypatch).at(now)


def act(walk, name=""):
    return f"/proposals/{walk.pk}/" + (f"{name}/" if name else "")


def picture(name="photo.png"):
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def typed(lines=(("讲师费", "10", "节", "800.00"),), rows=5, **fields):
    """What a browser sends for the content form."""
    item = PositiveItem.objects.get(rule_set__code="2.0", code="F2")
    data = {
        "title": "夕阳红学堂", "type": "service", "positive_item": str(item.pk),
        "summary": "每周两节，教长者用手机。", "site": "党群服务中心",
        "beneficiaries": ["elderly"], "exclusions_declared": "on", "exclusion_note": "",
        "lines-TOTAL_FORMS": str(rows), "lines-INITIAL_FORMS": "0",
    }  # fmt: skip
    for number in range(rows):
        name, quantity, unit, price = lines[number] if number < len(lines) else ("", "", "", "")
        data |= {
            f"lines-{number}-name": name, f"lines-{number}-quantity": quantity,
            f"lines-{number}-unit": unit, f"lines-{number}-unit_price": price,
        }  # fmt: skip
    return data | fields


# the list ----------------------------------------------------------------------------------------


def test_everybody_sees_what_is_declared_and_nobody_the_drafts(doors, walk):
    walk(title="夕阳红学堂").to(State.DECLARED)
    walk(title="还没想好").draft()
    text = words(doors.as_(None).get("/proposals/"))
    assert "夕阳红学堂" in text and "还没想好" not in text
    assert "找到 1 个项目，申报金额合计 5 万元" in text


def test_staff_see_the_drafts_of_their_own_places_by_a_switch(doors, walk, world):
    walk(title="还没想好").draft()
    assert "还没想好" not in words(doors.as_(world.home.clerk).get("/proposals/"))
    assert "还没想好" in words(doors.get("/proposals/", {"mine": "on"}))
    assert "还没想好" not in words(doors.as_(world.far.clerk).get("/proposals/", {"mine": "on"}))
    assert "还没想好" not in words(doors.as_(None).get("/proposals/", {"mine": "on"}))


def test_the_list_is_filtered_searched_and_ordered(doors, walk, world):
    walk(title="夕阳红学堂", wan=5).to(State.DECLARED)
    walk(title="台阶扶手", type="works", wan=30).to(State.DECLARED)
    walk(world.far, title="美食美刻", wan=8).to(State.DECLARED)

    def found(**query):
        text = words(doors.get("/proposals/", query))
        return sorted(
            (name for name in ("夕阳红学堂", "台阶扶手", "美食美刻") if name in text),
            key=text.index,
        )

    assert found(street=world.far.community.street.code) == ["美食美刻"]
    assert found(community=world.home.community.code, type="works") == ["台阶扶手"]
    assert found(q="学堂") == ["夕阳红学堂"]
    assert found(q=Proposal.objects.get(title="美食美刻").number.lower()) == ["美食美刻"]
    assert found(year="2016") == []
    assert found(state="established") == []
    assert found(order="dear") == ["台阶扶手", "美食美刻", "夕阳红学堂"]
    assert found(order="cheap", year="2017") == ["夕阳红学堂", "美食美刻", "台阶扶手"]


def test_a_made_up_filter_is_refused_at_its_field_and_reaches_no_lookup(doors, walk):
    walk(title="夕阳红学堂").to(State.DECLARED)
    answer = doors.get("/proposals/", {"order": "proposal__applicant__name", "type": "x"})
    assert "夕阳红学堂" in words(answer) and "field-error" in answer.content.decode()


def test_an_empty_list_says_what_to_do(doors):
    assert "没有符合条件的项目" in words(doors.get("/proposals/"))


# one proposal ------------------------------------------------------------------------------------


def test_the_page_tells_the_whole_way_of_an_established_proposal(doors, walk):
    done = walk(type="works", wan=30, title="台阶扶手").to(State.ESTABLISHED)
    text = words(doors.at(done.now).as_(None).get(act(done)))
    for part in ("台阶扶手", done.matter.proposal.number, "300,000.00", "已立项", "街道审定",
                 "赞成", "决议公示", "需求", "把控", "适用规则", "办理记录", "可能存在的问题"):  # fmt: skip
        assert part in text, part
    assert "封顶 200 万元，已占用 30 万元，余 170 万元" in text


def test_the_public_reads_capacities_and_staff_read_names(doors, walk, world):
    done = walk(type="works").to(State.REVIEWED)
    reviewer = next(iter(world.home.street.reviewers.values())).person.name
    public = words(doors.as_(None).get(act(done)))
    assert "居委会经办人" in public
    assert "各部门意见" not in public
    staff = words(doors.as_(world.home.clerk).get(act(done)))
    assert "各部门意见" in staff and reviewer in staff
    assert f"{world.home.clerk.person.name}（" in staff
    assert f"{world.home.clerk.person.name}（" not in public


def test_a_resident_who_declares_is_masked_and_phone_numbers_are_hidden(doors, walk, world):
    done = walk(type="works", summary="有事找我 13812345678。", title="台阶扶手")
    done.content |= {"applicant_kind": "resident"}
    done.matter = drafting.start_draft(
        community_id=world.home.community.pk, content=done._content(), lines=done.lines(),
        actor=world.home.resident, now=done.now,
    )  # fmt: skip
    done.solicit()
    doors.as_(world.home.resident).post(act(done, "declare"))
    name = world.home.resident.person.name
    public = words(doors.as_(None).get(act(done)))
    assert name not in public and f"{name[0]}**" in public
    assert "13812345678" not in public and "138****5678" in public
    assert name in words(doors.as_(world.home.clerk).get(act(done)))


def test_words_of_people_are_never_markup(doors, walk, world):
    bad = "<script>alert(1)</script>"
    done = walk(title=bad, summary=bad, site=bad).to(State.DECLARED)
    for path in ("/proposals/", act(done)):
        html = doors.as_(None).get(path).content.decode()
        assert bad not in html and "&lt;script&gt;" in html
    html = doors.as_(world.home.agent).get("/desk/").content.decode()
    assert bad not in html


def test_a_draft_does_not_exist_for_others(doors, walk, world):
    draft = walk().draft()
    for user in (None, world.far.clerk, world.neighbour.clerk, world.home.resident):
        doors.as_(user).get(act(draft), status=404)
    for user in (world.home.agent, world.home.clerk, world.home.street.affairs):
        doors.as_(user).get(act(draft))
    for name in ("edit", "declare", "withdraw", "attachments"):
        doors.as_(world.far.agent).get(act(draft, name), status=404)


def test_visitors_are_offered_the_objection_alone(doors, walk):
    posted = walk().to(State.RESOLVED).post()
    text = words(doors.at(posted.now).as_(None).get(act(posted)))
    assert "提出异议" in text
    assert "发布公示" not in text.split("办理记录")[0]
    declared = walk().to(State.DECLARED)
    assert "为什么不能" not in words(doors.as_(None).get(act(declared)))


def test_closed_acts_say_why(doors, walk, world):
    declared = walk(type="works").to(State.DECLARED)
    text = words(doors.as_(world.home.clerk).get(act(declared)))
    assert "还有6个业务把控部门未答复" in text
    assert "“填写把控意见”由街道业务把控部门审核人办理" in text


def test_the_versions_show_before_and_after(doors, walk, world):
    done = walk(title="夕阳红学堂").to(State.DECLARED)
    clerk = doors.as_(world.home.clerk)
    clerk.confirm(act(done, "return-for-correction"), {"reason": "请写明每节课的人数。"})
    agent = doors.as_(world.home.agent)
    assert "请写明每节课的人数" in words(agent.get(act(done, "edit")))
    agent.post(act(done, "edit"), typed(summary="每节课二十人。"))
    again = words(agent.get(act(done, "redeclare")))
    assert "与上一版的差异" in again and "每节课二十人" in again
    agent.post(act(done, "redeclare"))
    text = words(doors.as_(None).get(act(done)))
    assert "历次修改" in text and "第 2 版" in text
    assert "50,000.00 元" in text and "8,000.00 元" in text  # the sum followed the lines


def test_the_page_costs_the_same_with_many_lines_needs_and_events(doors, walk, world):
    done = walk(title="夕阳红学堂").to(State.DECLARED)
    doors.as_(world.home.clerk).get(act(done))
    with CaptureQueriesContext(connection) as short:
        doors.get(act(done))
    doors.confirm(act(done, "return-for-correction"), {"reason": "补正。"})
    lines = tuple((f"第{n}项", "2", "节", "100.00") for n in range(12))
    doors.as_(world.home.agent).post(act(done, "edit"), typed(lines, rows=12))
    for _ in range(3):
        doors.post(act(done, "edit"), typed(lines, rows=12))
    doors.post(act(done, "redeclare"))
    doors.as_(world.home.clerk).get(act(done))
    with CaptureQueriesContext(connection) as long:
        doors.get(act(done))
    assert len(long) <= len(short)


def test_the_list_costs_the_same_for_one_row_and_for_many(doors, walk):
    walk().to(State.DECLARED)
    doors.get("/proposals/")
    with CaptureQueriesContext(connection) as one:
        doors.get("/proposals/")
    for n in range(4):
        walk(title=f"学堂{n}").to(State.DECLARED)
    with CaptureQueriesContext(connection) as many:
        doors.get("/proposals/")
    assert len(many) == len(one) <= 8


def test_looking_writes_nothing(doors, walk, world):
    declared = walk(type="works").to(State.DECLARED)
    draft = walk().draft()
    doors.as_(world.home.clerk).get("/desk/")
    before = digest()
    for path in ("/proposals/", act(declared), act(draft), act(declared, "record-review"),
                 act(draft, "file-evidence"), "/proposals/new/", "/desk/", "/rules/"):  # fmt: skip
        doors.client.get(path)
    assert digest() == before


# drafts ------------------------------------------------------------------------------------------


def test_an_agent_drafts_with_budget_lines_and_the_sum_is_theirs(doors, world):
    organisation = f"organisation-{world.home.organisation.pk}"
    data = typed(
        (("讲师费", "10", "节", "800.00"), ("教材", "30", "本", "1,020.50")),
        applicant=organisation, community=str(world.home.community.pk),
    )  # fmt: skip
    answer = doors.as_(world.home.agent).post("/proposals/new/", data)
    matter = Matter.objects.with_places().get()
    assert answer["Location"] == f"/proposals/{matter.pk}/"
    assert matter.proposal.amount_fen == 800_000 + 3_061_500
    assert matter.proposal.line_items.count() == 2
    assert matter.proposal.organisation == world.home.organisation
    assert matter.proposal.beneficiaries == "elderly"


def test_more_rows_come_without_scripts_and_keep_what_was_typed(doors, world):
    data = typed(applicant="", more="1") | {"title": ""}
    answer = doors.as_(world.home.agent).post("/proposals/new/", data, status=200)
    html = answer.content.decode()
    assert 'name="lines-9-name"' in html and 'value="讲师费"' in html
    assert "8,000.00" in html  # the sum so far
    assert "field-error" not in html and "还不能提交" not in html
    assert not Matter.objects.exists()


def test_wrong_input_comes_back_with_everything_typed(doors, world):
    data = typed(
        (("讲师费", "十", "节", "８００"),), applicant=f"workstation-{world.home.community.pk}",
        title="", type="works",
    )  # fmt: skip
    answer = doors.as_(world.home.station).post("/proposals/new/", data, status=400)
    html = answer.content.decode()
    assert "还不能提交" in html and 'value="讲师费"' in html and 'value="８００"' in html
    assert "请使用半角数字填写金额" in html
    assert "这一条属于服务类，与所选类型不同" in html


def test_a_draft_without_lines_is_refused_by_the_service(doors, world):
    data = typed((), applicant=f"workstation-{world.home.community.pk}")
    answer = doors.as_(world.home.station).post("/proposals/new/", data, status=400)
    assert 'href="#lines"' in answer.content.decode()
    assert "请至少填写一项预算明细" in words(answer)


def test_nobody_drafts_for_a_community_or_body_of_others(doors, world):
    for applicant in (
        f"workstation-{world.far.community.pk}", f"organisation-{world.far.organisation.pk}", "x",
    ):  # fmt: skip
        doors.as_(world.home.station).post(
            "/proposals/new/", typed(applicant=applicant), status=400
        )
    refused = doors.as_(world.home.street.approver).get("/proposals/new/", status=403)
    assert "您还没有可以用来申报的身份" in words(refused)
    assert doors.as_(None).get("/proposals/new/", status=302)["Location"].startswith("/account/")
    assert not Matter.objects.exists()


def test_a_row_that_is_emptied_is_taken_out(doors, walk, world):
    draft = walk().draft()
    agent = doors.as_(world.home.agent)
    agent.post(act(draft, "edit"), typed((("甲", "1", "", "10.00"), ("乙", "2", "", "5.00"))))
    html = agent.get(act(draft, "edit")).content.decode()
    assert 'value="乙"' in html and 'value="10.00"' in html
    data = typed((("", "", "", ""), ("乙", "2", "", "5.00"))) | {"lines-INITIAL_FORMS": "2"}
    agent.post(act(draft, "edit"), data)
    assert list(Proposal.objects.get().line_items.values_list("name", flat=True)) == ["乙"]


def test_a_rejected_proposal_is_renewed_with_a_word_on_what_changed(doors, walk, world):
    old = (
        walk(title="夕阳红学堂")
        .to(State.DECLARED)
        .record_review(conclusion="reject", reason="重复")
    )
    old.sign()
    agent = doors.as_(world.home.agent)
    assert "修改后重新申报" in words(agent.get(act(old)))
    assert "夕阳红学堂" in agent.get(act(old, "renew")).content.decode()
    data = typed(
        applicant=f"organisation-{world.home.organisation.pk}",
        community=str(world.home.community.pk), change_note="",
    )  # fmt: skip
    agent.post(act(old, "renew"), data, status=400)
    agent.post(act(old, "renew"), data | {"change_note": "改为小班。"})
    new = Matter.objects.with_places().latest("pk")
    assert new.proposal.based_on_id == old.matter.proposal_id
    doors.as_(world.far.agent).get(act(old, "renew"), status=403)


def test_only_the_rejected_are_renewed(doors, walk, world):
    declared = walk().to(State.DECLARED)
    answer = doors.as_(world.home.agent).get(act(declared, "renew"), status=409)
    assert "只有“不通过”的项目" in words(answer)


def test_files_are_added_and_taken_off_while_it_is_a_draft(doors, walk, world):
    draft = walk().draft()
    agent = doors.as_(world.home.agent)
    path = act(draft, "attachments")
    agent.post(path, {"upload": picture(), "kind": "photo", "title": "现场", "is_public": "on"})
    attachment = Proposal.objects.get().attachments.get()
    assert "现场" in words(agent.get(path))
    wrong = SimpleUploadedFile("a.png", b"not a picture", "image/png")
    answer = agent.post(path, {"upload": wrong, "kind": "photo", "title": "假的"}, status=400)
    assert 'value="假的"' in answer.content.decode()
    remove = f"{path}{attachment.pk}/remove/"
    assert "要移除的材料：现场" in words(agent.get(remove))
    agent.post(remove)
    assert not Proposal.objects.get().attachments.exists()
    agent.get(remove, status=404)


# the acts of steps 1 and 2 -----------------------------------------------------------------------


def evidence(*needs, **more):
    return {
        "needs": [str(need.pk) for need in needs], "questionnaire_count": "60",
        "people_count": "100", "summary": "入户走访。", "no_need_reason": "", **more,
    }  # fmt: skip


def test_the_clerk_ticks_needs_after_searching_the_pool(doors, walk, world):
    draft = walk().draft()
    wanted, other = draft.file_need("手机怎么用想学"), draft.file_need("楼道灯不亮了")
    clerk = doors.as_(world.home.clerk)
    path = act(draft, "file-evidence")
    assert "手机怎么用" in words(clerk.get(path))
    searched = clerk.post(path, evidence(other, search="1", q="手机"), status=200)
    html = searched.content.decode()
    assert "手机怎么用" in html and "入户走访" in html
    assert f'value="{other.pk}" id="need-{other.pk}" checked' in html  # ticked rows stay
    assert draft.again().matter.state == State.DRAFT
    clerk.post(path, evidence(wanted))
    assert draft.again().matter.state == State.SOLICITED


def test_evidence_without_need_or_reason_comes_back_with_what_was_typed(doors, walk, world):
    draft = walk().draft()
    answer = doors.as_(world.home.clerk).post(
        act(draft, "file-evidence"), evidence(summary="座谈会纪要"), status=400
    )
    assert "没有引用需求，也没有写明理由" in words(answer)
    assert "座谈会纪要" in words(answer) and 'href="#id_needs"' in answer.content.decode()


def test_needs_of_another_pool_are_refused(doors, walk, world):
    draft = walk().draft()
    strange = walk(world.far).file_need()
    doors.as_(world.home.clerk).post(act(draft, "file-evidence"), evidence(strange), status=400)


def test_the_applicant_is_no_clerk(doors, walk, world):
    draft = walk().draft()
    answer = doors.as_(world.home.station).get(act(draft, "file-evidence"), status=403)
    assert "由居委会经办人办理" in words(answer)
    doors.post(act(draft, "file-evidence"), evidence(), status=403)


def test_declaring_shows_the_content_the_checks_and_every_reason(doors, walk, world):
    # over the cap of a service, not on the list, exclusions not declared, too few questionnaires
    way = walk(wan=21, positive_item_id=None, exclusions_declared=False).draft()
    way.solicit(questionnaires=10)
    agent = doors.as_(world.home.agent)
    answer = agent.get(act(way, "declare"), status=409)
    text = words(answer)
    for reason in ("单个项目最高20万元", "没有对应现行正面清单", "尚未声明", "至少需要50份问需表"):
        assert reason in text, reason
    assert "确认申报</button>" not in answer.content.decode()
    refused = agent.post(act(way, "declare"), status=409)
    assert "单个项目最高20万元" in words(refused)
    assert way.again().matter.state == State.SOLICITED


def test_a_right_proposal_is_declared_with_one_more_look(doors, walk, world):
    way = walk().draft().solicit()
    agent = doors.as_(world.home.agent)
    assert "均符合规定" in words(agent.get(act(way, "declare")))
    agent.post(act(way, "declare"))
    assert way.again().matter.state == State.DECLARED
    assert "现处于“已申报”" in words(agent.get(act(way, "declare"), status=409))


def test_returning_asks_again_and_needs_a_reason(doors, walk, world):
    way = walk().to(State.DECLARED)
    clerk = doors.as_(world.home.clerk)
    path = act(way, "return-for-correction")
    clerk.post(path, {"reason": " "}, status=400)
    again = clerk.post(path, {"reason": "材料不齐"}, status=200)
    assert "请核对后确认" in words(again) and 'value="材料不齐"' in again.content.decode()
    assert way.again().matter.state == State.DECLARED
    back = clerk.post(path, {"reason": "材料不齐", "back": "1"}, status=200)
    assert "材料不齐</textarea>" in back.content.decode()
    clerk.post(path, {"reason": "材料不齐", "confirmed": "1"})
    assert way.again().matter.state == State.RETURNED


def test_the_applicant_withdraws_and_nobody_else(doors, walk, world):
    way = walk().to(State.DECLARED)
    doors.as_(world.home.clerk).get(act(way, "withdraw"), status=403)
    doors.as_(world.home.agent).confirm(act(way, "withdraw"), {"reason": "另有安排"})
    assert way.again().matter.state == State.WITHDRAWN
    doors.get(act(way, "withdraw"), status=409)


# the acts of step 3 ------------------------------------------------------------------------------


def test_departments_answer_doubt_survey_and_the_street_sums_up(doors, walk, world):
    way = walk(type="works").to(State.DECLARED)
    (first, reviewer), *others = world.home.street.reviewers.items()
    path = act(way, "give-opinion")
    answer = {"office": str(first.pk), "feasibility": "doubt", "legality": "yes", "comment": ""}
    back = doors.as_(reviewer).post(path, answer, status=400)
    assert "“意见”不能为空" in words(back)
    doors.post(path, answer | {"comment": "坡度不明"})
    assert way.again().matter.state == State.SURVEYING
    assert "没有待您所在部门答复" in words(doors.get(path, status=409))
    survey = {"surveyed_on": "2017-06-01", "people": "张工", "conclusion": "可行",
              "photos": [picture("a.png"), picture("b.png")]}  # fmt: skip
    doors.post(act(way, "record-survey"), survey)
    assert way.again().matter.surveys.get().photos.count() == 2
    for office, person in others:
        yes = {"office": str(office.pk), "feasibility": "yes", "legality": "yes"}
        doors.as_(person).post(path, yes)
    stranger = next(iter(world.far.street.reviewers.values()))
    doors.as_(stranger).get(path, status=403)
    summary = {"problems": "注意围挡", "necessity": "存在隐患"}
    doors.as_(world.home.street.affairs).post(act(way, "summarise-gatekeeping"), summary)
    assert way.matter.summaries.count() == 1


def review(world, **more):
    return {
        "held_on": "2017-06-01", "fit": "fits", "fit_reason": "需求集中", "conclusion": "pass",
        "reason": "", "recused": [],
        "attendees": [f"party-{world.home.party.person_id}",
                      f"committee-{world.home.signer.person_id}"], **more,
    }  # fmt: skip


def test_the_two_committees_meet_and_sign(doors, walk, world):
    way = walk().to(State.DECLARED)
    clerk, path = doors.as_(world.home.clerk), act(way, "record-review")
    assert world.home.party.person.name in words(clerk.get(path))
    missing = clerk.post(path, review(world, attendees=[]), status=400)
    assert "缺少可签署的" in words(missing) and "需求集中" in missing.content.decode()
    clerk.post(path, review(world))
    assert "已有一份联席会议记录待签署" in words(clerk.get(path, status=409))
    sign = act(way, "sign-review")
    doors.as_(world.far.party).get(sign, status=403)
    shown = words(doors.as_(world.home.party).get(sign))
    assert "需求集中" in shown and "您将签署的身份：社区党委" in shown
    doors.post(sign)
    assert way.again().matter.state == State.DECLARED
    assert "没有待您签署的身份" in words(doors.get(sign, status=409))
    doors.as_(world.home.signer).post(sign)
    assert way.again().matter.state == State.REVIEWED


def test_a_refusal_of_the_two_committees_says_why(doors, walk, world):
    way = walk().to(State.DECLARED)
    clerk = doors.as_(world.home.clerk)
    answer = clerk.post(act(way, "record-review"), review(world, conclusion="reject"), status=400)
    assert "“理由”不能为空" in words(answer)
    tomorrow = review(world, held_on="2017-06-02")
    assert "会议日期应在" in words(clerk.post(act(way, "record-review"), tomorrow, status=400))
