"""`manage.py up`: the whole of Holdfast on one machine, ended by one Ctrl-C."""

import fcntl
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from qms.demo import logins
from qms.embedded import runtime
from qms.embedded.errors import CannotStart
from qms.embedded.home import Home, open_home
from qms.embedded.postgres import Cluster, open_cluster
from qms.embedded.supervisor import Supervisor
from qms.embedded.valkey import open_valkey
from qms.settings.environment import ROOT, VAR


class Command(BaseCommand):
    help = "Start PostgreSQL, Valkey, the web server and the worker of this folder; stop with Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where the pages are served (8000)")
        parser.add_argument("--no-demo", action="store_true", help="do not load the demo plant")

    def handle(self, *, port: int, no_demo: bool, **options: Any) -> None:
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, _interrupt_once)
        lock = _only_one(VAR)
        supervisor = Supervisor(output=sys.stdout)
        try:
            _refuse_taken(port)
            self._start(supervisor, port=port, demo=not no_demo)
            supervisor.run()
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        except CannotStart as reason:
            raise CommandError(str(reason)) from reason
        finally:
            supervisor.stop()
            (VAR / "run.json").unlink(missing_ok=True)
            lock.close()

    def _start(self, supervisor: Supervisor, *, port: int, demo: bool) -> None:
        began = time.monotonic()
        home = open_home(VAR)
        cluster, valkey = open_cluster(home), open_valkey(home)
        self.stdout.write(f"Starting PostgreSQL {cluster.programs.major} ({cluster.programs.source}) and Valkey …")
        supervisor.add(runtime.postgres_child(cluster))
        supervisor.add(runtime.valkey_child(valkey))
        environment = runtime.environment_of(home, cluster, valkey, port=port)
        self._prepare_database(cluster, environment)
        self._load_demo(home, environment, wanted=demo)
        supervisor.add(runtime.sealer_child(environment))
        supervisor.add(runtime.web_child(VAR, environment, port=port))
        supervisor.add(runtime.worker_child(VAR, environment))
        _wait_for_web(port)
        self._greet(port, seconds=time.monotonic() - began, demo=demo)

    def _prepare_database(self, cluster: Cluster, environment: Mapping[str, str]) -> None:
        cluster.make_roles()
        if cluster.make_database(runtime.DATABASE):
            self.stdout.write("Making the database …")
        _manage(environment, "migrate", "--database", "owner", "--verbosity", "0")

    def _load_demo(self, home: Home, environment: Mapping[str, str], *, wanted: bool) -> None:
        loaded = home.var / "demo-loaded"
        if not wanted or loaded.exists() or "demo" not in get_commands():
            return
        self.stdout.write("Loading the demo plant, once; this takes a minute or two …")
        _manage(environment, "demo")
        loaded.touch()

    def _greet(self, port: int, *, seconds: float, demo: bool) -> None:
        self.stdout.write(self.style.SUCCESS(f"\nHoldfast serves http://127.0.0.1:{port} (after {seconds:.0f} s)"))
        for line in logins() if demo else ():
            self.stdout.write(f"  {line}")
        self.stdout.write("Stop with Ctrl-C.\n")


def _interrupt_once(number: int, frame: object) -> None:
    """The first signal begins the ordered stop; a second one must not cut it short."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


def _only_one(var: Path) -> IO[str]:
    var.mkdir(parents=True, exist_ok=True)
    lock = open(var / "up.lock", "w")  # noqa: SIM115  held until the end
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        raise CommandError("Holdfast is running in this folder already.") from taken
    return lock


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise CannotStart(f"Port {port} is taken: choose another with --port.") from taken


def _manage(environment: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], env=environment, check=False)
    if done.returncode:
        raise CannotStart(f"'manage.py {arguments[0]}' failed.")


def _wait_for_web(port: int, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise CannotStart("The web server did not answer within a minute.")
