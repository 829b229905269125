"""What has actually improved this year, is it still holding, and how do we know? One page, a few queries."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kaizen.models import Gain
from kaizen.selectors.gains import gains
from kaizen.selectors.locks import Lock, locks_of_all
from kaizen.states import GainStatus
from metrics.models import Watch
from people.models import User
from records.selectors import visible

FIRST_YEAR = 2000
KEPT = {GainStatus.HOLDING, GainStatus.SUSTAINED, GainStatus.PROVEN, GainStatus.LOCKING}
SLIPPING = {GainStatus.AT_RISK, GainStatus.BACKSLIDING, GainStatus.LOST}


@dataclass(frozen=True)
class YearRow:
    """One gain: before, after, now, what is kept of it, and how we know. Numbers in the metric's unit."""

    gain: Gain
    watch: Watch | None
    before: float | None
    after: float | None
    now: float | None
    kept_percent: int | None
    words: str
    locks: list[Lock]

    @property
    def locked(self) -> int:
        return sum(lock.is_locked for lock in self.locks)

    @property
    def broken(self) -> list[Lock]:
        return [lock for lock in self.locks if lock.state == "broken"]


def year_of_gains(user: User, *, year: int, on: date) -> list[YearRow]:
    """Every gain that was locked in during `year` and that the user may see, worst first."""
    found = list(gains().filter(pk__in=visible(Gain, user).filter(since__year=year).values("pk")))
    locks = locks_of_all(found, on=on)
    watches = {
        watch.protects_id: watch
        for watch in Watch.objects.filter(protects__in=[gain.pk for gain in found]).select_related("metric", "state")
    }
    rows = [_row(gain, watches.get(gain.pk), locks[gain.pk]) for gain in found]
    return sorted(rows, key=lambda row: (-len(row.broken), row.gain.number))


def _row(gain: Gain, watch: Watch | None, locks: list[Lock]) -> YearRow:
    found: dict[str, Any] = getattr(getattr(watch, "state", None), "summary", None) or {}
    is_silent = bool(watch and watch.silent_since)
    kept = None if is_silent else found.get("kept")
    return YearRow(
        gain=gain,
        watch=watch,
        before=found.get("before"),
        after=found.get("after"),
        now=None if is_silent else found.get("now"),
        kept_percent=None if kept is None else round(100 * kept),
        words=_how_we_know(watch, found),
        locks=locks,
    )


def _how_we_know(watch: Watch | None, found: dict[str, Any]) -> str:
    """Silence comes first: what nobody measures, nobody knows."""
    if watch is None:
        return _("nobody watches it")
    if watch.silent_since:
        return _("no values since %(day)s: nobody knows") % {"day": watch.silent_since}
    return str(found.get("words", ""))


@dataclass(frozen=True)
class YearSummary:
    """How many gains a year brought, how many of them hold, and what they are worth."""

    gains: int
    holding: int
    slipping: int
    benefit: Any
    kept_benefit: Any


def summary_of(rows: list[YearRow]) -> YearSummary:
    """Counts and money of a year's gains; the benefit of a slipping gain does not count as kept."""
    holding = [row for row in rows if row.gain.status in KEPT]
    slipping = [row for row in rows if row.gain.status in SLIPPING]
    return YearSummary(
        gains=len(rows),
        holding=len(holding),
        slipping=len(slipping),
        benefit=sum(row.gain.benefit_a_year or 0 for row in rows),
        kept_benefit=sum(row.gain.benefit_a_year or 0 for row in holding),
    )
