"""The five locks of a gain, computed from the records that close them. Nothing here is typed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from capa.models import Capa
from capa.states import CAPA
from documents.states import RevisionStatus
from kaizen.models import Gain, GainStandard, SustainmentCheck, Waiver
from kaizen.plans import LAST_CHECK
from kaizen.states import CheckResult, CheckStatus, GainStatus, LockName, LockState
from metrics.models import Signal, Watch
from metrics.states import Alarm, SignalStatus, WatchStatus
from training.selectors import Untrained, untrained_counts

CARRIED = (RevisionStatus.EFFECTIVE, RevisionStatus.SUPERSEDED)
ON_THE_WAY = (
    RevisionStatus.DRAFT,
    RevisionStatus.IN_REVIEW,
    RevisionStatus.CHANGES_REQUESTED,
    RevisionStatus.APPROVED,
    RevisionStatus.ISSUED,
)
TONES = {
    LockState.CLOSED: "success",
    LockState.OPEN: "warning",
    LockState.BROKEN: "danger",
    LockState.WAIVED: "neutral",
}
LOCK_ICONS = {
    LockState.CLOSED: "lock",
    LockState.OPEN: "lock-open",
    LockState.BROKEN: "lock-off",
    LockState.WAIVED: "lock-cancel",
}
FROM_WATCH = {
    WatchStatus.LOST: GainStatus.LOST,
    WatchStatus.BACKSLIDING: GainStatus.BACKSLIDING,
    WatchStatus.RECOVERING: GainStatus.RECOVERING,
    WatchStatus.AMBER: GainStatus.AT_RISK,
}


@dataclass(frozen=True)
class Lock:
    """One lock: what holds it, in words, and where to see it."""

    name: LockName
    state: LockState
    words: str
    url: str = ""

    @property
    def label(self) -> str:
        return str(self.name.label)

    @property
    def state_label(self) -> str:
        return str(self.state.label)

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def icon(self) -> str:
        return LOCK_ICONS[self.state]

    @property
    def is_locked(self) -> bool:
        return self.state in (LockState.CLOSED, LockState.WAIVED)


@dataclass(frozen=True)
class _Facts:
    """Everything about some gains that their locks need, fetched in a fixed number of queries."""

    standards: dict[int, list[GainStandard]]
    untrained: dict[int, Untrained]
    watches: dict[int, Watch]
    waivers: dict[tuple[int, str], Waiver]
    capas: dict[int, list[Capa]]
    unanswered: dict[int, list[Signal]]
    checks: dict[int, list[SustainmentCheck]]


def locks_of(gain: Gain, *, on: date) -> list[Lock]:
    """The five locks of one gain, in their order."""
    return locks_of_all([gain], on=on)[gain.pk]


def locks_of_all(gains: Iterable[Gain], *, on: date) -> dict[int, list[Lock]]:
    """The locks of many gains by primary key; the number of queries does not grow with them."""
    gains = list(gains)
    facts = _gather(gains, on)
    return {gain.pk: _locks(gain, facts, on) for gain in gains}


def states_of_all(gains: Iterable[Gain], *, on: date) -> dict[int, GainStatus]:
    """The computed status of many gains by primary key."""
    gains = list(gains)
    facts = _gather(gains, on)
    return {
        gain.pk: state_from(
            _locks(gain, facts, on),
            facts.watches.get(gain.pk),
            facts.checks.get(gain.pk, []),
            facts.standards.get(gain.pk, []),
        )
        for gain in gains
    }


def _gather(gains: list[Gain], on: date) -> _Facts:
    keys = [gain.pk for gain in gains]
    standards = _grouped(
        GainStandard.objects.filter(gain__in=keys).select_related("revision", "revision__document"), "gain_id"
    )
    revisions = {standard.revision for group in standards.values() for standard in group}
    watches = {
        watch.protects_id: watch for watch in Watch.objects.filter(protects__in=keys).select_related("metric", "state")
    }
    by_watch = [watch.pk for watch in watches.values()]
    red = Signal.objects.filter(watch__in=by_watch, alarm=Alarm.RED)
    return _Facts(
        standards=standards,
        untrained=untrained_counts(revisions, on=on),
        watches=watches,
        waivers={(waiver.gain_id, waiver.lock): waiver for waiver in Waiver.objects.filter(gain__in=keys)},
        capas=_grouped(Capa.objects.filter(watch__in=by_watch).order_by("-id"), "watch_id"),
        unanswered=_grouped(red.filter(status__in=[SignalStatus.NEW, SignalStatus.ACKNOWLEDGED]), "watch_id"),
        checks=_grouped(SustainmentCheck.objects.filter(gain__in=keys), "gain_id"),
    )


def _grouped(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(getattr(row, name), []).append(row)
    return groups


def _locks(gain: Gain, facts: _Facts, on: date) -> list[Lock]:
    standards = facts.standards.get(gain.pk, [])
    watch = facts.watches.get(gain.pk)
    found = [
        _documented(standards),
        _trained(standards, facts.untrained),
        _watched(watch),
        _reviewed(gain, on),
        _answered(watch, facts, on),
    ]
    return [_unless_waived(lock, facts.waivers.get((gain.pk, lock.name))) for lock in found]


def _unless_waived(lock: Lock, waiver: Waiver | None) -> Lock:
    if waiver is None or lock.state == LockState.CLOSED:
        return lock
    return Lock(lock.name, LockState.WAIVED, _("Waived: %(reason)s") % {"reason": waiver.reason}, lock.url)


def _documented(standards: list[GainStandard]) -> Lock:
    name = LockName.DOCUMENTED
    if not standards:
        return Lock(name, LockState.OPEN, _("No standard carries this gain."))
    worst = min(standards, key=lambda standard: _rank(standard.revision.status))
    revision = worst.revision
    url = revision.get_absolute_url()
    if revision.status in CARRIED:
        numbers = ", ".join(standard.revision.number for standard in standards)
        return Lock(name, LockState.CLOSED, _("In effect: %(numbers)s.") % {"numbers": numbers}, url)
    state = LockState.OPEN if revision.status in ON_THE_WAY else LockState.BROKEN
    return Lock(
        name,
        state,
        _("%(number)s is %(state)s.") % {"number": revision.number, "state": revision.status_label.lower()},
        url,
    )


def _rank(status: str) -> int:
    return 2 if status in CARRIED else 1 if status in ON_THE_WAY else 0


def _trained(standards: list[GainStandard], untrained: dict[int, Untrained]) -> Lock:
    name = LockName.TRAINED
    if not standards:
        return Lock(name, LockState.OPEN, _("Nobody can be trained: no standard carries this gain."))
    waiting = [s.revision for s in standards if s.revision.status not in (*CARRIED, RevisionStatus.ISSUED)]
    if waiting:
        return Lock(
            name, LockState.OPEN, _("Training begins when %(number)s is issued.") % {"number": waiting[0].number}
        )
    found = [untrained[s.revision_id] for s in standards]
    missing, concerned = sum(u.missing for u in found), sum(u.concerned for u in found)
    url = standards[0].revision.get_absolute_url()
    if not missing:
        return Lock(
            name, LockState.CLOSED, _("All %(count)d people concerned are trained.") % {"count": concerned}, url
        )
    overdue = sum(u.overdue for u in found)
    words = ngettext(
        "%(missing)d of %(concerned)d people is not trained yet.",
        "%(missing)d of %(concerned)d people are not trained yet.",
        missing,
    ) % {"missing": missing, "concerned": concerned}
    return Lock(name, LockState.BROKEN if overdue else LockState.OPEN, words, url)


def _watched(watch: Watch | None) -> Lock:
    name = LockName.WATCHED
    if watch is None:
        return Lock(name, LockState.OPEN, _("No watch protects this gain."))
    url = watch.metric.get_absolute_url()
    if watch.silent_since:
        return Lock(name, LockState.BROKEN, _("No values since %(day)s.") % {"day": watch.silent_since}, url)
    if watch.status == WatchStatus.HOLDING:
        return Lock(name, LockState.CLOSED, _("Measured, fresh, and it holds."), url)
    slipping = watch.status in (WatchStatus.BACKSLIDING, WatchStatus.LOST)
    return Lock(name, LockState.BROKEN if slipping else LockState.OPEN, f"{watch.status_label}.", url)


def _reviewed(gain: Gain, on: date) -> Lock:
    """Before an approved review in the gain's current year, counted from the day it was locked in."""
    name = LockName.REVIEWED
    began = _year_began(gain.since, on)
    if gain.reviewed_on and gain.reviewed_on >= began:
        return Lock(name, LockState.CLOSED, _("Reviewed on %(day)s.") % {"day": gain.reviewed_on})
    if gain.review_due and on > gain.review_due and (gain.reviewed_on or gain.since) < gain.review_due:
        return Lock(name, LockState.BROKEN, _("Review was due on %(day)s.") % {"day": gain.review_due})
    return Lock(name, LockState.OPEN, _("Not reviewed yet; due by %(day)s.") % {"day": gain.review_due or "–"})


