"""What a run stands on: seeded databases and one gunicorn worker for each side."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.harness.servers import ROOT, Handle

PATIENCE = 60


@dataclass(frozen=True)
class Sizes:
    """How much to make and how often to look. The bounds are stated for the defaults."""

    small: int = 10_000
    large: int = 1_000_000
    people: int = 10_000
    learners: int = 500
    standards: int = 200
    rounds: int = 60
    warm_up: int = 10
    issues: int = 9
    write_seconds: float = 2.0
    insert_rows: int = 10_000
    ingest_rows: int = 100_000  # as many as a JSON document may have
    ingest_rounds: int = 5
    stream_few: int = 100_000
    stream_many: int = 1_000_000
    chart_few: int = 1_000
    chart_many: int = 1_000_000
    watches: int = 2_000
    points: int = 500
    evaluations: int = 3


@dataclass(frozen=True)
class Seeded:
    """Two databases with the same plant, few and many documents in it, and the session of their reader."""

    small: str
    large: str
    session: str


class Visitor:
    """A browser with a session and one open connection to a worker, which is process `pid`."""

    def __init__(self, port: int, pid: int, session: str) -> None:
        self.port, self.pid, self.session = port, pid, session
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def get(self, path: str) -> bytes:
        """The body of a page. Raises RuntimeError when it is anything but 200."""
        self.connection.request("GET", path, headers={"Cookie": f"sessionid={self.session}"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path} answered {answer.status}.")
        return body


def environment(handle: Handle, database: str, settings: str = "benchmarks.settings") -> dict[str, str]:
    """The environment of a process of the product on that database."""
    return {
        **os.environ,
        **handle.cluster.urls(database),
        "REDIS_URL": handle.valkey.url,
        "DJANGO_SETTINGS_MODULE": settings,
        "HOLDFAST_LOG_LEVEL": "ERROR",
    }


def command(handle: Handle, database: str, *arguments: str) -> str:
    """Run a manage.py command and give what it prints. Raises RuntimeError when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(handle, database),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed:\n{done.stderr}")
    return done.stdout.strip()


@contextmanager
def databases(handle: Handle, sizes: Sizes, *, label: str) -> Iterator[Seeded]:
    """Two copies of one plant, which are dropped at the end. Their names begin with `label`."""
    small, large = f"{label}_small", f"{label}_large"
    for name in (small, large):
        handle.cluster.drop_database(name)
    handle.cluster.clone_database(handle.template, small)
    try:
        session = command(handle, small, "seed_benchmark", "--plant", "--documents", str(sizes.small))
        handle.cluster.clone_database(small, large)
        command(handle, large, "seed_benchmark", "--documents", str(sizes.large - sizes.small))
        yield Seeded(small, large, session)
    finally:
        for name in (small, large):
            handle.cluster.drop_database(name)


@contextmanager
def workers(handle: Handle, wanted: Mapping[str, tuple[str, str]], session: str) -> Iterator[dict[str, Visitor]]:
    """One gunicorn worker for each side, told as name → (settings, database), and a visitor to each."""
    with ExitStack() as running:
        yield {
            name: Visitor(*running.enter_context(_worker(environment(handle, database, settings))), session)
            for name, (settings, database) in wanted.items()
        }


@contextmanager
def _worker(told: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Port and process of a worker."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "qms.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1",
         "--worker-class", "gthread", "--threads", "8", "--keep-alive", str(PATIENCE), "--log-level", "error",
         "--no-control-socket"],
        cwd=ROOT, env=told,
    )  # fmt: skip
    try:
        _wait(port, process)
        yield port, _child(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _child(pid: int) -> int:
    """The one process that a process started."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            return int(children[0])
        time.sleep(0.1)
    raise RuntimeError("A web server started no worker.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("A web server did not start.")
