import hashlib
import threading
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from core import chain, invariants
from core.models import AuditEvent, ChainHead, LedgerRow

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc键", max_size=3), inner)
    ),
    max_leaves=12,
)


def test_canonical_text_is_sorted_tight_and_chinese():
    assert chain.canonical({"b": [1, None, True], "a": "路灯"}) == '{"a":"路灯","b":[1,null,true]}'


def test_the_same_words_in_two_unicode_forms_are_one_text():
    decomposed = unicodedata.normalize("NFD", "Café")
    assert decomposed != "Café"
    assert chain.canonical({decomposed: decomposed}) == chain.canonical({"Café": "Café"})


def test_moments_days_and_translated_words_have_a_text():
    shanghai = timezone(timedelta(hours=8))
    at = datetime(2017, 6, 1, 10, tzinfo=shanghai)
    assert chain.canonical(at) == '"2017-06-01T02:00:00.000000+00:00"'
    assert chain.canonical(at) == chain.canonical(at.astimezone(UTC))
    assert chain.canonical(date(2017, 6, 1)) == '"2017-06-01"'
    assert chain.canonical(gettext_lazy("社区")) == '"社区"'


@pytest.mark.parametrize("value", [1.5, float("nan"), object(), {1: 2}, {"a": b"x"}, {1, 2}])
def test_what_has_no_exact_text_is_refused(value):
    with pytest.raises(TypeError):
        chain.canonical(value)


def test_a_moment_without_zone_has_no_text():
    with pytest.raises(ValueError, match="aware"):
        chain.canonical(datetime(2017, 6, 1))  # noqa: DTZ001  refused for being naive


@given(VALUES)
def test_order_of_keys_does_not_matter(value):
    def turned(item):
        if isinstance(item, dict):
            return {key: turned(item[key]) for key in reversed(item)}
        return [turned(one) for one in item] if isinstance(item, list) else item

    assert chain.canonical(turned(value)) == chain.canonical(value)


def test_the_digest_covers_the_link_and_the_text():
    assert chain.digest_of("a", "b") == hashlib.sha256(b"a\nb").hexdigest()
    assert chain.digest_of("a", "b", "sm3") == hashlib.new("sm3", b"a\nb").hexdigest()
    assert len({chain.digest_of(p, t) for p in ("a", "b") for t in ("a", "b")}) == 4
    with pytest.raises(ValueError, match="unknown"):
        chain.digest_of("a", "b", "md5")


@pytest.mark.django_db
def test_a_chain_begins_at_one_and_links():
    first = chain.extend("audit:x", "one")
    second = chain.extend("audit:x", "two")
    assert first[:2] == (1, chain.GENESIS)
    assert second[:2] == (2, first[2])
    head = ChainHead.objects.get(name="audit:x")
    assert (head.seq, head.digest) == (2, second[2])


@pytest.mark.django_db
def test_a_chain_keeps_the_hash_it_began_with(settings, tell):
    tell(chain="audit:old")
    settings.CHAIN_HASH = "sm3"
    tell(chain="audit:old")
    tell(chain="audit:new")
    algorithms = dict(ChainHead.objects.values_list("name", "algorithm"))
    assert algorithms == {"audit:old": "sha256", "audit:new": "sm3"}
    assert not [f for f in invariants.audit_chains_hold(None) if hasattr(f, "code")]


@pytest.mark.django_db(transaction=True)
def test_a_chain_grows_only_inside_a_transaction():
    with pytest.raises(RuntimeError, match="atomic"):
        chain.extend("audit:x", "one")


@pytest.mark.django_db
def test_several_heads_can_be_locked_in_one_order():
    heads = chain.lock_heads("b", "a", "b")
    assert list(heads) == ["a", "b"]


@pytest.mark.django_db
def test_an_event_says_who_what_and_when(tell, thing, clerk, now):
    event = tell(data={"count": 3}, reason="盘点")
    event.refresh_from_db()
    assert (event.kind, event.reason, event.data) == ("thing.counted", "盘点", {"count": 3})
    assert (event.target_type, event.target_id) == ("core.numberseries", str(thing.pk))
    assert (event.actor_id, event.person_id, event.actor_name) == (
        clerk.pk,
        clerk.person_id,
        "chen.yi",
    )
    assert event.at == now


