"""One PostgreSQL and one Valkey per run of the tests, and the migrated template they clone."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psycopg import sql

from qms.embedded.home import open_home
from qms.embedded.postgres import Cluster, open_cluster
from qms.embedded.valkey import Valkey, open_valkey

ROOT = Path(__file__).resolve().parents[2]
OUTER = "HOLDFAST_TEST_SERVERS"  # what a run inside a run is told of the servers there are
SLOTS = 8  # runs of the tests in one checkout at the same time
SHAPES_THE_DATABASE = (
    "*/migrations/*.py",
    "qms/settings/*.py",
    "*/*.sql",
    "qms/embedded/*.sql",
    "evidence/**/*.py",
    "*/apps.py",
)
SYSTEM = ["postgres", "template0", "template1"]
BUILDING = "building"


@dataclass
class Handle:
    """The running servers of a test run, and the name of the migrated database to clone."""

    cluster: Cluster
    valkey: Valkey
    template: str

    def told(self) -> dict[str, str]:
        """What a worker needs to `attach`."""
        return {"var": str(self.cluster.home.var), "template": self.template}


@dataclass
class Servers(Handle):
    """The same in the process that started them, which also ends them."""

    lock: IO[str]

    def stop(self) -> None:
        """End both servers and give the slot back."""
        self.valkey.stop()
        self.cluster.stop()
        self.lock.close()


def start(*, durable: bool = False) -> Servers:
    """Start servers in the first free slot below `var/test`, with roles and an up-to-date template.

    A `durable` server waits for the disk as in production: benchmarks ask for it.
    """
    var, lock = _free_slot()
    home = open_home(var)
    cluster, valkey = open_cluster(home, durable=durable), open_valkey(home)
    cluster.start(log=var / "postgres.log")
    valkey.start()
    running = Servers(cluster, valkey, "", lock)
    try:
        cluster.make_roles()
        running.template = _template(cluster)
    except BaseException:
        running.stop()
        raise
    return running


def attach(told: Mapping[str, str]) -> Handle:
    """A worker's handle on the servers that the controller runs."""
    home = open_home(Path(told["var"]))
    return Handle(open_cluster(home, durable=False), open_valkey(home), told["template"])


def _free_slot() -> tuple[Path, IO[str]]:
    for number in range(SLOTS):
        var = ROOT / "var" / "test" / str(number)
        var.mkdir(parents=True, exist_ok=True)
        lock = open(var / "lock", "w")  # noqa: SIM115  held until the run ends
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        return var, lock
    raise RuntimeError(f"{SLOTS} runs of the tests are going on in this folder.")


def _template(cluster: Cluster) -> str:
    name = f"template_{_fingerprint()}"
    if _drop_all_but(cluster, name):
        return name
    cluster.make_database(BUILDING)
    _manage(cluster, "migrate", "--database", "owner", "--verbosity", "0")
    _manage(cluster, "seal", "--once")
    with cluster.superuser() as connection:
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(BUILDING), sql.Identifier(name)))
    return name


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in _files():
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _files() -> Iterator[Path]:
    found = {path for pattern in SHAPES_THE_DATABASE for path in ROOT.glob(pattern)}
    yield from sorted(path for path in found if ".venv" not in path.parts)


def _drop_all_but(cluster: Cluster, name: str) -> bool:
    """Remove what earlier runs left; whether `name` is there."""
    with cluster.superuser() as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname <> ALL(%s)", [SYSTEM])
        found = {row[0] for row in rows.fetchall()}
    for old in found - {name}:
        cluster.drop_database(old)
    return name in found


def _manage(cluster: Cluster, *arguments: str) -> None:
    anchors = {
        "HOLDFAST_ANCHORS": str(cluster.home.var / "anchors.jsonl"),
        "HOLDFAST_ANCHOR_KEY": str(cluster.home.var / "anchor.pem"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env={**os.environ, **cluster.urls(BUILDING), **anchors}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"The template database could not be made ready ({arguments[0]}):\n{done.stderr}")
