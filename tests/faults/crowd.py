"""Many people at the same moment, in threads with a connection of their own each."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all acts, begun together. Gives their results in order; an exception is a result too."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        gate.wait()
        try:
            results[place] = acts[place]()
        except Exception as fault:
            results[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
