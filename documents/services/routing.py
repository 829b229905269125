"""The route of a document type, and a round of review along it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import selectors
from documents.models import Approval, DocumentType, Revision, RouteStep
from documents.states import ASK, DROP, ApprovalStatus, Task, Whom
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people import selectors as people
from people.models import JobRole, User
from people.states import Authority
from records import services as records

MOST_STEPS, MOST_ASKED = 20, 50
CALLS = {
    Task.REVIEW: gettext_lazy("Review %(number)s %(title)s"),
    Task.APPROVE: gettext_lazy("Approve %(number)s %(title)s"),
}


@transaction.atomic
def set_route(
    type: DocumentType, *, by: User, steps: Sequence[dict[str, Any]], asks_change_request: bool | None = None
) -> DocumentType:
    """Put a route in the place of the one the type had. Rounds that began go on as they began.

    Each step: stage, task, whom, and what `whom` names (authority, job_role or person); everybody or one of them.
    `asks_change_request`: whether a revision needs an approved request; None leaves it as it is.

    Raises Refused: "route-too-long", "stages-not-in-order", "ends-in-a-review".
    """
    type = DocumentType.objects.select_for_update().get(pk=type.pk)
    _check_route(steps)
    RouteStep.objects.filter(type=type).delete()
    for step in steps:
        RouteStep.objects.create(type=type, **step)
    if asks_change_request is not None and asks_change_request != type.asks_change_request:
        type.asks_change_request = asks_change_request
        type.save()
    words = "; ".join(str(step) for step in selectors.route_of(type)) or _("Whoever has the authority approves.")
    evidence.record_event("route set", type, by=by, note=words)
    return type


def _check_route(steps: Sequence[dict[str, Any]]) -> None:
    if len(steps) > MOST_STEPS:
        raise Refused(_("A route has twenty places at most."), code="route-too-long")
    stages = sorted({step["stage"] for step in steps})
    if stages != list(range(1, len(stages) + 1)):
        raise Refused(_("Number the stages 1, 2, 3 … without a gap."), code="stages-not-in-order")
    last = [step["task"] for step in steps if step["stage"] == len(stages)]
    if Task.REVIEW in last:
        raise Refused(_("The last stage approves; reviews come before it."), code="ends-in-a-review")


@dataclass(frozen=True)
class Asked:
    """One question of a round before it is asked, and everybody who could answer it."""

    step: RouteStep
    whom: str
    people: tuple[User, ...]
    person: User | None = None
    authority: str = ""
    job_role: JobRole | None = None


def begin_round(revision: Revision, by: User) -> list[Approval]:
    """Ask everybody on the route of the revision's type, the first stage at once. Without a route nobody is asked.

    Raises Refused: "too-many-to-ask", "nobody-to-ask", "too-few-people".
    """
    asked = [one for step in selectors.route_of(revision.document.type) for one in _asked(step, revision)]
    _check_people(asked)
    number = selectors.current_round(revision) + 1
    made = [
        Approval.objects.create(
            revision=revision,
            round=number,
            stage=one.step.stage,
            task=one.step.task,
            whom=one.whom[:200],
            asked=one.person,
            authority=one.authority,
            job_role=one.job_role,
        )
        for one in asked
    ]
    ask_next(revision, by)
    return made


def ask_next(revision: Revision, by: User) -> bool:
    """Open the first stage that waits, when nobody is asked any more. False when no stage is left."""
    waiting = Approval.objects.filter(revision=revision, status=ApprovalStatus.WAITING)
    first = waiting.order_by("stage").values_list("stage", flat=True).first()
    if first is None:
        return False
    for approval in waiting.filter(stage=first).select_related("asked", "job_role"):
        approval.revision = revision
        records.move(approval, ASK, by=by, opened_at=clock())
        tell(approval, by=by)
    return True


def drop_rest(revision: Revision, by: User) -> None:
    """The round ended: whoever has not answered is no longer asked."""
    rest = Approval.objects.filter(revision=revision, status__in=[ApprovalStatus.WAITING, ApprovalStatus.OPEN])
    records.move_all(rest, DROP, by=by)


def tell(approval: Approval, *, by: User, day: str = "") -> int:
    """Tell everybody who can answer, and who stands in for them, that they are asked."""
    revision, on = approval.revision, clock().date()
    found = {person.pk: person for person in selectors.can_be_asked(approval, on=on)}
    away = people.deputies_for(found, on=on)
    text = CALLS[Task(approval.task)] % {"number": revision.number, "title": revision.title}
    key = f"approval-{approval.uuid}{day}"
    told = {**found, **{person.pk: person for person in away}}
    url = f"{revision.get_absolute_url()}remarks/"
    return sum(records.notify(person, text=text, url=url, key=key, by=by) for person in told.values())


def _asked(step: RouteStep, revision: Revision) -> list[Asked]:
    """The questions of one place on the route. Whoever wrote the revision is not asked about it."""
    on = clock().date()
    if step.whom in (Whom.PERSON, Whom.PROCESS_OWNER):
        return [_one_person(step, revision)]
    if step.whom == Whom.AUTHORITY:
        found, named = people.people_with(revision.site, step.authority), str(Authority(step.authority).label)
    else:
        assert step.job_role is not None
        found, named = people.holders([step.job_role], on=on), str(step.job_role)
    able = tuple(found.exclude(pk=revision.owner_id).exclude(is_system=True).order_by("full_name"))
    if step.everybody:
        each = [Asked(step, f"{person} ({named})", (person,), person=person) for person in able]
        return each or [Asked(step, named, ())]
    return [Asked(step, named, able, authority=step.authority, job_role=step.job_role)]


def _one_person(step: RouteStep, revision: Revision) -> Asked:
    """A named person or the owner of the process; who is the author, or is nobody, a quality manager stands for."""
    process = revision.process
    person = step.person if step.whom == Whom.PERSON else (process.owner if process else None)
    if person is not None and person.is_active and person.pk != revision.owner_id:
        return Asked(step, f"{person} ({step.get_whom_display()})", (person,), person=person)
    able = tuple(people.people_with(revision.site, Authority.QUALITY_MANAGER).exclude(pk=revision.owner_id))
    words = _("A quality manager, in the place of %(whom)s") % {"whom": person or step.get_whom_display()}
    return Asked(step, words, able, authority=Authority.QUALITY_MANAGER)


def _check_people(asked: Sequence[Asked]) -> None:
    """Everybody answers once a round: each question needs somebody of its own."""
    if len(asked) > MOST_ASKED:
        raise Refused(_("The route asks more than fifty people."), code="too-many-to-ask")
    for one in asked:
        if not one.people:
            raise Refused(
                _("Nobody can answer “%(step)s”. Change the route, or appoint somebody.") % {"step": one.step},
                code="nobody-to-ask",
            )
    taken: dict[int, int] = {}
    if not all(_find(index, asked, taken, set()) for index in range(len(asked))):
        raise Refused(
            _("The route asks for more different people than there are: nobody answers twice in a round."),
            code="too-few-people",
        )


def _find(index: int, asked: Sequence[Asked], taken: dict[int, int], tried: set[int]) -> bool:
    """Give the question somebody of its own, moving others where that helps (bipartite matching, Kuhn)."""
    for person in asked[index].people:
        if person.pk in tried:
            continue
        tried.add(person.pk)
        if person.pk not in taken or _find(taken[person.pk], asked, taken, tried):
            taken[person.pk] = index
            return True
    return False
