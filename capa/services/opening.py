"""How a CAPA begins: by hand, from a nonconformity, from a signal, or by itself when a gain slips (10.2.1 b)."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from capa import selectors
from capa.models import Capa, Nonconformity
from capa.states import (
    Trigger,
)
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from metrics import selectors as metrics
from metrics import services as watching
from metrics.models import Signal, Watch
from metrics.states import Alarm, SignalStatus
from people.models import Process, Site, User
from records import services as records
from records.models import Link, Record

DAYS_TO_CLOSE = 90


@transaction.atomic
def open_capa(
    *,
    by: User,
    site: Site,
    title: str,
    problem: str,
    process: Process | None = None,
    owner: User | None = None,
    due: date | None = None,
    origin: Record | None = None,
    trigger: str = Trigger.BY_HAND,
    **facts: Any,
) -> Capa:
    """Open a corrective action (10.2.1 b), by hand or from the record that made it necessary.

    Raises Refused("due-in-the-past").
    """
    today = clock().date()
    if due and due < today:
        raise Refused(_("The due date lies in the past."), code="due-in-the-past")
    return records.open_record(
        Capa,
        by=by,
        site=site,
        title=title,
        process=process,
        owner=owner or (process.owner if process else None),
        origin=origin,
        problem=problem,
        due=due or today + timedelta(days=DAYS_TO_CLOSE),
        trigger=trigger,
        **facts,
    )


@transaction.atomic
def open_from_nonconformity(
    record: Nonconformity, *, by: User, owner: User | None = None, due: date | None = None
) -> Capa:
    """Open a CAPA for the cause of a nonconformity or complaint: one at a time.

    Raises Refused: "closed", "capa-exists".
    """
    records.lock(record)
    if not record.is_open:
        raise Refused(_("This nonconformity is closed."), code="closed")
    standing = selectors.open_capas().filter(origin=record).first()
    if standing is not None:
        raise Refused(_("%(capa)s is open for it already.") % {"capa": standing.number}, code="capa-exists")
    return open_capa(
        by=by,
        site=record.site,
        title=record.title,
        problem=record.description,
        process=record.process,
        owner=owner or record.owner,
        due=due,
        origin=record,
        trigger=Trigger.NONCONFORMITY,
        containment=record.containment,
    )


@transaction.atomic
def open_for_backslide(
    watch: Watch, *, signal: Signal, by: User, title: str, problem: str, diagnosis: str, evidence_found: dict[str, Any]
) -> Capa:
    """Open the one CAPA of a watch; while it is open, later signals are attached to it."""
    Watch.objects.select_for_update().get(pk=watch.pk)
    capa = selectors.open_capa_for(watch)
    if capa is None:
        capa = open_capa(
            by=by,
            site=signal.site,
            title=title,
            problem=problem,
            process=signal.process,
            owner=signal.process.owner if signal.process else signal.owner,
            origin=signal,
            trigger=Trigger.BACKSLIDE,
            watch=watch,
            diagnosis=diagnosis,
            evidence=evidence_found,
        )
        return _answer(signal, capa, by=by)
    return _attach(signal, capa, by=by)


@transaction.atomic
def escalate(
    signal: Signal, *, by: User, problem: str = "", owner: User | None = None, due: date | None = None
) -> Capa:
    """Answer a signal with a CAPA by hand: a new one, or the one that its watch has open already.

    Raises Refused: "answered-already"; "nothing-wrong" for a level that is better than achieved.
    """
    records.lock(signal)
    if signal.status == SignalStatus.IN_CAPA:
        raise Refused(_("A CAPA answers this signal already."), code="answered-already")
    if signal.alarm == Alarm.BETTER:
        raise Refused(
            _("It is better than achieved: set a better level on its metric, or explain it."), "nothing-wrong"
        )
    standing = selectors.open_capa_for(signal.watch) if signal.watch else None
    if standing is not None:
        return _attach(signal, standing, by=by)
    capa = open_capa(
        by=by,
        site=signal.site,
        title=signal.title,
        problem=problem or _said_by(signal),
        process=signal.process,
        owner=owner or (signal.process.owner if signal.process else signal.owner),
        due=due,
        origin=signal,
        trigger=Trigger.BACKSLIDE if signal.watch else Trigger.BY_HAND,
        watch=signal.watch,
        evidence=_evidence_of(signal),
    )
    return _answer(signal, capa, by=by)


def _attach(signal: Signal, capa: Capa, *, by: User) -> Capa:
    records.link(signal, capa, kind=Link.Kind.EVIDENCE, by=by)
    evidence.record_event("signal attached", capa, by=by, note=signal.number)
    return _answer(signal, capa, by=by)


def _answer(signal: Signal, capa: Capa, *, by: User) -> Capa:
    """The CAPA answers this signal, and what else its watch says of the same slip."""
    if signal.concluded_at is None:
        watching.take_into_capa(signal, by=by, note=capa.number)
    beside = (
        metrics.open_signals(signal.watch).filter(alarm__in=selectors.SLIPS) if signal.watch else Signal.objects.none()
    )
    for standing in beside.exclude(pk=signal.pk):
        watching.take_into_capa(standing, by=by, note=capa.number)
    return capa


def _said_by(signal: Signal) -> str:
    return _("%(alarm)s: %(metric)s, since about %(onset)s.") % {
        "alarm": signal.get_alarm_display(),
        "metric": signal.metric.title,
        "onset": signal.onset,
    }


def _evidence_of(signal: Signal) -> dict[str, Any]:
    """What the signal itself knows, under the names of the full evidence."""
    lost = None if signal.loss is None else round(100 * signal.loss)
    return {"onset": signal.onset.isoformat(), "lost_percent": lost, "s": signal.s, "h": signal.h}
