from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from documents.comparing import StepChange, step_changes
from documents.models import Document, Revision
from documents.selectors.standard_work import sheet_of, step_times
from documents.selectors.standing import standing, training_state
from documents.selectors.translating import languages_of
from documents.states import ReadinessPolicy, RevisionStatus
from people.models import User

IN_FORCE = (RevisionStatus.ISSUED, RevisionStatus.EFFECTIVE)


def revisions() -> QuerySet[Revision]:
    return Revision.objects.select_related("site", "process", "owner", "document", "document__type")


def revisions_of(document: Document) -> QuerySet[Revision]:
    """All revisions, newest first."""
    return Revision.objects.filter(document=document).select_related("owner").order_by("-no")


def effective_revision(document: Document) -> Revision | None:
    """The revision that is in effect now."""
    return Revision.objects.filter(document=document, status=RevisionStatus.EFFECTIVE).first()


def newest_in_force(document: Document) -> Revision | None:
    """What somebody must be trained on today: the issued revision if there is one, else the effective one."""
    return Revision.objects.filter(document=document, status__in=IN_FORCE).order_by("-no").first()


def is_newest_in_force(revision: str) -> Exists:
    """The same of the revision whose key that column holds, to annotate with."""
    newer = Revision.objects.filter(document=OuterRef("document"), status__in=IN_FORCE, no__gt=OuterRef("no"))
    asked = Revision.objects.filter(pk=OuterRef(revision), status__in=IN_FORCE)
    return Exists(asked.filter(~Exists(newer)))


def revision_on_its_way(document: Document) -> Revision | None:
    """The draft, reviewed, approved or issued revision that is not in effect yet."""
    return Revision.objects.filter(document=document, effective_at__isnull=True, withdrawn_at__isnull=True).first()


def effective_on(document: Document, day: date) -> Revision | None:
    """The revision that was in effect at the end of `day`."""
    return (
        Revision.objects.filter(Q(superseded_at__isnull=True) | Q(superseded_at__date__gt=day))
        .filter(document=document, effective_at__date__lte=day)
        .order_by("-no")
        .first()
    )


def in_effect_of(process_id: int | None, documents: Iterable[int], *, on: date) -> list[Revision]:
    """What was in effect at the end of the day of a process and of these documents besides, by number."""
    of = Q(document__in=list(documents))
    if process_id is not None:
        of |= Q(document__process=process_id)
    held = Q(superseded_at__isnull=True) | Q(superseded_at__date__gt=on)
    found = Revision.objects.filter(of, held, effective_at__date__lte=on).select_related("document")
    newest = found.order_by("document__number", "-no").distinct("document__number")
    return list(newest)


def due_to_take_effect(on: date) -> QuerySet[Revision]:
    """Issued revisions whose date has come and that nothing holds back."""
    return (
        revisions()
        .filter(status=RevisionStatus.ISSUED, effective_on__lte=on)
        .exclude(
            Q(document__type__readiness=ReadinessPolicy.BLOCK) & ~Q(trained_share__gte=F("document__type__ready_share"))
        )
        .order_by("effective_on", "id")
    )


def waiting_for_training(on: date) -> QuerySet[Revision]:
    """Issued revisions past their date that wait for people to be trained."""
    return revisions().filter(
        ~Q(trained_share__gte=F("document__type__ready_share")) | Q(trained_share__isnull=True),
        status=RevisionStatus.ISSUED,
        effective_on__lte=on,
        document__type__readiness=ReadinessPolicy.BLOCK,
    )


def revision_overview(revision: Revision, user: User) -> dict[str, Any]:
    steps = list(revision.steps.all())
    return {
        "steps": steps,
        "times": step_times(steps),
        "before": previous(revision),
        "standing": standing(revision),
        "training_state": training_state(revision),
        "sheet": sheet_of(revision, steps),
        "languages": languages_of(revision),
    }


def previous(revision: Revision) -> Revision | None:
    return Revision.objects.filter(document=revision.document_id, no__lt=revision.no).order_by("-no").first()


def steps_changed(before: Revision | None, after: Revision) -> list[StepChange]:
    """What is otherwise in the steps of `after` than in those of `before`; all of them where there was nothing."""
    was = [step.content() for step in before.steps.all()] if before else []
    return step_changes(was, [step.content() for step in after.steps.all()])
