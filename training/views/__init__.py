from training.views.asof import as_of, as_of_pdf
from training.views.assignments import MOST_TOGETHER, assignment_page, assignment_verb, mine, sign_together
from training.views.matrices import PEOPLE_A_PAGE, assign_cells, matrix, matrix_pdf, matrix_xlsx
from training.views.observations import observation, observations
from training.views.stations import add_need, end_need, station, stations

__all__ = [
    "MOST_TOGETHER",
    "PEOPLE_A_PAGE",
    "add_need",
    "as_of",
    "as_of_pdf",
    "assign_cells",
    "assignment_page",
    "assignment_verb",
    "end_need",
    "matrix",
    "matrix_pdf",
    "matrix_xlsx",
    "mine",
    "observation",
    "observations",
    "sign_together",
    "station",
    "stations",
]
