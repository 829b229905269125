"""`manage.py verify_ledger`: prove that the records are what was written. Exit code 1 when a fault was found."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from evidence.ledger import anchors, verifying


class Command(BaseCommand):
    help = "Verify the ledger: digests, chain, anchors, live rows, history, triggers, privileges."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors", nargs="?", type=Path, const=settings.LEDGER_ANCHORS, help="also against this anchor file"
        )
        parser.add_argument(
            "--head", action="append", default=[], metavar="BATCH:HASH", help="also against a head printed on a PDF"
        )
        parser.add_argument("--json", action="store_true", help="print the faults as JSON")

    def handle(self, *, anchors: Path | None, head: list[str], **options: Any) -> None:
        heads = [_head(text) for text in head]
        faults = verifying.verify(connection, anchored=anchors, heads=heads)
        self.stdout.write(_as_json(faults) if options["json"] else _in_words(faults))
        if faults:
            raise CommandError(f"The ledger has {len(faults)} faults.", returncode=1)


def _head(text: str) -> anchors.Head:
    batch, _colon, digest = text.partition(":")
    if not batch.isdigit() or len(digest) != 64:
        raise CommandError(f"{text} is no head: give BATCH:HASH as a PDF prints it.")
    return anchors.Head(int(batch), digest.lower(), "")


def _as_json(faults: list[verifying.Fault]) -> str:
    end = anchors.head(connection)
    return json.dumps({"head": str(end or ""), "faults": [asdict(fault) for fault in faults]}, indent=1)


def _in_words(faults: list[verifying.Fault]) -> str:
    if faults:
        return "\n".join(f"{fault.check}: {fault.place}: {fault.what}" for fault in faults)
    return f"The ledger is whole. Head {anchors.head(connection) or 'none: nothing was sealed yet'}"
