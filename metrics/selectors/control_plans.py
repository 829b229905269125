from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from documents.models import Document, Revision
from documents.parts import Use
from documents.selectors import IN_FORCE
from metrics.models import ControlPlanRow
from people.models import User
from records.selectors import sees


def plan_rows() -> QuerySet[ControlPlanRow]:
    return ControlPlanRow.objects.select_related("metric", "standard", "reaction_role")


def rows_of(revision: Revision) -> QuerySet[ControlPlanRow]:
    """The rows in force in a revision: its own, or those carried over from the newest before it that has any."""
    return plan_rows().filter(revision=rows_settled_in(revision))


def rows_settled_in(revision: Revision) -> int | None:
    """The id of the revision whose rows hold in `revision`."""
    earlier = ControlPlanRow.objects.filter(
        revision__document=revision.document_id, revision__no__lte=revision.no, revision__withdrawn_at__isnull=True
    )
    own = ControlPlanRow.objects.filter(revision=revision)
    newest = own.values_list("revision", flat=True).first()
    return newest or earlier.order_by("-revision__no").values_list("revision", flat=True).first()


def previous_revision(revision: Revision) -> Revision | None:
    older = Revision.objects.filter(document=revision.document_id, no__lt=revision.no, withdrawn_at__isnull=True)
    return older.order_by("-no").first()


def signed_rows(revision: Revision) -> list[dict[str, Any]]:
    """What the approval of a control plan covers besides its text; empty for other documents."""
    if not revision.document.type.is_control_plan:
        return []
    return [row.content() for row in rows_of(revision)]


def uses_of(document: Document, user: User) -> list[Use]:
    """The rows of control plans in force that stand on a standard."""
    rows = plan_rows().filter(standard=document, revision__status__in=IN_FORCE).select_related("revision")[:50]
    return [
        Use(_("Row of a control plan"), f"{row.revision.number}, {row}", row.revision.get_absolute_url())
        for row in rows
        if sees(user, row.revision)
    ]
