"""`make demo`: database, story, site and tick loop, until Ctrl-C.

DEMO_PORT=8080   another port (the next free one is taken when it is in use)
DEMO_ONCE=1      start, fetch the home page once, stop; exit code 0 when it answered
"""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, "manage.py"]
TICK_SECONDS = 30


def environment() -> dict[str, str]:
    """Always the files of this folder: a story must not be told into somebody's real database."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "minsheng.settings",
        "MINSHENG_ENV": "embedded",
        "MINSHENG_DEMO": "1",
    }


def free_port(wanted: int) -> int:
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    sys.exit(f"No free port from {wanted} to {wanted + 49}; give one with DEMO_PORT=...")


def static_digest() -> str:
    """Changes when a static file or a pinned package changes."""
    digest = hashlib.sha256((ROOT / "constraints.txt").read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size}".encode())
            digest.update(str(path.stat().st_mtime_ns).encode())
    return digest.hexdigest()


def collect_static(var: Path) -> None:
    stamp, now = var / "static.stamp", static_digest()
    if stamp.exists() and stamp.read_text() == now and (var / "static/staticfiles.json").exists():
        return
    print("Collecting static files ...", flush=True)
    manage("collectstatic", "--noinput", "--verbosity", "0")
    stamp.write_text(now)


def manage(*words: str) -> None:
    code = subprocess.call([*MANAGE, *words], cwd=ROOT, env=environment())
    if code:
        sys.exit(f"`manage.py {' '.join(words)}` failed ({code}).")


def answers(address: str, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=10) as page:
                return page.status == 200
        except urllib.error.HTTPError as refusal:
            print(f"{address} answers {refusal.code}", file=sys.stderr)
            return False
        except OSError:
            time.sleep(0.3)
    return False


def start(port: int) -> list[subprocess.Popen]:
    site = [
        *(sys.executable, "-m", "gunicorn", "minsheng.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    tick = [*MANAGE, "tick", "--loop", str(TICK_SECONDS)]
    # own sessions: Ctrl-C comes to us, and we end them in order
    return [
        subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)
        for command in (site, tick)
    ]


def stop(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also when started with `&`
    var = Path(os.environ.get("MINSHENG_VAR", ROOT / "var"))
    print("Preparing the database ...", flush=True)
    manage("migrate", "--verbosity", "0")
    collect_static(var)
    manage("load_demo")
    port = free_port(int(os.environ.get("DEMO_PORT", "8000")))
    address = f"http://127.0.0.1:{port}/"
    processes = start(port)
    try:
        if not answers(address):
            print("The site did not answer.", file=sys.stderr)
            return 1
        print(f"\n民生微实事: {address}   (Ctrl-C stops it)\n", flush=True)
        if os.environ.get("DEMO_ONCE"):
            return 0
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        print("A process ended by itself; stopping.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0
    finally:
        stop(processes)


if __name__ == "__main__":
    sys.exit(main())
