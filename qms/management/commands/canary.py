"""`manage.py canary`: fails when no task has come through the queue lately. A worker's health check."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from jobs import selectors
from qms.embedded.runtime import CANARY_PATIENCE


class Command(BaseCommand):
    help = "Fail when the last canary is older than two of its minutes. A database that is away proves nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at-most", type=float, default=CANARY_PATIENCE, help="seconds")
        parser.add_argument("--since-process", type=int, help="count from the start of this process at the earliest")

    def handle(self, *, at_most: float, since_process: int | None, **options: Any) -> None:
        now = timezone.now()
        try:
            age = selectors.canary_age(now)
        except DatabaseError as away:
            self.stdout.write(f"The database cannot be asked: {away}")
            return
        running = now.timestamp() - Path(f"/proc/{since_process}").stat().st_ctime if since_process else None
        waited = min(known for known in (age, running, float("inf")) if known is not None)
        if waited > at_most:
            raise CommandError(f"No task came through the queue for {waited:.0f} s.")
        self.stdout.write(f"The last canary came {waited:.0f} s ago.")
