"""The verbs of metrics. Call them as `metrics.watch(metric, protects=gain, …)`."""

from metrics.services.advancing import evaluate_afresh, evaluate_new
from metrics.services.control_plans import carry_rows, draft_row, drop_row, edit_row
from metrics.services.describing import activate, create_metric, create_source, edit_metric, hand_source, retire
from metrics.services.excluding import exclude, include
from metrics.services.judging import Find
from metrics.services.phases import freeze_phase
from metrics.services.reading import Reading, RowResult, read_csv, read_table, reading_of
from metrics.services.recording import (
    MOST_ROWS,
    PIECE,
    Receipt,
    add_measurements,
    correct,
    correct_value,
    import_csv,
    record_value,
    take_in,
)
from metrics.services.signalling import acknowledge, dismiss, explain, take_into_capa
from metrics.services.summing import sum_up
from metrics.services.watching import (
    confirm_recovery,
    evaluate_all,
    evaluate_metric,
    evaluate_watch,
    find_silent,
    relapse,
    start_recovery,
    watch,
)

__all__ = [
    "MOST_ROWS",
    "PIECE",
    "Find",
    "Reading",
    "Receipt",
    "RowResult",
    "acknowledge",
    "activate",
    "add_measurements",
    "carry_rows",
    "confirm_recovery",
    "correct",
    "correct_value",
    "create_metric",
    "create_source",
    "dismiss",
    "draft_row",
    "drop_row",
    "edit_metric",
    "edit_row",
    "evaluate_afresh",
    "evaluate_all",
    "evaluate_metric",
    "evaluate_new",
    "evaluate_watch",
    "exclude",
    "explain",
    "find_silent",
    "freeze_phase",
    "hand_source",
    "import_csv",
    "include",
    "read_csv",
    "read_table",
    "reading_of",
    "record_value",
    "relapse",
    "retire",
    "start_recovery",
    "sum_up",
    "take_in",
    "take_into_capa",
    "watch",
]
