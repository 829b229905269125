"""Requirements: who must know what, how it is learnt, and how long that is good (7.2 a)."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Document
from documents.selectors import newest_in_force
from evidence.context import clock
from evidence.refusals import Refused
from people.models import JobRole, Site, User
from records import services as records
from records.models import Record
from training import selectors
from training.models import Assignment, Course, Requirement, Skill
from training.services.assigning import Order, _assign, _due, _tell_readiness
from training.states import (
    ACTIVATE,
    RELEASE,
    RETIRE,
    Method,
    Reason,
    RequirementStatus,
)

OBSERVED_AFTER = 45  # days: behaviour at work shows after 30 to 60
OBSERVED = (Method.CLASSROOM, Method.PRACTICAL)


@dataclass(frozen=True)
class Terms:
    """How it is learnt and how long that is good. `observe_days` None: as the method asks, 0: never."""

    method: str = Method.READ
    level: int | None = None
    raises: Skill | None = None
    validity_months: int | None = None
    refresher_days: int = 30
    observe_days: int | None = None

    def facts(self) -> dict[str, Any]:
        usual = OBSERVED_AFTER if self.method in OBSERVED else 0
        observe = usual if self.observe_days is None else self.observe_days
        return {**vars(self), "observe_days": observe or None}


@transaction.atomic
def require(
    *,
    by: User,
    job_role: JobRole | None = None,
    person: User | None = None,
    document: Document | None = None,
    skill: Skill | None = None,
    course: Course | None = None,
    origin: Record | None = None,
    owner: User | None = None,
    **terms: Any,
) -> Requirement:
    """Require a document, a skill or a course of a job role or a person (7.2 a), as a draft until it is activated.

    `terms` are those of Terms. Raises Refused: "of-whom", "what", "level-missing", "elsewhere", "already-required",
    "no-questions" for a skill or course by quiz.
    """
    asked: dict[str, Any] = {
        "job_role": job_role,
        "person": person,
        "document": document,
        "skill": skill,
        "course": course,
    }
    agreed = Terms(**terms)
    _check_asked(asked, agreed)
    site, what = _site_of(asked), document or skill or course
    _check_new(asked)
    assert what, "checked above"
    if document is None:
        _check_questions(what, agreed.method, None)
    return records.open_record(
        Requirement,
        by=by,
        site=site,
        title=f"{job_role or person}: {what.title}"[:200],
        process=what.process if what.process and what.process.site_id == site.pk else None,
        owner=owner,
        origin=origin,
        **asked,
        **agreed.facts(),
    )


def _check_asked(asked: dict[str, Any], terms: Terms) -> None:
    if (asked["job_role"] is None) == (asked["person"] is None):
        raise Refused(_("Say of whom: a job role or a person."), code="of-whom")
    if sum(asked[name] is not None for name in ("document", "skill", "course")) != 1:
        raise Refused(_("Say what: one document, skill or course."), code="what")
    if (asked["skill"] or terms.raises) and terms.level is None:
        raise Refused(_("Say which level of the skill."), code="level-missing")
    if asked["skill"] and terms.raises:
        raise Refused(_("Leave out the skill that is gained: it is the one that is required."), code="what")


def _check_questions(what: Any, method: str, document: Document | None) -> None:
    """A quiz needs questions, and only documents have them."""
    if method != Method.QUIZ:
        return
    if document is None:
        raise Refused(
            _("%(what)s has no questions: only documents have. Choose another method.") % {"what": what.title},
            code="no-questions",
        )
    if not selectors.questions_of(document).exists():
        raise Refused(
            _("Nobody has written questions about %(what)s yet. Write them first, or choose another method.")
            % {"what": document.title},
            code="no-questions",
        )


def _site_of(asked: dict[str, Any]) -> Site:
    """Where it is required: skills and courses are of the same site, or of one above it."""
    site = asked["job_role"].site if asked["job_role"] else asked["person"].site
    if site is None:
        raise Refused(_("This person has no home site."), code="elsewhere")
    what = asked["skill"] or asked["course"]
    if what and not Site.objects.ancestors(site, include_self=True).filter(pk=what.site_id).exists():
        raise Refused(_("%(what)s belongs to another site.") % {"what": what}, code="elsewhere")
    return site


def _check_new(asked: dict[str, Any]) -> None:
    live = Requirement.objects.filter(**asked, retired_at__isnull=True).first()
    if live:
        raise Refused(
            _("%(who)s must know %(what)s already (%(number)s).")
            % {"who": live.who, "what": live.what, "number": live.number},
            code="already-required",
        )


@transaction.atomic
def activate(requirement: Requirement, *, by: User, reason: str = Reason.NEW_REQUIREMENT) -> Requirement:
    """From now on it holds: everybody concerned is assigned what is in force today. Raises Refused("no-questions")."""
    _check_questions(requirement.what, requirement.method, requirement.document)
    records.move(requirement, ACTIVATE, by=by)
    revision = newest_in_force(requirement.document) if requirement.document else None
    if requirement.document and (revision is None or not selectors.asked_no(revision)):
        return requirement
    due = _due(revision, reason, clock().date())
    _assign(Order(reason, due, revision, requirement), by=by)
    _tell_readiness(revision, by=by)
    return requirement


@transaction.atomic
def require_now(*, by: User, **asked: Any) -> Requirement:
    """Require and activate in one step."""
    return activate(require(by=by, **asked), by=by)


@transaction.atomic
def ensure_required(
    *, by: User, job_role: JobRole, document: Document, method: str, origin: Record | None
) -> Requirement:
    """The live requirement of this role and document; made and activated when there is none."""
    live = Requirement.objects.filter(job_role=job_role, document=document, retired_at__isnull=True).first()
    if live is None:
        return require_now(by=by, job_role=job_role, document=document, method=method, origin=origin)
    return activate(live, by=by) if live.status == RequirementStatus.DRAFT else live


@transaction.atomic
def retire(requirement: Requirement, *, by: User, reason: str) -> Requirement:
    """It need not be known any more; open assignments of it end."""
    records.move(requirement, RETIRE, by=by, note=reason, retired_at=clock())
    records.move_all(Assignment.objects.filter(requirement=requirement), RELEASE, by=by, note=reason)
    return requirement
