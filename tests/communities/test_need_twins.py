"""Suspected duplicates: the machine only points, people merge or keep apart."""

import pytest

from communities import desk, rules
from communities.models import Need
from communities.roles import Role
from communities.services import needs as services
from communities.services.need_twins import look_for_twins
from core.models import OutboxMessage
from core.refusals import Refused
from tests.communities.needs import counts, records_of

pytestmark = pytest.mark.django_db

LAMP = "三栋楼道的灯坏了一个月，老人晚上不敢下楼"
ALMOST = "三栋楼道的灯坏了一个多月，老人晚上都不敢下楼"


def look(community, now):
    return look_for_twins(community_code=community.code, now=now)


@pytest.mark.parametrize(
    "first, second, least, most",
    [
        (LAMP, LAMP, 1, 1),
        (LAMP, ALMOST, 0.6, 0.99),
        ("路灯，坏了！", "路灯 坏了", 1, 1),
        (LAMP, "想有个地方打乒乓球", 0, 0.05),
        ("", LAMP, 0, 0),
        ("。。", "！", 0, 0),
    ],
)
def test_likeness_is_the_share_of_common_letter_pairs(first, second, least, most):
    assert least <= rules.likeness(first, second) <= most
    assert rules.likeness(first, second) == rules.likeness(second, first)


def test_filing_asks_for_a_look_and_the_look_finds_the_earlier_one(home, a_need, now):
    first, other = a_need(home, content=LAMP), a_need(home, content="想有个地方打乒乓球")
    second = a_need(home, content=ALMOST)
    assert OutboxMessage.objects.filter(topic="need.twins").count() == 3
    before = counts()
    assert look(home, now) == 3
    # a suspicion is no act: nothing of it is on record
    assert counts() == before
    found = dict(Need.objects.values_list("pk", "alike_to"))
    assert found == {first.pk: None, other.pk: None, second.pk: first.pk}
    assert look(home, now) == 0
    rows = Need.objects.filter(pool__community=home)
    assert [n.pk for n in desk.rows_of(desk.QUEUES["twins"], rows, now)] == [second.pk]


def test_only_the_same_pool_is_looked_at(home, neighbour, a_need, now):
    a_need(home, content=LAMP)
    there = a_need(neighbour, content=LAMP)
    look(home, now)
    look(neighbour, now)
    there.refresh_from_db()
    assert there.alike_to is None and there.alike_checked_at == now


def test_a_closed_need_is_no_twin(home, a_need, clerk, now):
    first = a_need(home, content=LAMP)
    services.close_need(need_id=first.pk, reason="已修好", actor=clerk, now=now)
    second = a_need(home, content=ALMOST)
    look(home, now)
    second.refresh_from_db()
    assert second.alike_to is None


def test_what_was_kept_apart_is_not_shown_again(home, a_need, clerk, holder_of, now):
    a_need(home, content=LAMP)
    second = a_need(home, content=ALMOST)
    look(home, now)
    words = {"need_id": second.pk, "note": "是四栋", "now": now}
    for actor in (None, holder_of(Role.STATION_CLERK, home)):
        with pytest.raises(Refused):
            services.keep_apart(**words, actor=actor)
    done = services.keep_apart(**words, actor=clerk)
    assert done.alike_to is None
    assert records_of(done) == ("kept_apart", "kept_apart", "need.kept_apart")
    look(home, now)
    assert Need.objects.get(pk=second.pk).alike_to is None
    with pytest.raises(Refused) as refusal:
        services.keep_apart(**words, actor=clerk)
    assert refusal.value.codes == ["not_suspected"]


def test_merging_the_twin_answers_the_suspicion(sign_in, home, a_need, clerk, now):
    first, second = a_need(home, content=LAMP), a_need(home, content=ALMOST)
    look(home, now)
    client = sign_in(clerk)
    desk_page = client.get(f"/needs/desk/{second.number}/").content.decode()
    assert "疑似与更早的需求重复" in desk_page and first.number in desk_page
    page = client.get(f"/needs/desk/{second.number}/merge/", {"into": first.number})
    assert f'value="{first.number}"' in page.content.decode()
    assert "需求库里相近的" in page.content.decode()
    client.post(f"/needs/desk/{second.number}/merge/", {"into": first.number, "reason": "同一件事"})
    second = Need.objects.get(pk=second.pk)
    assert (second.status, second.merged_into_id, second.alike_to_id) == ("merged", first.pk, None)
