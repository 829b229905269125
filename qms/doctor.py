"""What this machine lacks, and the command that brings it: `manage.py doctor` or `python -m qms.doctor`.

Works before anything else does: it needs neither settings nor a system library.
"""

import argparse
import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from qms.embedded import binaries
from qms.embedded.errors import CannotStart


@dataclass(frozen=True)
class Need:
    """Something of the system, the Debian packages that bring it, and what is lost without it."""

    name: str
    packages: tuple[str, ...]
    without: str
    present: Callable[[], bool]
    needed_to_run: bool = False
    for_tests: bool = False


def library(name: str) -> Callable[[], bool]:
    """Whether the shared library `name` can be loaded."""
    return lambda: ctypes.util.find_library(name) is not None


def program(*names: str) -> Callable[[], bool]:
    """Whether one of these programs is on the path."""
    return lambda: any(shutil.which(name) for name in names)


def server(find: Callable[[], object]) -> Callable[[], bool]:
    """Whether the embedded servers find their programs."""

    def present() -> bool:
        try:
            find()
        except CannotStart:
            return False
        return True

    return present


NEEDS = (
    Need("PostgreSQL server", ("postgresql",), "nothing runs", server(binaries.postgres), needed_to_run=True),
    Need("Valkey or Redis server", ("redis-server",), "nothing runs", server(binaries.valkey), needed_to_run=True),
    Need("Pango", ("libpango-1.0-0", "libpangoft2-1.0-0"), "PDFs cannot be made", library("pangoft2-1.0")),
    Need("HarfBuzz subsetter", ("libharfbuzz-subset0",), "PDFs are larger", library("harfbuzz-subset")),
    Need("Fontconfig and a font", ("fontconfig", "fonts-dejavu-core"), "PDFs have no text", program("fc-list")),
    Need("python3-venv", ("python3-venv",), "make cannot build .venv", lambda: find_spec("ensurepip") is not None),
    Need("Chromium", ("chromium",), "browser tests are skipped", program("chromium"), for_tests=True),
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options, shared by both ways to call."""
    parser.add_argument("--install", action="store_true", help="as root on Debian, install what is missing")
    parser.add_argument("--tests", action="store_true", help="also look for what only the tests need")
    parser.add_argument("--brief", action="store_true", help="tell only what is missing")


def examine(*, install: bool, tests: bool, brief: bool, tell: Callable[[str], object]) -> bool:
    """Tell what is found and what is missing, install it when asked and allowed; whether Holdfast can run."""
    needs = [need for need in NEEDS if tests or not need.for_tests]
    missing = _missing(needs)
    for need in missing if brief else needs:
        tell(f"{need.name:<24} {f'missing: {need.without}' if need in missing else 'found'}")
    if missing and install and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(_packages(missing))
        missing = _missing(missing)
    if missing:
        tell(f"Install it as root:  apt-get install {' '.join(_packages(missing))}")
    return not any(need.needed_to_run for need in missing)


def main(arguments: Sequence[str]) -> int:
    """`python -m qms.doctor`: exit code 1 when Holdfast cannot run."""
    parser = argparse.ArgumentParser(prog="python -m qms.doctor", description="Name what this machine lacks.")
    add_arguments(parser)
    return 0 if examine(**vars(parser.parse_args(arguments)), tell=print) else 1


def _missing(needs: Iterable[Need]) -> list[Need]:
    return [need for need in needs if not need.present()]


def _packages(needs: Iterable[Need]) -> list[str]:
    return [package for need in needs for package in need.packages]


def _install(packages: Sequence[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", "--quiet=2", *command], env=quiet, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
