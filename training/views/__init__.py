from training.views.assignments import MOST_TOGETHER, assignment_page, assignment_verb, mine, sign_together
from training.views.matrices import DOCUMENTS_SHOWN, PEOPLE_A_PAGE, matrix

__all__ = [
    "DOCUMENTS_SHOWN",
    "MOST_TOGETHER",
    "PEOPLE_A_PAGE",
    "assignment_page",
    "assignment_verb",
    "matrix",
    "mine",
    "sign_together",
]
