"""What the tests of search and coverage share."""

from django.utils import timezone

from communities.models import Need, NeedContact
from deliberation.choices import State
from portal import search
from projects.models import Proposal
from tests.communities.needs import PHONE

LAMP = "二坊楼梯间路灯不亮，晚上老人容易摔倒"
RAIL = "三坊台阶没有扶手，雨天很滑"
MOBILE = "13912345678"


def shown(result, kind="need"):
    """What a person reads of the result, in its order."""
    return [row.title for row in search.rows(kind, result.keys(kind))]


def contents(result):
    return list(
        Need.objects.filter(pk__in=result.keys("need")).order_by("pk").values_list(
            "content", flat=True
        )
    )  # fmt: skip


def planted(need, walk):
    """Numbers where they must not be found: contacts, typed words, and texts nobody masked."""
    kept = need(
        f"请回电{MOBILE}，路灯坏了", contact_name="李某某", contact_phone=PHONE, consented=True
    )
    assert NeedContact.objects.get(need=kept).content_as_typed.find(MOBILE) > 0
    raw = need("儿童乐园要围栏")
    Need.objects.filter(pk=raw.pk).update(content=f"儿童乐园要围栏 {MOBILE}")
    done = walk(title="围栏维修").to(State.DECLARED)
    words = f"联系人电话 139 1234-5678，证件44030119800101123X，座机(0755)25551234。{MOBILE}"
    Proposal.objects.filter(pk=done.matter.proposal_id).update(
        title="围栏13912345678", summary=words
    )
    return kept, raw, done


def pages_of(client, monkeypatch, at):
    """Open addresses as of a moment."""
    monkeypatch.setattr(timezone, "now", lambda: at)
    return client.get
