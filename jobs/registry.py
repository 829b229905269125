"""The tasks and periodic jobs that the apps' `tasks.py` declare."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

TASKS: dict[str, Callable[..., None]] = {}


@dataclass(frozen=True)
class Periodic:
    """A job that is due once a slot. `period` apart, counted from midnight UTC plus `offset`."""

    name: str
    period: timedelta
    offset: timedelta = timedelta(0)

    def slot(self, now: datetime) -> datetime:
        """The latest slot that is due at `now`."""
        since = now - datetime(2000, 1, 1, tzinfo=UTC) - self.offset
        return now - (since % self.period)


PERIODIC: dict[str, Periodic] = {}
FOLLOWERS: dict[str, list[str]] = {}


def outbox_task(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as the task `name`: run in one transaction with the mark that it is done."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        TASKS[name] = function
        return function

    return register


def daily(name: str, *, at: str) -> None:
    """Run task `name` once a day, at `HH:MM` UTC or as soon after as anything runs."""
    moment = time.fromisoformat(at)
    PERIODIC[name] = Periodic(name, timedelta(days=1), timedelta(hours=moment.hour, minutes=moment.minute))


def every(name: str, *, minutes: int) -> None:
    """Run task `name` once in each span of so many minutes."""
    PERIODIC[name] = Periodic(name, timedelta(minutes=minutes))


def follow(what: str, task: str) -> None:
    """Run `task` after each `what` of a lower app, which names it in its documentation and knows no follower."""
    FOLLOWERS.setdefault(what, []).append(task)
