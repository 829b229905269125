from training.selectors.assigned import (
    MOST_SHOWN,
    assignments,
    assignments_of,
    open_assignments,
    overdue,
    ready_to_sign,
    revision_panel,
    training_since,
)
from training.selectors.matrices import Cell, MatrixRow, matrix
from training.selectors.ready import (
    Readiness,
    Untrained,
    audience,
    qualified_people,
    readiness,
    untrained,
    untrained_counts,
)
from training.selectors.required import (
    document_panel,
    live_requirements,
    requirement_overview,
    requirements,
    requirements_of_role,
)

__all__ = [
    "MOST_SHOWN",
    "Cell",
    "MatrixRow",
    "Readiness",
    "Untrained",
    "assignments",
    "assignments_of",
    "audience",
    "document_panel",
    "live_requirements",
    "matrix",
    "open_assignments",
    "overdue",
    "qualified_people",
    "readiness",
    "ready_to_sign",
    "requirement_overview",
    "requirements",
    "requirements_of_role",
    "revision_panel",
    "training_since",
    "untrained",
    "untrained_counts",
]
