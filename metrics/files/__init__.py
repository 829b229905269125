"""Files of values as people keep them: what is in them, and how it is written. They know nothing of the database."""

from metrics.files.layouts import (
    FACTS,
    FIRST_ROWS,
    OF_METRIC,
    Dates,
    Fact,
    Layout,
    Sign,
    by_heading,
    cells_of_numbers,
    fit_both,
    fit_both_signs,
    guess,
    laid_out,
    samples_of,
)
from metrics.files.notation import number, when
from metrics.files.tables import LARGEST, MOST_ROWS, Cell, digest, first_table, rows, sheets

__all__ = [
    "FACTS",
    "FIRST_ROWS",
    "LARGEST",
    "MOST_ROWS",
    "OF_METRIC",
    "Cell",
    "Dates",
    "Fact",
    "Layout",
    "Sign",
    "by_heading",
    "cells_of_numbers",
    "digest",
    "first_table",
    "fit_both",
    "fit_both_signs",
    "guess",
    "laid_out",
    "number",
    "rows",
    "samples_of",
    "sheets",
    "when",
]
