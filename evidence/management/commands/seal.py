"""`manage.py seal`: the sealer. `--once` seals and anchors what is there, then ends."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from evidence.ledger import anchors, sealing


class Command(BaseCommand):
    help = "Seal the ledger every few seconds and anchor the head of the chain outside the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="seal and anchor what is there, then end")

    def handle(self, *, once: bool, **options: Any) -> None:
        try:
            connection = connections[sealing.alias()]
        except LookupError as missing:
            raise CommandError(str(missing)) from missing
        if once:
            rows = sealing.seal()
            anchors.anchor(connection)
            self.stdout.write(f"{rows or 0} rows sealed; head {anchors.head(connection) or 'none'}")
            return
        stopping = threading.Event()
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, lambda number, frame: stopping.set())
        sealing.run(stopping=stopping, pause=settings.LEDGER_SEAL_SECONDS, anchor_every=settings.LEDGER_ANCHOR_SECONDS)
