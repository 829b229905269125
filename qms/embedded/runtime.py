"""Everything `manage.py up` runs: both servers, the web server, one worker with the clock in it."""

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from qms.embedded.home import Home
from qms.embedded.postgres import Cluster
from qms.embedded.supervisor import Child
from qms.embedded.valkey import Valkey

DATABASE = "holdfast"
CANARY_PATIENCE = 150.0  # seconds: two canaries missed, and some patience
ROOT = Path(__file__).resolve().parents[2]


def postgres_child(cluster: Cluster) -> Child:
    """PostgreSQL under the supervisor."""
    return Child(
        "postgres", cluster.command(), environment=cluster.environment(), spawn=cluster.home.account.spawn,
        prepare=cluster.prepare, ready=cluster.wait_until_ready, stop_signal=signal.SIGINT, patience=60,
    )  # fmt: skip


def valkey_child(valkey: Valkey) -> Child:
    """Valkey under the supervisor."""
    return Child("valkey", valkey.command(), spawn=valkey.home.account.spawn, ready=valkey.wait_until_ready)


def web_child(var: Path, environment: Mapping[str, str], *, port: int) -> Child:
    """One gunicorn process with threads; its control socket stays in `var`."""
    return Child("web", [
        sys.executable, "-m", "gunicorn", "qms.wsgi", "--chdir", str(ROOT), "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "1", "--threads", "8",
        "--control-socket", os.path.relpath(var / "gunicorn.ctl"), "--log-level", "warning",
    ], environment=environment)  # fmt: skip


def worker_child(var: Path, environment: Mapping[str, str]) -> Child:
    """One Celery worker in threads, with beat inside it; started again when no canary comes through it."""
    return Child("worker", [
        sys.executable, "-m", "celery", "--quiet", "--workdir", str(ROOT), "-A", "qms", "worker", "--beat",
        "--pool", "threads", "--concurrency", "4", "--loglevel", "WARNING",
        "--schedule", str(var / "beat-schedule"), "--without-gossip", "--without-mingle",
    ], environment=environment, patience=30, is_well=Canary(environment["DATABASE_URL"]))  # fmt: skip


class Canary:
    """Whether tasks come through the queue: a connected worker may have stopped taking any."""

    def __init__(self, url: str, *, patience: float = CANARY_PATIENCE, every: float = 15.0) -> None:
        self.url, self.patience, self.every = url.replace("postgres:", "postgresql:", 1), patience, every
        self.asked = 0.0

    def __call__(self, running: float) -> bool:
        """`running` is for how many seconds the worker has run: its first canaries need time as well."""
        if running < self.patience or time.monotonic() - self.asked < self.every:
            return True
        self.asked = time.monotonic()
        age = self._age()
        return age is None or age < self.patience

    def _age(self) -> float | None:
        """Seconds since the last canary; None when the database cannot be asked, which is not the worker's fault."""
        question = "SELECT extract(epoch FROM clock_timestamp() - at) FROM jobs_pulse WHERE name = 'canary'"
        try:
            with psycopg.connect(self.url, connect_timeout=3) as connection:
                row = connection.execute(question).fetchone()
        except psycopg.Error:
            return None
        return float(row[0]) if row else float("inf")


def sealer_child(environment: Mapping[str, str]) -> Child:
    """The sealer of the ledger; told to end, it seals once more."""
    return Child("sealer", [sys.executable, str(ROOT / "manage.py"), "seal"], environment=environment)


def environment_of(home: Home, cluster: Cluster, valkey: Valkey, *, port: int) -> dict[str, str]:
    """The environment of this run, also written to `run.json` for other commands in this folder."""
    run = {
        **cluster.urls(DATABASE),
        "REDIS_URL": valkey.url,
        "HOLDFAST_SECRET_KEY": home.secrets()["django"],
        "HOLDFAST_BASE_URL": f"http://127.0.0.1:{port}",
    }
    home.write_private("run.json", json.dumps(run, indent=1))
    return {**os.environ, **run, "C_FORCE_ROOT": "1", "PYTHONUNBUFFERED": "1"}
