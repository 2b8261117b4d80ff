"""Does the pool hold the same need already? Looked up after filing; people merge or keep apart."""

from collections import Counter
from math import log

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import acts, rules
from communities.fit.ranking import rank_needs
from communities.models import Community, Need, NeedStatus
from communities.services.need_checks import checked_text
from communities.services.need_records import OWNER, locked, touch
from core import outbox

TOPIC = "need.twins"
AT_ONCE = 200
NEAR = 4


def ask_for_twins(community_code, *, last, now, waits=False):
    """Wake the look-up for what was filed in this community up to the need of key `last`.

    waits: many of them are for the tick, not for whoever has just pressed the button.
    """
    outbox.enqueue(
        TOPIC, key=f"{TOPIC}:{community_code}:{last}", payload={"community": community_code},
        at=now, waits=waits,
    )  # fmt: skip


def look_for_twins(*, community_code, now):
    """Look at the needs of one pool that were not looked at yet; returns how many.

    Reads outside a transaction, so that the index of the pool is kept; a second run finds nothing
    left to do. What is written is a suspicion, no act: it leaves no record.
    """
    community = Community.objects.get(code=community_code)
    rows = Need.objects.filter(pool__community=community, alike_checked_at=None).order_by("pk")
    needs = list(rows.select_related("estate")[:AT_ONCE])
    weigh = weights_of(community) if needs else None
    for need in needs:
        Need.objects.filter(pk=need.pk, alike_checked_at=None).update(
            alike_to=twin_of(need, community, weigh, now), alike_checked_at=now
        )
    if len(needs) == AT_ONCE:
        with transaction.atomic():
            ask_for_twins(community_code, last=f"after-{needs[-1].pk}", now=now, waits=True)
    return len(needs)


def weights_of(community):
    """How much a letter pair says in this pool: the fewer needs have it, the more."""
    needs = Need.objects.filter(pool__community=community)
    texts = needs.values_list("content", "estate__name", "place_text")
    held, count = Counter(), 0
    for parts in texts.iterator(2_000):
        held.update(rules.letter_pairs(" ".join(part for part in parts if part)))
        count += 1
    # so that in a pool of a few needs a pair that is in each of them still says something
    return lambda pair: log(1 + (count + 1) / held[pair])


def twin_of(need, community, weigh, now):
    """Key of an earlier need in hand that reads almost the same, or None."""
    if need.status not in (NeedStatus.OPEN, NeedStatus.TAKEN_UP):
        return None
    near = rank_needs(_words(need), [community], limit=NEAR, now=now)
    keys = [match.need.id for match in near if match.need.id < need.pk]
    earlier = Need.objects.select_related("estate").in_bulk(keys)
    alike = [
        (rules.likeness(_words(need), _words(one), weigh), -one.pk) for one in earlier.values()
    ]
    best, key = max(alike, default=(0, 0))
    return -key if best >= rules.twin_likeness() else None


def _words(need):
    return f"{need.content} {need.place}"


@transaction.atomic
def keep_apart(*, need_id, note, actor, now):
    """Somebody looked: it is not the same. The suspicion is gone and does not come again."""
    need = locked(need_id)
    acts.check("keep_apart", need, actor, timezone.localdate(now))
    words = checked_text(note, "note", _("请写明为什么不是同一件事。"))
    other = need.alike_to.number
    need.alike_to = None
    touch(
        need, "kept_apart", actor=actor, now=now, fields=["alike_to"], capacity=OWNER,
        text=f"{other}：{words}", data={"other": other},
    )  # fmt: skip
    return need
