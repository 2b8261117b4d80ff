"""No step can be skipped: not by the shell, not by the admin, not by pages posted out of order.

What the database itself cannot stop (a known state written by update()) is found by `verify`.
"""

import itertools
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import Error, IntegrityError, transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from core.verify import run
from deliberation.choices import State
from deliberation.models import AgendaItem, Matter, MatterEvent
from tests.reliability import expected
from tests.reliability.attempts import png, present
from tests.reliability.digest import SESSION_TABLES, changed_tables, rows_written, table_digests
from tests.reliability.people import everybody, signed_in
from tests.reliability.situations import NOW, build
from tests.reliability.walking import RIGHTFUL

# --- the shell -----------------------------------------------------------------------------------

STATES = {  # one situation a state
    "draft": "draft", "solicited": "solicited", "declared": "declared", "surveying": "surveying",
    "reviewed": "reviewed", "deferred": "deferred", "resolved": "resolved", "objected": "objected",
    "publicised": "publicised", "established": "established", "returned": "returned",
    "rejected": "rejected", "withdrawn": "withdrawn",
}  # fmt: skip


def test_a_state_nobody_knows_is_refused_by_the_database(world):
    s = build("declared", world.home)
    for word in ("approved", "", "ESTABLISHED", "已立项", "established "):
        with pytest.raises((IntegrityError, Error)), transaction.atomic():
            Matter.objects.filter(pk=s.matter_id).update(state=word)


def test_a_state_is_not_assigned_in_python_either(world):
    s = build("declared", world.home)
    matter = Matter.objects.get(pk=s.matter_id)
    with pytest.raises(AttributeError):
        matter.state = State.ESTABLISHED


@pytest.mark.parametrize("state", STATES)
def test_a_known_state_written_by_update_is_refused_or_found(world, state, figure):
    s = build(STATES[state], world.home)
    assert s.state == state
    refused = found = 0
    for to in set(State.values) - {state}:
        try:
            with transaction.atomic():
                Matter.objects.filter(pk=s.matter_id).update(state=to)
                where = [f.where for f in run(NOW, only={"I6"}).findings]
                assert f"delib_matter #{s.matter_id}" in where, f"{state} → {to} went unnoticed"
                found += 1
                raise Undo
        except Undo:
            pass
        except IntegrityError:
            refused += 1
    assert refused + found == len(State) - 1
    figure(f"refused by a CHECK: {refused}, found by verify: {found}")


class Undo(Exception):
    pass


def test_the_book_of_a_matter_takes_no_correction(world):
    """The event that would have to go with a forged state cannot be rewritten or removed."""
    s = build("declared", world.home)
    events = MatterEvent.objects.filter(matter_id=s.matter_id)
    for attack in (
        lambda: events.update(to_state="reviewed"),
        lambda: events.delete(),
        lambda: MatterEvent.objects.bulk_update([events.last()], ["to_state"]),
        lambda: events.last().save(),
    ):
        with pytest.raises(TypeError), transaction.atomic():
            attack()


# --- the admin -----------------------------------------------------------------------------------

PROCESS = ("delib_", "proj_proposal", "proj_line", "proj_cited", "proj_attach", "proj_revision",
           "proj_envelope", "core_ledger", "core_number", "comm_need", "comm_round")  # fmt: skip


def process_digests():
    # A new community gets its need pool with it; that is a place, not the process.
    return {
        name: digest
        for name, digest in table_digests().items()
        if name.startswith(PROCESS) and name != "comm_need_pool"
    }


@pytest.mark.once
def test_the_admin_writes_nothing_of_the_process(world, figure):
    superuser = signed_in(world.founder)
    build("submitted", world.home)
    build("objected", world.home, type="service", wan=5)
    build("established", world.home, wan=1)
    before = process_digests()
    assert len(before) > 25
    tried, faults = 0, []
    for model, model_admin in admin.site._registry.items():
        where = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("pk").first()
        values = {f.name: "1" for f in model._meta.concrete_fields} | {"state": "established"}
        everything = reverse(f"{where}_changelist")
        posts = [(reverse(f"{where}_add"), values), (everything, {"_save": "1", **values})]
        actions = model_admin.actions or []
        names = [a if isinstance(a, str) else a.__name__ for a in actions] + ["delete_selected"]
        if row is not None:
            change = reverse(f"{where}_change", args=[row.pk])
            posts += [
                (change, values), (change, {"_delete": "1"}),
                (reverse(f"{where}_delete", args=[row.pk]), {"post": "yes"}),
                *[(everything, {"action": name, "_selected_action": row.pk, "post": "yes"})
                  for name in names],
            ]  # fmt: skip
        for address in {address for address, _values in posts}:
            faults += status_of(superuser.get(address), address)
        for address, data in posts:
            # what the admin may write (places, people) is undone: the process is asked about
            with transaction.atomic():
                faults += status_of(superuser.post(address, data), address)
                now = process_digests()
                changed = changed_tables(before, now)
                transaction.set_rollback(True)
            assert changed == [], (address, data)
            tried += 1
    assert faults == []
    figure(f"{len(admin.site._registry)} models, {tried} posts, {len(before)} tables unchanged")


def status_of(response, address):
    return [(address, response.status_code)] if response.status_code >= 500 else []


# --- pages ---------------------------------------------------------------------------------------