@pytest.mark.django_db
def test_the_public_leaves_no_name(tell):
    event = tell(actor=None)
    assert (event.actor_id, event.person_id, event.actor_name) == (None, None, "")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["counted", "Thing.counted", "thing.counted\n", "thing counted"])
def test_kinds_are_dotted_words(tell, kind):
    with pytest.raises(ValueError, match="audit kind"):
        tell(kind=kind)


@pytest.mark.django_db
def test_an_event_cannot_join_a_ledger_chain(tell):
    with pytest.raises(ValueError, match="ledgers"):
        tell(chain="ledger:1:x")


@pytest.mark.django_db
def test_a_ledger_row_holds_its_columns_and_place(enter):
    row = enter()
    row.refresh_from_db()
    assert row.columns == {"name": "路灯", "amount": "500000.00"}
    assert row.chain == "ledger:6:440303001001"
    assert row.place.street == "440303001"
    assert row.capacity == "社区居委会"


@pytest.mark.django_db
def test_a_row_of_a_street_joins_the_chain_of_the_street(enter):
    row = enter(place=invariants.ledgers.PlaceCodes("440303", "440303001"))
    assert row.chain == "ledger:6:440303001"


@pytest.mark.django_db
def test_unknown_columns_and_ledgers_are_refused(enter, monkeypatch):
    with pytest.raises(ValueError, match="no column colour"):
        enter(columns={"colour": "red"})
    monkeypatch.delitem(invariants.ledgers.LEDGERS, 6)
    with pytest.raises(ValueError, match="not registered"):
        enter()


def test_a_ledger_is_registered_once():
    known = invariants.ledgers.LedgerDef(1, "other", "另一个", (("a", "甲"),))
    with pytest.raises(ValueError, match="already"):
        invariants.ledgers.register(known)
    with pytest.raises(ValueError, match="1 to 6"):
        invariants.ledgers.register(invariants.ledgers.LedgerDef(7, "x", "x", ()))
    doubled = invariants.ledgers.LedgerDef(6, "x", "x", (("a", "1"), ("a", "2")))
    with pytest.raises(ValueError, match="same key"):
        invariants.ledgers.register(doubled)


def _race(threads, each, work):
    """Run `work` in threads that start together; count every outcome."""
    outcomes, barrier, lock = Counter(), threading.Barrier(threads), threading.Lock()

    def run():
        barrier.wait()
        try:
            for _turn in range(each):
                try:
                    work()
                    outcome = "ok"
                except DatabaseError as error:
                    outcome = type(error).__name__
                with lock:
                    outcomes[outcome] += 1
        finally:
            connection.close()

    runners = [threading.Thread(target=run) for _number in range(threads)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    return outcomes


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_chain_does_not_fork_when_eight_write_at_once(tell):
    def append():
        with transaction.atomic():
            tell()

    outcomes = _race(8, 50, append)
    assert outcomes == {"ok": 400}
    assert AuditEvent.objects.count() == 400
    assert not [f for f in invariants.audit_chains_hold(None) if hasattr(f, "code")]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_ledgers_and_their_audit_grow_side_by_side(tell, enter):
    def append():
        with transaction.atomic():
            enter()
            tell()

    assert _race(4, 25, append) == {"ok": 100}
    assert LedgerRow.objects.count() == 100
    assert not [f for f in invariants.ledger_chains_hold(None) if hasattr(f, "code")]


@pytest.mark.race
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer anyway")
def test_without_the_lock_links_collide(tell, monkeypatch):
    """The control: the same race without the lock must hit the unique constraint."""

    def unlocked(name):
        return ChainHead.objects.get_or_create(
            name=name, defaults={"seq": 0, "digest": chain.GENESIS, "algorithm": "sha256"}
        )[0]

    monkeypatch.setattr(chain, "_locked_head", unlocked)

    def append():
        with transaction.atomic():
            tell()

    outcomes = _race(8, 50, append)
    assert outcomes["IntegrityError"] > 0
    assert sum(outcomes.values()) == 400