def _year_began(since: date, on: date) -> date:
    years = max(0, on.year - since.year - ((on.month, on.day) < (since.month, since.day)))
    day = min(since.day, 28) if since.month == 2 else since.day
    return since.replace(year=since.year + years, day=day)


def _answered(watch: Watch | None, facts: _Facts, on: date) -> Lock:
    name = LockName.ANSWERED
    if watch is None:
        return Lock(name, LockState.CLOSED, _("No backslide was seen."))
    unanswered = facts.unanswered.get(watch.pk)
    if unanswered:
        return Lock(
            name,
            LockState.BROKEN,
            _("%(number)s has no answer.") % {"number": unanswered[0].number},
            unanswered[0].get_absolute_url(),
        )
    capas = facts.capas.get(watch.pk, [])
    still_open = [capa for capa in capas if capa.status not in CAPA.final]
    if not still_open:
        words = _("%(count)d backslides answered and verified.") if capas else _("No backslide was seen.")
        return Lock(name, LockState.CLOSED, words % {"count": len(capas)} if capas else words)
    capa = still_open[0]
    state = LockState.BROKEN if capa.due < on else LockState.OPEN
    return Lock(
        name,
        state,
        _("%(number)s is %(state)s.") % {"number": capa.number, "state": capa.status_label.lower()},
        capa.get_absolute_url(),
    )


def state_from(
    locks: list[Lock], watch: Watch | None, checks: list[SustainmentCheck], standards: list[GainStandard]
) -> GainStatus:
    """The status that locks and watch amount to."""
    if watch and watch.status in FROM_WATCH:
        return FROM_WATCH[WatchStatus(watch.status)]
    if watch and watch.silent_since:
        return GainStatus.AT_RISK
    if watch is None or watch.status == WatchStatus.UNPROVEN:
        return GainStatus.CLAIMED
    if any(lock.state == LockState.BROKEN for lock in locks):
        return GainStatus.AT_RISK
    if not all(lock.is_locked for lock in locks):
        issued = any(standard.revision.issued_at for standard in standards)
        return GainStatus.LOCKING if issued else GainStatus.PROVEN
    return GainStatus.SUSTAINED if _held_a_year(checks) else GainStatus.HOLDING


def _held_a_year(checks: list[SustainmentCheck]) -> bool:
    last = max(checks, key=lambda check: check.day, default=None)
    if last is None or last.day < LAST_CHECK:
        return False
    return last.status == CheckStatus.ANSWERED and last.result == CheckResult.HELD
