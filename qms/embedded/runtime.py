"""Everything `manage.py up` runs: both servers, the web server, one worker with the clock in it."""

import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from qms.embedded.home import Home
from qms.embedded.postgres import Cluster
from qms.embedded.supervisor import Child
from qms.embedded.valkey import Valkey

DATABASE = "holdfast"
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
    """One Celery worker in threads, with beat inside it."""
    return Child("worker", [
        sys.executable, "-m", "celery", "--quiet", "--workdir", str(ROOT), "-A", "qms", "worker", "--beat",
        "--pool", "threads", "--concurrency", "4", "--loglevel", "WARNING",
        "--schedule", str(var / "beat-schedule"), "--without-gossip", "--without-mingle",
    ], environment=environment, patience=30)  # fmt: skip


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
