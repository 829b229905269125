"""Gauges (7.1.5): calibrated, doubted, in and out of use."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from documents.dates import months_after
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from metrics import selectors
from metrics.models import Calibration, Gauge
from metrics.states import CALIBRATE, FAIL, LAPSE, QUARANTINE, RETURN, WITHDRAW
from people.models import Process, Site, User
from people.selectors import people_with
from people.states import Authority
from records import services as records
from records.models import Attachment

DAYS_TO_JUDGE = 7
REPEAT = 7  # days between two reminders of the same
LATE = 14  # days after which the quality managers hear of it


@transaction.atomic
def create_gauge(
    *,
    by: User,
    site: Site,
    title: str,
    sort: str,
    serial: str = "",
    maker: str = "",
    location: str = "",
    resolution: str = "",
    interval_months: int = 12,
    process: Process | None = None,
    owner: User | None = None,
) -> Gauge:
    """Enter a gauge into the register. It is not fit for use before it is calibrated (7.1.5.2 a).

    Raises Refused("serial-exists").
    """
    _check_serial(site, serial, None)
    return records.open_record(
        Gauge,
        by=by,
        site=site,
        title=title,
        process=process,
        owner=owner,
        sort=sort,
        serial=serial,
        maker=maker,
        location=location,
        resolution=resolution,
        interval_months=interval_months,
    )


@transaction.atomic
def edit_gauge(gauge: Gauge, *, by: User, reason: str = "", **changes: Any) -> Gauge:
    """Change what is known of a gauge. Raises Refused("serial-exists")."""
    _check_serial(gauge.site, changes.get("serial", gauge.serial), gauge)
    return records.amend(gauge, by=by, reason=reason, **changes)


def _check_serial(site: Site, serial: str, but: Gauge | None) -> None:
    if not serial:
        return
    twins = Gauge.objects.filter(site=site, serial__iexact=serial)
    if twin := (twins.exclude(pk=but.pk) if but else twins).first():
        raise Refused(_("%(gauge)s has this serial number already.") % {"gauge": twin.number}, code="serial-exists")


@transaction.atomic
def calibrate(
    gauge: Gauge,
    *,
    by: User,
    done_on: date,
    done_by: str,
    as_found: str,
    found_good: bool,
    passed: bool,
    as_left: str = "",
    certificate_no: str = "",
    certificate: Attachment | None = None,
    due_on: date | None = None,
    note: str = "",
) -> Gauge:
    """Record a calibration. One that failed puts the gauge into quarantine; one that found it wrong asks for a verdict
    on everything that was measured since it was last right (7.1.5.2).

    Raises Refused: "in-the-future", "before-the-last", "due-before-done", "as-left-missing" when it was found wrong
    and is said to be fit.
    """
    _check_days(gauge, done_on, due_on)
    if passed and not found_good and not as_left:
        raise Refused(_("It was found wrong: say how it was left."), code="as-left-missing")
    due = due_on or months_after(done_on, gauge.interval_months)
    assert due is not None, "an interval is a month or more"
    kept = Calibration.objects.create(
        gauge=gauge,
        done_on=done_on,
        done_by=done_by,
        as_found=as_found,
        found_good=found_good,
        as_left=as_left,
        passed=passed,
        due_on=due,
        certificate_no=certificate_no,
        certificate=certificate,
        note=note,
        recorded_by=by,
        recorded_at=clock(),
    )
    records.move(gauge, CALIBRATE if passed else FAIL, by=by, note=as_found, calibrated_on=done_on, due_on=due)
    if not found_good:
        _ask_for_a_verdict(gauge, kept, by=by)
    return gauge


def _check_days(gauge: Gauge, done_on: date, due_on: date | None) -> None:
    records.lock(gauge)
    if done_on > clock().date():
        raise Refused(_("The day of the calibration lies in the future."), code="in-the-future")
    last = selectors.calibrations_of(gauge).first()
    if last and done_on < last.done_on:
        told = {"day": date_format(last.done_on, "DATE_FORMAT")}
        raise Refused(_("It was calibrated later than that, on %(day)s.") % told, code="before-the-last")
    if due_on and due_on <= done_on:
        raise Refused(_("It cannot be due again before it was done."), code="due-before-done")


def _ask_for_a_verdict(gauge: Gauge, kept: Calibration, *, by: User) -> None:
    doubt = selectors.doubt_of(kept)
    since = date_format(doubt.since, "DATE_FORMAT") if doubt.since else _("the beginning")
    told = {"n": doubt.n, "since": since, "metrics": ", ".join(one.metric.number for one in doubt.found)[:120] or "–"}
    what = _("Found outside its limits: judge whether the results since %(since)s stand (%(n)d values of %(metrics)s).")
    due = clock().date() + timedelta(days=DAYS_TO_JUDGE)
    records.add_action(gauge, what=what % told, who=gauge.owner, due=due, by=by)


@transaction.atomic
def study_gauge(gauge: Gauge, *, by: User, grr_percent: Decimal, grr_on: date, grr_note: str = "") -> Gauge:
    """Keep the result of a gauge R&R study. Raises Refused("in-the-future")."""
    if grr_on > clock().date():
        raise Refused(_("The day of the study lies in the future."), code="in-the-future")
    return records.amend(gauge, by=by, grr_percent=grr_percent, grr_on=grr_on, grr_note=grr_note)


@transaction.atomic
def quarantine(gauge: Gauge, *, by: User, reason: str) -> Gauge:
    """Take a gauge out of use until somebody knows better: dropped, damaged, doubtful."""
    return records.move(gauge, QUARANTINE, by=by, note=reason)


@transaction.atomic
def return_to_use(gauge: Gauge, *, by: User, reason: str) -> Gauge:
    """Use a gauge again. Raises Refused("calibrate-first") when its last calibration failed or is out of date."""
    last = selectors.calibrations_of(gauge).first()
    if last is None or not last.passed or gauge.due_on is None or gauge.due_on < clock().date():
        raise Refused(_("Calibrate it first: its last calibration failed or is out of date."), code="calibrate-first")
    return records.move(gauge, RETURN, by=by, note=reason)


@transaction.atomic
def withdraw(gauge: Gauge, *, by: User, reason: str) -> Gauge:
    """Take a gauge out of the register for good. Raises Refused("in-a-control-plan") while a plan in force needs it."""
    row = selectors.rows_with(gauge).first()
    if row is not None:
        told = {"plan": row.revision.number, "row": row}
        raise Refused(_("%(plan)s measures with it (%(row)s): revise the plan first.") % told, code="in-a-control-plan")
    return records.move(gauge, WITHDRAW, by=by, note=reason)


@transaction.atomic
def lapse_gauges(*, on: date, by: User) -> int:
    """Each night: gauges that are past their day are overdue. Doing it twice changes nothing."""
    late = [records.move(gauge, LAPSE, by=by) for gauge in selectors.to_lapse(on)]
    for gauge in late:
        evidence.record_event("calibration overdue", gauge, by=by, note=str(gauge.due_on))
    return len(late)


@transaction.atomic
def remind_of_gauges(*, on: date, by: User) -> int:
    """Tell owners of calibrations that come due, weekly when they are late, and then the quality managers too.

    The keys carry what was due: a missed night loses none and a second run adds none.
    """
    told = [one for gauge in selectors.due_by(on + selectors.SOON) for one in _reminders(gauge, on)]
    return sum(records.notify(person, text=text, url=url, key=key, by=by) for person, text, url, key in told)


def _reminders(gauge: Gauge, on: date) -> Iterator[tuple[User, str, str, str]]:
    assert gauge.due_on is not None
    late = (on - gauge.due_on).days
    words = _("The calibration of %(gauge)s is overdue") if late > 0 else _("%(gauge)s is due for calibration soon")
    text = f"{words % {'gauge': gauge.number}}: {gauge.title}"
    key = f"gauge-{gauge.number}-{gauge.due_on}-{(late - 1) // REPEAT if late > 0 else 'soon'}"
    yield gauge.owner, text, gauge.get_absolute_url(), key
    if late >= LATE:
        for person in people_with(gauge.site, Authority.QUALITY_MANAGER):
            yield person, text, gauge.get_absolute_url(), f"late-{key}"
