"""The verbs of metrics. Call them as `metrics.watch(metric, protects=gain, …)`."""

from metrics.services.advancing import evaluate_afresh, evaluate_new
from metrics.services.control_plans import (
    carry_plan,
    describe_plan,
    draft_failure_mode,
    draft_row,
    drop_failure_mode,
    drop_row,
    edit_failure_mode,
    edit_row,
    score_again,
)
from metrics.services.deriving import change_formula, derive, derive_all, derive_new
from metrics.services.describing import activate, create_metric, create_source, edit_metric, hand_source, retire
from metrics.services.excluding import exclude, include
from metrics.services.gauges import (
    calibrate,
    create_gauge,
    edit_gauge,
    lapse_gauges,
    quarantine,
    remind_of_gauges,
    return_to_use,
    study_gauge,
    withdraw,
)
from metrics.services.importing import arrange_values, import_values, remove_layout, upload_values
from metrics.services.missing import find_silent
from metrics.services.objectives import agree, drop, edit_objective, miss, reach, set_objective
from metrics.services.phases import freeze_phase
from metrics.services.rebaselining import rebaseline
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
from metrics.services.summing import sum_new, sum_up
from metrics.services.together import record_together
from metrics.services.watching import (
    confirm_recovery,
    evaluate_all,
    evaluate_metric,
    evaluate_watch,
    relapse,
    start_recovery,
    watch,
)

__all__ = [
    "MOST_ROWS",
    "PIECE",
    "Receipt",
    "acknowledge",
    "activate",
    "add_measurements",
    "agree",
    "arrange_values",
    "calibrate",
    "carry_plan",
    "change_formula",
    "confirm_recovery",
    "correct",
    "correct_value",
    "create_gauge",
    "create_metric",
    "create_source",
    "derive",
    "derive_all",
    "derive_new",
    "describe_plan",
    "dismiss",
    "draft_failure_mode",
    "draft_row",
    "drop",
    "drop_failure_mode",
    "drop_row",
    "edit_failure_mode",
    "edit_gauge",
    "edit_metric",
    "edit_objective",
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
    "import_values",
    "include",
    "lapse_gauges",
    "miss",
    "quarantine",
    "reach",
    "rebaseline",
    "record_together",
    "record_value",
    "relapse",
    "remind_of_gauges",
    "remove_layout",
    "retire",
    "return_to_use",
    "score_again",
    "set_objective",
    "start_recovery",
    "study_gauge",
    "sum_new",
    "sum_up",
    "take_in",
    "take_into_capa",
    "upload_values",
    "watch",
    "withdraw",
]
