"""`manage.py doctor`: what this machine lacks, and the command that brings it."""

import ctypes.util
import os
import shutil
import subprocess
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError

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


class Command(BaseCommand):
    help = "Name what this machine lacks and the command that installs it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--install", action="store_true", help="as root on Debian, install what is missing")
        parser.add_argument("--tests", action="store_true", help="also look for what only the tests need")

    def handle(self, *, install: bool, tests: bool, verbosity: int, **options: Any) -> None:
        needs = [need for need in NEEDS if tests or not need.for_tests]
        missing = self._missing(needs, tell_all=verbosity > 0)
        if missing and install and os.geteuid() == 0 and shutil.which("apt-get"):
            self._install(_packages(missing))
            missing = self._missing(needs, tell_all=False)
        if missing:
            self.stdout.write(f"Install it as root:  apt-get install {' '.join(_packages(missing))}")
        if any(need.needed_to_run for need in missing):
            raise CommandError("Holdfast cannot run before this is installed.")

    def _missing(self, needs: list[Need], *, tell_all: bool) -> list[Need]:
        missing = [need for need in needs if not need.present()]
        for need in needs if tell_all else missing:
            state = f"missing: {need.without}" if need in missing else "found"
            self.stdout.write(f"{need.name:<24} {state}")
        return missing

    def _install(self, packages: list[str]) -> None:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", "--quiet=2", *command], env=quiet, check=False)


def _packages(needs: list[Need]) -> list[str]:
    return [package for need in needs for package in need.packages]
