"""Questions about ideas, events and gains. Call them as `kaizen.locks_of(gain, on=day)`."""

from kaizen.selectors.events import (
    baseline_points,
    charter_gaps,
    close_out_gaps,
    event_overview,
    events,
    goals_on,
    ideas,
    usual_standards,
)
from kaizen.selectors.gains import (
    AHEAD,
    checks,
    checks_due,
    checks_panel,
    gain_overview,
    gains,
    gains_protected_by,
    metric_panel,
    opens_on,
    unanswered_checks,
)
from kaizen.selectors.locks import Lock, locks_of, locks_of_all, state_from
from kaizen.selectors.slips import SlipEvidence, slip_evidence
from kaizen.selectors.year import FIRST_YEAR, YearRow, YearSummary, summary_of, year_of_gains

__all__ = [
    "AHEAD",
    "FIRST_YEAR",
    "Lock",
    "SlipEvidence",
    "YearRow",
    "YearSummary",
    "baseline_points",
    "charter_gaps",
    "checks",
    "checks_due",
    "checks_panel",
    "close_out_gaps",
    "event_overview",
    "events",
    "gain_overview",
    "gains",
    "gains_protected_by",
    "goals_on",
    "ideas",
    "locks_of",
    "locks_of_all",
    "metric_panel",
    "opens_on",
    "slip_evidence",
    "state_from",
    "summary_of",
    "unanswered_checks",
    "usual_standards",
    "year_of_gains",
]
