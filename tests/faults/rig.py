"""All of Holdfast on servers of its own, under the product's own supervisor, to be killed at will."""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg
import redis

from qms.embedded import runtime, supervisor
from qms.embedded.home import open_home, remove_home
from qms.embedded.postgres import Cluster, open_cluster
from qms.embedded.supervisor import Child, Supervisor
from qms.embedded.valkey import open_valkey
from tests.harness.servers import ROOT, Handle

QUICK = (
    2.0  # seconds after which an end counts as the first again: here things end by our hand, not by a fault of theirs
)
PATIENCE = 90.0


class Rig:
    """Children by name, the database behind the application's back, and how to reach the pages."""

    def __init__(self, var: Path, tests: Handle, *, output: IO[str], web: bool, pace: Mapping[str, str]) -> None:
        self.var, self.tests, self.port = var, tests, free_port()
        home = open_home(var)
        self.cluster, self.valkey = open_cluster(home), open_valkey(home)  # durable: acknowledged must mean kept
        self.supervisor = Supervisor(output=output)
        self.watching = threading.Thread(target=self.supervisor.run, daemon=True)
        self.plant: dict[str, Any] = {}
        self.has_web, self.pace = web, pace

    def start(self) -> None:
        supervisor.HEALTHY_AFTER = QUICK
        self.supervisor.add(runtime.postgres_child(self.cluster))
        self.supervisor.add(runtime.valkey_child(self.valkey))
        self.cluster.make_roles()
        self._restore_template()
        self.environment = runtime.environment_of(self.cluster.home, self.cluster, self.valkey, port=self.port) | {
            "HOLDFAST_VAR": str(self.var),
            "HOLDFAST_MEDIA": str(self.var / "media"),
            "HOLDFAST_LOG_LEVEL": "ERROR",
            **self.pace,
        }
        self.plant = json.loads(self.python("-m", "tests.faults.plant").splitlines()[-1])
        if self.has_web:
            self.supervisor.add(runtime.web_child(self.var, self.environment, port=self.port))
            until(self.serves, seconds=PATIENCE)
        self.supervisor.add(self.worker())
        self.watching.start()

    def _restore_template(self) -> None:
        """The migrated database of the tests, carried over as a dump is: sooner than migrating once more."""
        name, dump = f"{runtime.DATABASE}_of_{self.port}", self.var / "template.dump"
        self.tests.cluster.clone_database(self.tests.template, name)
        write = ["pg_dump", "--format=custom", "--file", dump, self.tests.cluster.url("owner", name)]
        self._postgres(write, self.tests.cluster)
        self.tests.cluster.drop_database(name)
        self.cluster.make_database(runtime.DATABASE)
        host = ["--host", str(self.cluster.home.sockets), "--username", "postgres"]
        self._postgres(["pg_restore", *host, "--dbname", runtime.DATABASE, dump], self.cluster, check=False)

    def _postgres(self, command: list[Any], cluster: Cluster, *, check: bool = True) -> None:
        environment = {**cluster.environment(), "PGPASSWORD": cluster.home.secrets()["postgres"]}
        program = cluster.programs.folder / command[0]
        subprocess.run([program, *command[1:]], env=environment, capture_output=True, check=check)

    def worker(self, name: str = "worker", *, beat: bool = True) -> Child:
        """The product's worker with the tasks of the tests."""
        child = runtime.worker_child(self.var, self.environment)
        command = [part for part in child.command if beat or part != "--beat"]
        command[command.index("qms")] = "tests.faults.worker"
        child.name, child.command = name, [*command, "--hostname", f"{name}@%h"]
        return child

    def stop(self) -> None:
        self.supervisor.stopping.set()
        if self.watching.is_alive():
            self.watching.join(PATIENCE)
        self.supervisor.stop()

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{arguments} failed:\n{done.stderr}")
        return done.stdout

    def child(self, name: str) -> Child:
        return next(child for child in self.supervisor.children if child.name == name)

    def process(self, name: str) -> psutil.Process | None:
        """The running process of a child; None while it is being started again."""
        running = self.child(name).process
        return psutil.Process(running.pid) if running is not None and running.poll() is None else None

    def serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=3) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def sql(self, statement: str, *values: Any) -> list[tuple]:
        """Ask the database as its superuser, past the application; while it is being started again, later."""
        until(self.cluster.answers, seconds=PATIENCE)
        with self.cluster.superuser(runtime.DATABASE) as connection:
            answer = connection.execute(statement, values or None)  # type: ignore[call-overload]
            return answer.fetchall() if answer.description else []

    def broker(self) -> redis.Redis:
        return redis.Redis.from_url(self.valkey.url, socket_timeout=5)

    def ask_for(self, task: str, **args: Any) -> str:
        """Commit an outbox message and tell nobody, as a process that died before it could. Gives its id."""
        statement = (
            "INSERT INTO jobs_outboxmessage (id, task, args, actor_key, request_id, created_at, available_at,"
            " attempts, error) VALUES (gen_random_uuid(), %s, %s, NULL, '', now(), now(), 0, '') RETURNING id"
        )
        return str(self.sql(statement, task, json.dumps(args))[0][0])

    def done(self, message: str) -> bool:
        try:
            return bool(self.sql("SELECT 1 FROM jobs_outboxmessage WHERE id = %s AND done_at IS NOT NULL", message))
        except psycopg.Error:
            return False

    def remarks(self, text: str) -> int:
        return int(self.sql("SELECT count(*) FROM records_comment WHERE text = %s", text)[0][0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Any, *, seconds: float, every: float = 0.1) -> float:
    """Wait for a condition. Gives how long it took. Raises TimeoutError."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not within {seconds:.0f} s: {condition}")
        time.sleep(every)
    return time.monotonic() - began


@contextmanager
def running(var: Path, tests: Handle, *, web: bool = True, pace: Mapping[str, str]) -> Iterator[Rig]:
    """A rig that is up, and gone afterwards; its clock ticks as in production unless `pace` says otherwise."""
    var.mkdir(parents=True, exist_ok=True)
    output = open(var / "rig.log", "w")  # for as long as anybody may still write to it
    rig = Rig(var, tests, output=output, web=web, pace=pace)
    try:
        rig.start()
        yield rig
    except BaseException:
        output.flush()
        print("".join((var / "rig.log").read_text().splitlines(keepends=True)[-60:]))
        raise
    finally:
        rig.stop()
        remove_home(var)