# Every field that the pages of acts ask for; a page takes what it knows.
WORDS = {
    "confirmed": "1", "reason": "理由", "places": "宣传栏", "contact_name": "居委会",
    "contact_phone": "0755-25550000", "contact_address": "居委会", "forum": "党工委会议",
    "ground": "budget", "note": "", "title": "改后的标题", "summary": "内容", "content": "太近",
    "name": "罗某某", "phone": "13800000000", "nonce": "n" * 32, "is_upheld": "no", "inquiry": "核查",
    "answer": "答复", "name_checked": "on", "problems": "围挡", "necessity": "必要",
    "feasibility": "yes", "legality": "yes", "people": "二人", "questionnaire_count": "60",
    "people_count": "100", "no_need_reason": "没有匹配的需求", "fit": "fits",
    "fit_reason": "同类多", "conclusion": "pass", "method": "hands", "yes": "9", "no": "1",
    "abstain": "0", "tellers": "二人", "presenter": "介绍人", "minutes": "议题逐项表决。",
    "resident_count": "1", "deputy_count": "0", "place": "会议室", "announced_places": "宣传栏",
}  # fmt: skip
MEETING_PAGES = (
    "open_meeting",
    "adjourn_meeting",
    "cancel_meeting",
    "change_chair",
    "close_meeting",
)
# act → its page, where it is not named after the act
ELSEWHERE = {
    "vote": ("vote_item", "item"), "defer": ("defer_item", "item"),
    "file_objection": ("object", "notice"), "record_objection": ("paper_objection", "notice"),
    "decide_objection": ("answer_objection", "objection"), "announce_meeting": ("meeting_new", ""),
    "attach": ("attachments", "matter"), "detach": ("detach", "attachment"),
} | {key: (key, "meeting") for key in MEETING_PAGES}  # fmt: skip


def page_of(act, s):
    """The address where a person would do the act."""
    name, about = ELSEWHERE.get(act, (act, "matter"))
    position = AgendaItem.objects.filter(pk=s.item_id).values_list("position", flat=True).first()
    kwargs = {
        "": {}, "matter": {"pk": s.matter_id}, "meeting": {"pk": s.meeting_id or 10**6},
        "item": {"pk": s.meeting_id or 10**6, "position": position or 1},
        "notice": {"pk": s.notice_id or 10**6}, "objection": {"pk": s.objection_id or 10**6},
        "attachment": {"pk": s.matter_id, "attachment": s.attachment_id or 10**6},
    }[about]  # fmt: skip
    return reverse(f"deliberation:{name}", kwargs=kwargs)


def typed(s):
    """Words for every field, with the ids of this situation."""
    ids = present(s)
    cast = s.walk.cast
    line = {"name": "明细", "quantity": "1", "unit": "项", "unit_price": "1000.00"}
    return WORDS | {
        "chair": ids[1], "recorder": cast.clerk.person_id, "present": ids,
        "office": next(iter(cast.street.reviewers)).pk,
        "attendees": [f"party-{cast.party.person_id}", f"committee-{cast.signer.person_id}"],
        "held_on": s.now.date().isoformat(), "surveyed_on": s.now.date().isoformat(),
        f"take_{s.matter_id}": "on", "positive_item": s.walk.content["positive_item_id"],
        "starts_at": (s.now + timedelta(days=4)).strftime("%Y-%m-%dT%H:%M"),
        "exclusions_declared": "on", "beneficiaries": "all",
        "kind": "photo", "upload": png(), "photos": png(), "type": "works",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0",
        **{f"lines-0-{key}": value for key, value in line.items()},
    }  # fmt: skip


@pytest.mark.once
def test_pages_posted_out_of_order_change_nothing(world, monkeypatch, figure):
    people = everybody(world)
    out_of_order, done, wrong = 0, set(), []
    for name in expected.WORKS:
        s = build(name, world.home)
        monkeypatch.setattr(timezone, "now", lambda s=s: s.now)
        clients = {role: signed_in(people[role]) for role in {*RIGHTFUL.values()} - {""}}
        before = table_digests(without=SESSION_TABLES)
        for act, role in RIGHTFUL.items():
            if act == "doubt":
                continue
            may = role in expected.allowed("works", name, act, people)
            written = rows_written()
            with transaction.atomic():
                response = clients[role].post(page_of(act, s), typed(s))
                changed = []
                if rows_written() != written:
                    changed = changed_tables(before, table_digests(without=SESSION_TABLES))
                transaction.set_rollback(True)
            if response.status_code >= 500:
                wrong.append(f"{act} in {name}: {response.status_code}")
            elif not may and changed:
                wrong.append(f"{act} in {name} by {role} changed {changed}")
            elif may and "delib_event" in changed:
                done.add(act)
            out_of_order += not may
        monkeypatch.undo()
    assert wrong == []
    # the words would have done in the right moment: most acts were in fact done by their page
    assert len(done) >= 20, sorted(set(RIGHTFUL) - done)
    figure(f"{out_of_order} posts out of order, 0 changes; {len(done)} acts done in order")


def test_every_act_has_its_page():
    missing = []
    for act in itertools.chain(RIGHTFUL):
        name = ELSEWHERE.get(act, (act, ""))[0]
        if act != "doubt" and not _has_page(name):
            missing.append(act)
    assert missing == []


def _has_page(name):
    for kwargs in ({}, {"pk": 1}, {"pk": 1, "position": 1}, {"pk": 1, "attachment": 1}):
        try:
            reverse(f"deliberation:{name}", kwargs=kwargs)
        except NoReverseMatch:
            continue
        return True
    return False
