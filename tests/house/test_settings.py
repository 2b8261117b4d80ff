"""The environment is strict: a wrong word stops the start and says what to do."""

import os
import subprocess
import sys

import pytest

from tests.house.source import ROOT

SERVER = {
    "MINSHENG_ENV": "server",
    "SECRET_KEY": "k" * 10 + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "DATABASE_URL": "postgres://nobody@localhost/never_connected",
    "ALLOWED_HOSTS": "example.org",
}


def read_settings(environment, expression="ENV"):
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("MINSHENG_")
        and key not in {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"}
    }
    return subprocess.run(
        [sys.executable, "-c", f"from minsheng import settings; print(settings.{expression})"],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"MINSHENG_DEMOO": "1"}, "Unknown environment variable(s): MINSHENG_DEMOO"),
        ({"MINSHENG_ENV": "prod"}, "say embedded, server or test"),
        ({"SECRET_KEY": ""}, "secrets.token_urlsafe(64)"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS=ms.example.gov.cn"),
        ({"DATABASE_URL": ""}, "Server mode needs PostgreSQL"),
        ({"DATABASE_URL": "sqlite:///x.sqlite3"}, "Server mode needs PostgreSQL"),
        ({"MINSHENG_DEBUG": "1"}, "refused in server mode"),
        ({"MINSHENG_CHAIN_HASH": "md5"}, "say sha256 or sm3"),
    ],
)
def test_a_wrong_environment_is_refused_with_advice(change, advice):
    done = read_settings(SERVER | change)
    assert done.returncode != 0
    assert advice in done.stderr


def test_the_server_starts_with_four_variables():
    assert read_settings(SERVER, "SECURE_HSTS_SECONDS > 0").stdout.strip() == "True"


def test_the_embedded_mode_keeps_its_own_key(tmp_path):
    environment = {"MINSHENG_VAR": str(tmp_path)}
    first = read_settings(environment, "SECRET_KEY").stdout
    assert len(first) > 50
    assert read_settings(environment, "SECRET_KEY").stdout == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_sqlite_queues_writers_instead_of_failing_them(tmp_path):
    done = read_settings({"MINSHENG_VAR": str(tmp_path)}, "DATABASES['default']['OPTIONS']")
    for word in ("IMMEDIATE", "journal_mode=WAL", "recursive_triggers=ON", "foreign_keys=ON"):
        assert word in done.stdout


def test_postgresql_gives_up_waiting():
    done = read_settings(SERVER, "DATABASES['default']['OPTIONS']")
    for word in ("lock_timeout=3000", "statement_timeout", "idle_in_transaction_session_timeout"):
        assert word in done.stdout


def test_jobs_run_inline_only_without_a_broker():
    assert read_settings(SERVER, "OUTBOX_INLINE").stdout.strip() == "True"
    with_broker = SERVER | {"REDIS_URL": "redis://localhost/0"}
    assert read_settings(with_broker, "OUTBOX_INLINE").stdout.strip() == "False"


def test_the_content_security_policy_allows_nothing_inline(settings):
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    told = " ".join(word for words in directives.values() for word in words)
    assert "unsafe" not in told
    assert "http" not in told
