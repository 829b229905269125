"""The account that runs the servers. PostgreSQL refuses root, so root lends them another one."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qms.embedded.errors import CannotStart

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A system account; `borrowed` when it is not the one that runs us."""

    name: str
    uid: int
    gid: int
    borrowed: bool

    @property
    def spawn(self) -> Mapping[str, Any]:
        """Keyword arguments that make `subprocess` run a program as this account."""
        if not self.borrowed:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Whether this account can read what lies at `path`, every parent folder included."""
        asked = subprocess.run(["test", "-r", path], **self.spawn, check=False, cwd="/")
        return asked.returncode == 0

    def own(self, folders: Iterable[Path]) -> None:
        """Create `folders` closed to everybody else and hand them to this account."""
        for folder in folders:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.borrowed:
                shutil.chown(folder, self.uid, self.gid)


def server_account() -> Account:
    """Ourselves, or an unprivileged account that exists when we are root."""
    if os.geteuid() != 0:
        me = pwd.getpwuid(os.geteuid())
        return Account(me.pw_name, me.pw_uid, me.pw_gid, borrowed=False)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return Account(name, known[name].pw_uid, known[name].pw_gid, borrowed=True)
    raise CannotStart("PostgreSQL does not run as root and there is no account 'postgres' or 'nobody'.")
