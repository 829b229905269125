"""A kaizen event from its proposal to its report: charter, team, goals, results."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from capa.models import Capa
from evidence.context import clock
from evidence.refusals import Refused
from kaizen import selectors
from kaizen.models import Goal, Idea, KaizenEvent, Member
from kaizen.states import CANCEL, CHARTER, PREPARE, REPORT, RUN, STANDARDISE, Part
from metrics import services as metrics
from people.models import Process, Site, User
from records import services as records
from records.models import Record
from records.signing import Signing

Rows = Sequence[dict[str, Any]]


@transaction.atomic
def propose_event(
    *,
    by: User,
    site: Site,
    title: str,
    problem: str,
    sponsor: User,
    line_manager: User,
    starts_on: date,
    ends_on: date,
    process: Process | None = None,
    owner: User | None = None,
    origin: Record | None = None,
    **facts: Any,
) -> KaizenEvent:
    """Propose a kaizen event. The owner leads it, the sponsor signs its charter.

    Raises Refused: "dates-out-of-order", "sponsor-leads".
    """
    _check_dates(starts_on, ends_on)
    leader = owner or by
    if sponsor.pk == leader.pk:
        raise Refused(_("The sponsor is somebody other than the leader."), code="sponsor-leads")
    event = records.open_record(
        KaizenEvent,
        by=by,
        site=site,
        title=title,
        process=process,
        owner=leader,
        origin=origin,
        problem=problem,
        sponsor=sponsor,
        line_manager=line_manager,
        starts_on=starts_on,
        ends_on=ends_on,
        **facts,
    )
    Member.objects.create(event=event, person=leader, part=Part.LEADER)
    return event


def _check_dates(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refused(_("The event ends before it starts."), code="dates-out-of-order")


@transaction.atomic
def charter_from(
    origin: Capa | Idea,
    *,
    by: User,
    title: str,
    sponsor: User,
    line_manager: User,
    starts_on: date,
    ends_on: date,
    owner: User | None = None,
    problem: str = "",
) -> KaizenEvent:
    """Propose an event for the problem of a CAPA or an idea; the chain keeps where it came from."""
    return propose_event(
        by=by,
        site=origin.site,
        title=title,
        problem=problem or getattr(origin, "problem", "") or getattr(origin, "description", ""),
        sponsor=sponsor,
        line_manager=line_manager,
        starts_on=starts_on,
        ends_on=ends_on,
        process=origin.process,
        owner=owner,
        origin=origin,
    )


@transaction.atomic
def edit_event(event: KaizenEvent, *, by: User, reason: str = "", **changes: Any) -> KaizenEvent:
    """Change the facts of an event before its report-out.

    Raises Refused: "dates-out-of-order", "not-editable".
    """
    _check_dates(changes.get("starts_on", event.starts_on), changes.get("ends_on", event.ends_on))
    if not KaizenEvent.machine.may_edit(event.status):
        raise Refused(_("The event is reported; its facts stand."), code="not-editable")
    return records.amend(event, by=by, reason=reason, **changes)


@transaction.atomic
def set_team(event: KaizenEvent, *, by: User, members: Rows) -> KaizenEvent:
    """Say who is in the team: rows of person and part. The leader stays in it.

    Raises Refused: "not-editable", "member-twice".
    """
    records.lock(event)
    _check_open(event)
    people = [row["person"].pk for row in members]
    if len(set(people)) < len(people):
        raise Refused(_("One person is in the team twice."), code="member-twice")
    event.members.exclude(person=event.owner).exclude(person__in=people).delete()
    for row in members:
        if row["person"].pk != event.owner_id:
            Member.objects.update_or_create(event=event, person=row["person"], defaults={"part": row["part"]})
    return records.amend(event, by=by, parts=["team"])


@transaction.atomic
def set_goals(event: KaizenEvent, *, by: User, goals: Rows) -> KaizenEvent:
    """Say which metrics the event moves: rows of metric, baseline_start, baseline_end and target.

    Raises Refused: "not-editable", "metric-twice", "dates-out-of-order".
    """
    records.lock(event)
    _check_open(event)
    metrics_named = [row["metric"].pk for row in goals]
    if len(set(metrics_named)) < len(metrics_named):
        raise Refused(_("One metric is named twice."), code="metric-twice")
    for row in goals:
        _check_goal(row)
        Goal.objects.update_or_create(
            event=event,
            metric=row["metric"],
            defaults={name: row[name] for name in ("baseline_start", "baseline_end", "target")},
        )
    event.goals.exclude(metric__in=metrics_named).delete()
    return records.amend(event, by=by, parts=["goals"])


def _check_goal(row: dict[str, Any]) -> None:
    if row["baseline_end"] <= row["baseline_start"]:
        raise Refused(_("The baseline ends before it begins."), code="dates-out-of-order")


def _check_open(event: KaizenEvent) -> None:
    if not KaizenEvent.machine.may_edit(event.status):
        raise Refused(_("The event is reported; its team and goals stand."), code="not-editable")


@transaction.atomic
def charter(event: KaizenEvent, *, by: User, signing: Signing) -> KaizenEvent:
    """The sponsor signs the charter; it refuses while something that results depend on is missing.

    Raises Refused: "charter-incomplete", "self-approved".
    """
    gaps = selectors.charter_gaps(event)
    if gaps:
        raise Refused(" ".join(gaps), code="charter-incomplete")
    if by.pk == event.owner_id:
        raise Refused(_("The sponsor signs the charter, not the leader."), code="self-approved")
    signature = records.sign(event, by=by, transition=CHARTER, signing=signing)
    return records.move(event, CHARTER, by=by, signature=signature)


@transaction.atomic
def prepare(event: KaizenEvent, *, by: User) -> KaizenEvent:
    """Preparation begins."""
    return records.move(event, PREPARE, by=by)


@transaction.atomic
def run(event: KaizenEvent, *, by: User) -> KaizenEvent:
    """The event starts: the baseline of every goal is frozen as the phase before."""
    for goal in event.goals.select_related("metric"):
        metrics.freeze_phase(goal.metric, name=_("Before"), start=goal.baseline_start, end=goal.baseline_end, by=by)
    return records.move(event, RUN, by=by)


@transaction.atomic
def report(
    event: KaizenEvent, *, by: User, results: str, expected: str, happened: str, next_time: str, achieved: Rows
) -> KaizenEvent:
    """Report out: what was changed, what each metric did since when, and what was learnt (hansei).

    Raises Refused: "foreign-metric", "dates-out-of-order", "goal-not-reported".
    """
    records.lock(event)
    goals = {goal.metric_id: goal for goal in event.goals.all()}
    for row in achieved:
        goal = goals.pop(row["metric"].pk, None)
        if goal is None:
            raise Refused(
                _("%(metric)s is no goal of this event.") % {"metric": row["metric"].title}, code="foreign-metric"
            )
        _report_goal(goal, row["after_start"], row.get("achieved", ""))
    if goals:
        raise Refused(_("Say for each goal since when the improved process runs."), code="goal-not-reported")
    return records.move(
        event,
        REPORT,
        by=by,
        results=results,
        expected=expected,
        happened=happened,
        next_time=next_time,
        reported_at=clock(),
    )


def _report_goal(goal: Goal, after_start: date, achieved: str) -> None:
    if after_start <= goal.baseline_end:
        raise Refused(_("The improved process begins after the baseline ends."), code="dates-out-of-order")
    goal.after_start, goal.achieved = after_start, achieved
    goal.save()


@transaction.atomic
def standardise(event: KaizenEvent, *, by: User) -> KaizenEvent:
    """Start turning the result into standards."""
    return records.move(event, STANDARDISE, by=by)


@transaction.atomic
def cancel(event: KaizenEvent, *, by: User, reason: str) -> KaizenEvent:
    """Drop an event, with the reason."""
    return records.move(event, CANCEL, by=by, note=reason)
