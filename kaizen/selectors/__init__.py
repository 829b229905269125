"""Questions about ideas, events and gains. Call them as `kaizen.locks_of(gain, on=day)`."""

from kaizen.selectors.events import (
    baseline_points,
    charter_gaps,
    close_out_gaps,
    events,
    ideas,
    usual_standards,
)
from kaizen.selectors.gains import checks_due, gains, gains_protected_by, unanswered_checks
from kaizen.selectors.locks import Lock, locks_of, locks_of_all, state_from
from kaizen.selectors.slips import SlipEvidence, slip_evidence
from kaizen.selectors.year import YearRow, year_of_gains

__all__ = [
    "Lock",
    "SlipEvidence",
    "YearRow",
    "baseline_points",
    "charter_gaps",
    "checks_due",
    "close_out_gaps",
    "events",
    "gains",
    "gains_protected_by",
    "ideas",
    "locks_of",
    "locks_of_all",
    "slip_evidence",
    "state_from",
    "unanswered_checks",
    "usual_standards",
    "year_of_gains",
]
