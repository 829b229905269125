"""Statistical process control: numbers in, frozen dataclasses out. No Django, no database.

Split by topic: `constants` (by formula), `variables` (I-MR, X̄-R, X̄-S), `attributes` (p, np, c, u, Laney),
`memory` (EWMA, CUSUM), `capability`, `rules` (annotations only: run rules never open a CAPA).
"""

from metrics.spc.attributes import c_chart, laney_p_chart, laney_u_chart, np_chart, p_chart, u_chart
from metrics.spc.capability import INDICATIVE_BELOW, Capability, capability
from metrics.spc.chart import Chart
from metrics.spc.constants import Constants, constants
from metrics.spc.memory import Cusum, cusum, ewma
from metrics.spc.pareto import Bar, pareto
from metrics.spc.rules import NELSON, WESTERN_ELECTRIC, rule_hits
from metrics.spc.variables import individuals, moving_ranges, xbar_r, xbar_s

__all__ = [
    "INDICATIVE_BELOW",
    "NELSON",
    "WESTERN_ELECTRIC",
    "Bar",
    "Capability",
    "Chart",
    "Constants",
    "Cusum",
    "c_chart",
    "capability",
    "constants",
    "cusum",
    "ewma",
    "individuals",
    "laney_p_chart",
    "laney_u_chart",
    "moving_ranges",
    "np_chart",
    "p_chart",
    "pareto",
    "rule_hits",
    "u_chart",
    "xbar_r",
    "xbar_s",
]
