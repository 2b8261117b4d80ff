"""What every test may ask for. Objects are built by walking services, not by fixtures here."""

import copy
import os
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import TransactionTestCase

from communities.fit.pools import SHELF
from core import append_only
from demo.walk import Walk
from scripts import chromium as find_chromium
from tests.figures import figure, pytest_terminal_summary  # noqa: F401  pytest finds them here
from tests.world import build_world

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.hookimpl(trylast=True)  # after the folders have put their marks
def pytest_collection_modifyitems(config, items):
    """Pages in a browser and rules about the source are the same on every engine: SQLite's run
    has them, PostgreSQL's run counts them as deselected.
    """
    if connection.vendor == "sqlite":
        return
    once = [item for item in items if {"once", "browser"} & {m.name for m in item.iter_markers()}]
    if once:
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if item not in set(once)]


@pytest.fixture
def now():
    """A Thursday morning on which rule set 2.0 was in force."""
    return datetime(2017, 6, 1, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _clean_cache():
    cache.clear()
    # fixed clocks make the same digests in different tests
    SHELF.forget()


@pytest.fixture(autouse=True)
def _files_apart(settings, tmp_path):
    """Uploads of a test end with the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "media")},
        }
    }


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards():
    """Emptying the tables after a transactional test meets the append-only triggers on SQLite
    (PostgreSQL truncates). Only here, and only for that moment, they are taken down.
    """
    plain = TransactionTestCase._fixture_teardown

    def teardown(self):
        if connection.vendor != "sqlite":
            plain(self)
            return
        tables = append_only.guarded_tables()
        for table in tables:
            append_only.remove_guards(connection, table)
        try:
            plain(self)
        finally:
            for table in tables:
                append_only.install_guards(connection, table)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def chromium():
    path = find_chromium.find()
    if path is None:
        pytest.skip("no Chromium: install one, or `playwright install chromium`")
    return path


@pytest.fixture(scope="session")
def browser(chromium):
    """A headless Chromium. Tests that use it are marked `browser` and take `live_server` too."""
    playwright = pytest.importorskip("playwright.sync_api")
    # its event loop lives in this thread until the end; the ORM calls here are still plain ones
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with playwright.sync_playwright() as engine:
        window = engine.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield window
        window.close()


@pytest.fixture
def page(browser):
    """A fresh window; browser errors (scripts, blocked resources) fail the test at its end."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    tab = context.new_page()
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on(
        "console",
        lambda line: (
            errors.append(line.text)
            if line.type == "error" and "Failed to load resource" not in line.text
            else None
        ),
    )
    yield tab
    context.close()
    assert not errors, errors


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker):
    """Built once per module inside a transaction; each test rolls back to here."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield build_world()
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture
def world(shared_world, db):
    """The shared world, as fresh objects: what a test changes on them ends with it."""
    return copy.deepcopy(shared_world)


@pytest.fixture
def walk(world, now):
    """Start a walk in the home community: walk(type=…, wan=…)."""

    def start(cast=None, **content):
        return Walk(cast or world.home, now=content.pop("now", now), **content)

    return start
