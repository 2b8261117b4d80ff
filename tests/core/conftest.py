"""Small things to chain and to count, so that core is tested without the apps above it."""

from collections import Counter

import pytest

from accounts.models import Person, User
from core import audit, ledgers, outbox, periodic
from core.models import NumberSeries

PLACE = ledgers.PlaceCodes("440303", "440303001", "440303001001")


@pytest.fixture
def clerk(db):
    person = Person.objects.create(name="陈一")
    return User.objects.create(username="chen.yi", person=person)


@pytest.fixture
def thing(db):
    """Any saved object may be the target of an event."""
    return NumberSeries.objects.create(name="路灯")


@pytest.fixture
def ledger(monkeypatch):
    """A ledger of two columns under number 6, for the length of a test."""
    definition = ledgers.LedgerDef(6, "trial", "试用台账", (("name", "名称"), ("amount", "金额")))
    monkeypatch.setitem(ledgers.LEDGERS, 6, definition)
    return definition


@pytest.fixture
def tell(thing, clerk, now):
    """Write an audit event; what is not said is taken from a plain case."""

    def write(**changes):
        plain = {"target": thing, "actor": clerk, "at": now, "chain": "audit:trial"}
        return audit.record(changes.pop("kind", "thing.counted"), **(plain | changes))

    return write


@pytest.fixture
def enter(thing, clerk, now, ledger):
    """Append a ledger row."""

    def write(**changes):
        plain = {
            "event": "counted",
            "subject": thing,
            "subject_no": "DM-01-2017-001",
            "place": PLACE,
            "level": "community",
            "columns": {"name": "路灯", "amount": "500000.00"},
            "actor": clerk,
            "capacity": "社区居委会",
            "at": now,
        }
        return ledgers.append(6, **(plain | changes))

    return write


@pytest.fixture
def effects(monkeypatch):
    """What the handlers did, by key."""
    done = Counter()
    monkeypatch.setattr(outbox, "_HANDLERS", {})
    monkeypatch.setattr(periodic, "_JOBS", {})

    @outbox.handler("count")
    def count(payload, *, key, now):
        done[key] += payload["by"]

    @outbox.handler("fail")
    def fail(payload, *, key, now):
        done[key] += 1
        raise ConnectionError("the other side is away")

    return done


@pytest.fixture
def later(settings):
    """Nothing is worked on commit."""
    settings.OUTBOX_INLINE = False
