"""Did it work? (10.2.1 d): an effectiveness check, judged by data where there are any, confirmed by another person."""

from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from capa import selectors
from capa.models import Capa, EffectivenessCheck
from capa.states import CLOSE, REOPEN, START_CHECK, Verdict
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from metrics import selectors as metrics
from metrics import services as watching
from metrics.models import Watch
from metrics.states import WatchStatus
from people.models import User
from records import services as records
from records.signing import Signing

SHORTEST_CONCLUSION = 10


@transaction.atomic
def start_check(
    capa: Capa, *, by: User, criterion: str, due: date, least_values: int = 8, watch: Watch | None = None
) -> Capa:
    """Say how the effect will be judged (10.2.1 d); a watch starts anew, with a head start.

    Raises Refused("due-in-the-past").
    """
    today = clock().date()
    if due <= today:
        raise Refused(_("The check needs time: its due date lies ahead."), code="due-in-the-past")
    watch = watch or capa.watch
    EffectivenessCheck.objects.create(
        capa=capa, watch=watch, criterion=criterion, least_values=least_values, since=today, due=due
    )
    if watch:
        watching.start_recovery(watch, since=today, by=by)
    return records.move(capa, START_CHECK, by=by, note=criterion)


@transaction.atomic
def judge(check: EffectivenessCheck, *, by: User) -> EffectivenessCheck:
    """Let the detector judge on the data since the check began. A person confirms it later."""
    check = EffectivenessCheck.objects.select_for_update(of=("self",)).select_related("watch", "capa").get(pk=check.pk)
    if check.watch is None or check.confirmed_at:
        return check
    found = metrics.effect_since(check.watch, since=check.since, least_values=check.least_values)
    if (check.verdict, check.finding) == (found.verdict, found.words):
        return check
    check.verdict, check.finding = found.verdict, found.words
    check.snapshot, check.judged_at = found.snapshot, clock()
    check.save()
    evidence.record_event("effect judged", check.capa, by=by, note=found.words)
    return check


def judge_all(*, by: User) -> int:
    """Judge every check that data decide. Harmless when run again."""
    checks = list(selectors.checks_to_judge())
    for check in checks:
        judge(check, by=by)
    return len(checks)


@transaction.atomic
def close(capa: Capa, *, by: User, signing: Signing, conclusion: str = "") -> Capa:
    """Close a CAPA whose effectiveness was verified (10.2.1 d).

    The data must say so where a watch judges; without one the person who signs says how it was seen.

    Raises Refused: "self-verified", "no-check", "conclusion-missing", "not-effective".
    """
    if by.pk == capa.owner_id:
        raise Refused(_("Someone other than the owner must verify."), code="self-verified")
    records.lock(capa)
    check = selectors.current_check(capa)
    if check is None:
        raise Refused(_("No effectiveness check was planned."), code="no-check")
    _check_verdict(check, conclusion)
    signature = records.sign(capa, by=by, transition=CLOSE, signing=replace(signing, note=conclusion))
    check.confirmed_verdict, check.confirmed_by, check.confirmed_at = Verdict.EFFECTIVE, by, clock()
    check.finding = check.finding or conclusion
    check.save()
    records.move(capa, CLOSE, by=by, note=conclusion, signature=signature, concluded_at=clock())
    if check.watch and check.watch.status == WatchStatus.RECOVERING:
        watching.confirm_recovery(check.watch, by=by)
    return capa


def _check_verdict(check: EffectivenessCheck, conclusion: str) -> None:
    if check.watch is None:
        if len(conclusion.strip()) < SHORTEST_CONCLUSION:
            raise Refused(_("Say how you saw that it worked."), code="conclusion-missing")
    elif check.verdict != Verdict.EFFECTIVE:
        raise Refused(
            _("The data do not show the effect yet: %(finding)s") % {"finding": check.finding or _("no new values")},
            code="not-effective",
        )


@transaction.atomic
def reopen(capa: Capa, *, by: User, reason: str, signing: Signing) -> Capa:
    """It did not work: back to the analysis, with the same number. The verdict is signed, as its opposite is."""
    records.lock(capa)
    signature = records.sign(capa, by=by, transition=REOPEN, signing=replace(signing, note=reason))
    check = selectors.current_check(capa)
    if check:
        check.confirmed_verdict, check.confirmed_by, check.confirmed_at = Verdict.INEFFECTIVE, by, clock()
        check.save()
        _tell_watch_it_failed(check.watch, by, reason)
    return records.move(capa, REOPEN, by=by, note=reason, signature=signature)


def _tell_watch_it_failed(watch: Watch | None, by: User, reason: str) -> None:
    if watch and watch.status == WatchStatus.RECOVERING:
        watching.relapse(watch, by=by, note=reason)
