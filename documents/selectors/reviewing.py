from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from documents.models import Approval, DocumentType, Remark, Revision, RouteStep
from documents.selectors.comparing import proposal_for
from documents.selectors.revising import revision_overview
from documents.significance import Proposal
from documents.states import ApprovalStatus, RemarkStatus, RevisionStatus
from people import selectors as people
from people.models import User
from people.states import Authority

OPEN_REVIEW = (RevisionStatus.DRAFT, RevisionStatus.IN_REVIEW, RevisionStatus.CHANGES_REQUESTED)


@dataclass(frozen=True)
class Question:
    """An approval that somebody can answer now: for themselves, or in the name of `on_behalf`, who is away."""

    approval: Approval
    on_behalf: User | None = None


def route_of(type: DocumentType) -> list[RouteStep]:
    return list(type.route.select_related("job_role__site", "person"))


def routed_types() -> QuerySet[DocumentType]:
    return DocumentType.objects.prefetch_related("route__job_role", "route__person")


def current_round(revision: Revision) -> int:
    """The number of the last round of review; 0 before the first."""
    return Approval.objects.filter(revision=revision).aggregate(last=Max("round"))["last"] or 0


def approvals_of(revision: Revision) -> QuerySet[Approval]:
    """All that was asked in all rounds, the last round first."""
    found = Approval.objects.filter(revision=revision)
    return found.select_related("asked", "answered_by", "answered_for").order_by("-round", "stage", "id")


def open_approvals(revision: Revision) -> QuerySet[Approval]:
    return Approval.objects.filter(revision=revision, status=ApprovalStatus.OPEN)


def is_routed(revision: Revision) -> bool:
    """Whether particular people are asked for it now; else whoever has the authority approves."""
    return revision.status == RevisionStatus.IN_REVIEW and open_approvals(revision).exists()


def asks(person: User, *, on: date) -> Q:
    """Approvals that ask this person: by name, by an authority held at the site, or by a job role.

    Who was asked by name and has left is stood for by a quality manager.
    """
    sites: dict[str, list[int]] = {}
    for site, held in people.authorities(person).items():
        for authority in held:
            sites.setdefault(authority, []).append(site)
    asked = Q(asked=person)
    asked |= Q(asked__is_active=False, revision__site__in=sites.get(Authority.QUALITY_MANAGER, []))
    for authority, where in sites.items():
        asked |= Q(asked=None, authority=authority, revision__site__in=where)
    roles = people.holdings_on(on).filter(person=person).values("job_role")
    asked |= Q(asked=None, job_role__in=roles)
    return asked & ~Q(revision__owner=person)


def answered_in_round(person: User) -> Exists:
    """Whether the person has answered in the same round, or somebody for them."""
    same = Approval.objects.filter(revision=OuterRef("revision"), round=OuterRef("round"))
    return Exists(same.filter(Q(answered_by=person) | Q(answered_for=person)))


def principals(user: User, *, on: date) -> list[User]:
    """In whose names the user may answer: one's own first, then those for whom one stands in."""
    return [user, *people.standing_in_for(user, on=on)]


def waiting_approvals(user: User, *, on: date) -> QuerySet[Approval]:
    """What waits for the user's answer, in one's own name or that of somebody who is away."""
    questions = reduce(or_, (_asked_of(person, user, on) for person in principals(user, on=on)))
    found = Approval.objects.filter(questions, status=ApprovalStatus.OPEN, revision__status=RevisionStatus.IN_REVIEW)
    return found.exclude(revision__owner=user).exclude(answered_in_round(user))


def _asked_of(person: User, user: User, on: date) -> Q:
    mine = asks(person, on=on)
    return mine if person == user else mine & ~Q(answered_in_round(person))


def question_for(revision: Revision, user: User, *, tasks: Iterable[str], on: date) -> Question | None:
    """The open approval of the revision that the user can answer; None when there is none."""
    open_ = open_approvals(revision).filter(task__in=list(tasks)).exclude(revision__owner=user)
    for person in principals(user, on=on):
        mine = open_.filter(asks(person, on=on)).exclude(answered_in_round(person)).exclude(answered_in_round(user))
        if found := mine.select_related("revision").order_by("id").first():
            return Question(found, None if person == user else person)
    return None


def can_be_asked(approval: Approval, *, on: date) -> list[User]:
    """Everybody who can answer, without the author: to remind them, and to see whether anybody is there."""
    if approval.asked is not None and approval.asked.is_active:
        return [approval.asked]
    if approval.job_role is not None:
        found = people.holders([approval.job_role], on=on)
    else:
        found = people.people_with(approval.revision.site, approval.authority or Authority.QUALITY_MANAGER)
    return list(found.exclude(pk=approval.revision.owner_id).exclude(is_system=True))


def unanswered() -> QuerySet[Approval]:
    """Every question that is open now, for reminders."""
    found = Approval.objects.filter(status=ApprovalStatus.OPEN, revision__status=RevisionStatus.IN_REVIEW)
    return found.select_related("revision__site", "asked", "job_role")


def awaiting_review_by(user: User, *, on: date) -> list[tuple[Revision, str]]:
    """Revisions that wait for the user, with the task: those on a route and those that anybody may approve."""
    asked = waiting_approvals(user, on=on).select_related("revision", "revision__document").order_by("opened_at", "id")
    return [(approval.revision, approval.task) for approval in asked]


def unrouted_in_review(user: User) -> QuerySet[Revision]:
    """Revisions in review that nobody in particular is asked for and somebody else wrote."""
    asked = Approval.objects.filter(revision=OuterRef("pk"), status=ApprovalStatus.OPEN)
    found = Revision.objects.filter(status=RevisionStatus.IN_REVIEW).exclude(owner=user)
    return found.select_related("document").exclude(Exists(asked)).order_by("pk")


def remarks_of(revision: Revision) -> QuerySet[Remark]:
    return Remark.objects.filter(revision=revision).select_related("author", "answered_by", "revision")


def carried_remarks(revision: Revision) -> QuerySet[Remark]:
    """Remarks on earlier revisions of the document that nobody settled: they are looked for in this text too."""
    earlier = Remark.objects.filter(revision__document=revision.document_id, revision__no__lt=revision.no)
    return earlier.exclude(status=RemarkStatus.SETTLED).select_related("author", "answered_by", "revision")


def unsettled(revision: Revision) -> QuerySet[Remark]:
    return Remark.objects.filter(revision=revision).exclude(status=RemarkStatus.SETTLED)


@dataclass(frozen=True)
class Review:
    """How the review of a revision stands."""

    approvals: list[Approval]
    round: int
    unsettled: int
    proposal: Proposal | None

    @property
    def this_round(self) -> list[Approval]:
        return [one for one in self.approvals if one.round == self.round]

    @property
    def earlier(self) -> list[Approval]:
        return [one for one in self.approvals if one.round != self.round and one.answered_by_id]


def review_of(revision: Revision, user: User) -> Review:
    """Who was asked and answered, what is unsettled, and while it is on its way what training it asks for."""
    approvals = list(approvals_of(revision))
    is_on_its_way = revision.status in OPEN_REVIEW
    return Review(
        approvals,
        max((one.round for one in approvals), default=0),
        unsettled(revision).count(),
        proposal_for(revision) if is_on_its_way else None,
    )


def revision_page(revision: Revision, user: User) -> dict[str, Any]:
    """What the page of a revision shows: its content, and how its review stands."""
    return {**revision_overview(revision, user), "review": review_of(revision, user)}
