"""The pages of drafts and of the acts of steps 1 to 3: done, refused, nothing typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.services.needs import file_need
from deliberation.choices import State
from deliberation.models import Matter
from projects.models import Proposal
from tests.deliberation.doors import Browser, words
from tests.deliberation.proposal_doors import act, picture, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def doors(monkeypatch, settings, now, world):
    settings.DEMO = True
    return Browser(monkeypatch).at(now)


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
    assert "请使用半角数字填写金额" in html and "请更正标红的行" in html
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


def review(way, **more):
    world = way.cast
    cited = way.matter.proposal.cited_needs.values_list("need", flat=True)
    return {f"fit-{key}": "confirm" for key in cited} | {
        "held_on": "2017-06-01", "fit": "fits", "fit_reason": "需求集中", "conclusion": "pass",
        "reason": "", "recused": [],
        "attendees": [f"party-{world.party.person_id}",
                      f"committee-{world.signer.person_id}"], **more,
    }  # fmt: skip


def test_step_one_shows_first_what_comes_near_and_why(doors, walk, world):
    draft = walk(title="路灯改造", summary="更换楼道照明灯具").draft()
    lamp, other = (
        file_need(community_id=world.home.community.pk, category="safety", content=words,
                  actor=None, now=draft.now)
        for words in ("楼道里黑灯瞎火，灯坏了半年", "想有个地方打乒乓球")
    )  # fmt: skip
    page = words(doors.as_(world.home.clerk).get(act(draft, "file-evidence")))
    assert "与本项目相近：" in page
    assert page.index(lamp.number) < page.index(other.number)
    # whoever searches gets what was searched for
    found = words(
        doors.post(act(draft, "file-evidence"), {"search": "1", "q": "乒乓球"}, status=200)
    )
    assert other.number in found and lamp.number not in found


def test_the_committees_strike_and_add_needs_on_the_page(doors, walk, world):
    way = walk().to(State.DECLARED)
    more = file_need(
        community_id=world.home.community.pk, category="care", content="想有人教老人用手机",
        actor=None, now=way.now,
    )  # fmt: skip
    clerk, path = doors.as_(world.home.clerk), act(way, "record-review")
    cited = way.matter.proposal.cited_needs.get().need
    unsaid = {key: value for key, value in review(way).items() if key != f"fit-{cited.pk}"}
    assert "请选择“确认”或“不契合”" in words(clerk.post(path, unsaid, status=400))
    struck = review(way, **{f"fit-{cited.pk}": "strike", "more_needs": more.number})
    told = clerk.post(path, struck, status=400)
    assert "没有写明理由" in words(told)
    clerk.post(path, struck | {f"why-{cited.pk}": "另有项目办理"})
    said = {row.need_id: row.is_confirmed for row in way.matter.reviews.get().judged_needs.all()}
    assert said == {cited.pk: False, more.pk: True}
    doors.as_(world.home.party).post(act(way, "sign-review"))
    doors.as_(world.home.signer).post(act(way, "sign-review"))
    public = words(doors.as_(None).get(act(way)))
    assert "不契合" in public and "另有项目办理" in public and more.number in public
    wrong = walk().to(State.DECLARED)
    typo = review(wrong, more_needs="XQ-0")
    told = doors.as_(world.home.clerk).post(act(wrong, "record-review"), typo, status=400)
    assert "没有需求：XQ-0" in words(told)


def test_the_two_committees_meet_and_sign(doors, walk, world):
    way = walk().to(State.DECLARED)
    clerk, path = doors.as_(world.home.clerk), act(way, "record-review")
    assert world.home.party.person.name in words(clerk.get(path))
    missing = clerk.post(path, review(way, attendees=[]), status=400)
    assert "缺少可签署的" in words(missing) and "需求集中" in missing.content.decode()
    clerk.post(path, review(way))
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
    answer = clerk.post(act(way, "record-review"), review(way, conclusion="reject"), status=400)
    assert "“理由”不能为空" in words(answer)
    tomorrow = review(way, held_on="2017-06-02")
    assert "会议日期应在" in words(clerk.post(act(way, "record-review"), tomorrow, status=400))
