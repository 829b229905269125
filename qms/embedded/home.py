"""Where the embedded servers keep their files: below `var/`, or on a short path beside it.

A socket path may have 107 bytes, and root's servers run as another account that may not reach a
checkout under a closed home folder. Then a folder of its own under the temporary folder serves, and
`var/` remembers it. No parent folder's mode is ever changed.
"""

import json
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from qms.embedded.accounts import Account, server_account
from qms.embedded.errors import CannotStart

LONGEST_SOCKET = 107
SOCKET_NAMES = (".s.PGSQL.5432.lock", "valkey.sock")
PASSWORDS = ("postgres", "owner", "app", "sealer", "reader", "django")


@dataclass(frozen=True)
class Home:
    """The folders of one set of servers, and the account they belong to."""

    var: Path
    files: Path
    sockets: Path
    account: Account

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.files / "postgres"

    @property
    def binaries(self) -> Path:
        """Where programs are copied when their own folder is out of the account's reach."""
        return self.files / "programs"

    def secrets(self) -> dict[str, str]:
        """Generated passwords by name, made once and readable by their owner only."""
        path = self.var / "secrets.json"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(json.dumps({name: secrets.token_urlsafe(32) for name in PASSWORDS}))
        found: dict[str, str] = json.loads(path.read_text())
        return found

    def write_private(self, name: str, content: str) -> None:
        """Write a file of `var/` that only its owner may read; whoever reads it meanwhile sees old or new, whole."""
        handle, draft = tempfile.mkstemp(prefix=f".{name}-", dir=self.var)
        with os.fdopen(handle, "w") as file:
            file.write(content)
        Path(draft).replace(self.var / name)


def open_home(var: Path) -> Home:
    """The home that `var` remembers, or a new one. Raises CannotStart when it is somebody else's."""
    account = server_account()
    var.mkdir(parents=True, exist_ok=True)
    files = _remembered(var, "files") or _files(var, account)
    sockets = _remembered(var, "sockets") or _sockets(files)
    home = Home(var, files, sockets, account)
    files.mkdir(exist_ok=True)
    files.chmod(0o711)
    _refuse_strangers(home)
    home.account.own((home.data, home.sockets))
    home.write_private("home.json", json.dumps({"files": str(files), "sockets": str(sockets)}))
    return home


def remove_home(var: Path) -> None:
    """Delete the servers' files wherever `var` says they are, then `var` itself."""
    for name in ("files", "sockets"):
        if folder := _remembered(var, name):
            shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(var, ignore_errors=True)


def _remembered(var: Path, name: str) -> Path | None:
    note = var / "home.json"
    folder = Path(json.loads(note.read_text())[name]) if note.exists() else None
    return folder if folder and folder.exists() else None


def _files(var: Path, account: Account) -> Path:
    if account.reaches(var):
        return var / "servers"
    return _elsewhere("/var/tmp")  # noqa: S108  a fresh private folder, outlives a restart of the machine


def _sockets(files: Path) -> Path:
    sockets = files / "sockets"
    longest = max(len(bytes(sockets / name)) for name in SOCKET_NAMES)
    return sockets if longest <= LONGEST_SOCKET else _elsewhere(tempfile.gettempdir()) / "sockets"


def _elsewhere(parent: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-", dir=parent))
    folder.chmod(0o711)
    return folder


def _refuse_strangers(home: Home) -> None:
    for folder in (home.data, home.sockets):
        if folder.exists() and folder.stat().st_uid != home.account.uid:
            raise CannotStart(
                f"{folder} belongs to another account: start as the user who made it, or remove it with 'make clean'."
            )
