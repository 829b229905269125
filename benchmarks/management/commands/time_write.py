"""`time_write`: clients that change documents through the product's service, all at once; prints the median time."""

import json
import random
import statistics
import time
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from documents.models import Document
from evidence.context import acting
from people.models import User
from records import services as records


class Command(BaseCommand):
    help = "Change documents through the service, by several clients at once; prints the median in milliseconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clients", type=int, required=True)
        parser.add_argument("--seconds", type=float, required=True)

    def handle(self, *, clients: int, seconds: float, **options: Any) -> None:
        numbers = list(Document.objects.order_by("pk").values_list("pk", flat=True)[: 100 * clients])
        owner = User.objects.get(username="owner000")
        shares = [numbers[place::clients] for place in range(clients)]
        with ThreadPoolExecutor(clients) as pool:
            found = list(pool.map(lambda share: changes(share, owner, seconds), shares))
        times = [taken for one in found for taken in one[1:]]
        self.stdout.write(json.dumps(statistics.median(times)))


def changes(keys: list[int], owner: User, seconds: float) -> list[float]:
    """Change one document after the other, two at least; the time of each change in milliseconds."""
    found, until = [], time.monotonic() + seconds
    try:
        while len(found) < 2 or time.monotonic() < until:
            document = Document.objects.get(pk=random.choice(keys))  # noqa: S311  no secret
            began = time.perf_counter()
            with acting(owner):
                records.amend(document, by=owner, reason="a better title", title=f"Instruction {began}")
            found.append((time.perf_counter() - began) * 1000)
    finally:
        connections.close_all()
    return found
