"""What a watch of a metric would notice, and how soon: said before anybody relies on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from statistics import fmean, stdev

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from metrics.cadence import PER_YEAR, Cadence, period_of
from metrics.detector import detectability
from metrics.models import Metric
from metrics.selectors.sums import Period, period_values
from metrics.selectors.watching import DAYS, LONG_DELAY_DAYS, count_words
from metrics.states import COUNTS

RECENT, LEAST = 30, 12
GAINS = (1.0, 2.0, 4.0)  # in standard deviations of one period
NOTICED, AMBER_A_YEAR, RED_A_YEAR = 0.5, 0.5, 0.1
SHORTER = {
    Cadence.QUARTER: (Cadence.MONTH, Cadence.WEEK),
    Cadence.MONTH: (Cadence.WEEK, Cadence.DAY),
    Cadence.WEEK: (Cadence.WORKDAY, Cadence.DAY),
}


@dataclass(frozen=True)
class Noticed:
    """A gain of that size: how soon the loss of half of it would be noticed. `is_long`: after more than a quarter."""

    gain: float
    gain_words: str
    delay: float
    delay_words: str
    is_long: bool


@dataclass(frozen=True)
class Foresight:
    """What a watch would notice, judged by how the newest values vary, with advice where it would take long."""

    n: int
    sigma: float
    rows: tuple[Noticed, ...]
    advice: str


def foresight(metric: Metric) -> Foresight | None:
    """None while there are too few values to tell how they vary."""
    found = period_values(metric, newest=RECENT)
    values = [row.value for row in found]
    if len(values) < LEAST or min(values) == max(values):
        return None
    sigma = stdev(values)
    wanted = _to_target(metric, found)
    sizes = sorted([*(size * sigma for size in GAINS), *wanted])
    rows = tuple(_noticed(metric, metric.cadence, size, sigma) for size in sizes)
    return Foresight(len(values), sigma, rows, _advice(metric, wanted[0] if wanted else 2 * sigma, sigma))


def foreseen(metric: Metric, *, baseline: tuple[date, date], target: float) -> str:
    """The same in words for one gain that is planned: from the mean of the baseline to the target."""
    first, last = (period_of(metric.cadence, day) for day in baseline)
    values = [row.value for row in period_values(metric) if first <= row.period <= last]
    if len(values) < LEAST or min(values) == max(values) or fmean(values) == target:
        return ""
    gain, sigma = abs(fmean(values) - target), stdev(values)
    row = _noticed(metric, metric.cadence, gain, sigma)
    said = _("Of a gain of %(gain)s, the loss of half would be noticed in about %(time)s.") % {
        "gain": row.gain_words,
        "time": row.delay_words,
    }
    return f"{said} {_advice(metric, gain, sigma)}".strip()


def _to_target(metric: Metric, found: Sequence[Period]) -> list[float]:
    """The gain that the target asks for."""
    if metric.target is None or metric.family in COUNTS:
        return []
    wanted = abs(fmean(row.value for row in found) - float(metric.target))
    return [wanted] if wanted > 0 else []


def _noticed(metric: Metric, cadence: str, gain: float, sigma: float) -> Noticed:
    a_year = PER_YEAR[Cadence(cadence)]
    delay = _delay(round(NOTICED * gain / sigma, 2), a_year)
    words = count_words(cadence, max(1, round(delay)))
    is_long = delay * DAYS[Cadence(cadence)] > LONG_DELAY_DAYS
    size = f"{number_format(gain, metric.decimals)} {metric.unit}".strip()
    return Noticed(gain, size, delay, words, is_long)


@lru_cache(maxsize=1024)
def _delay(loss_over_noise: float, a_year: int) -> float:
    found = detectability(loss_over_noise, amber_every=a_year / AMBER_A_YEAR, red_every=a_year / RED_A_YEAR)
    return found.red_delay


def _advice(metric: Metric, gain: float, sigma: float) -> str:
    """Measure more often, where half of the gain could be lost for more than a quarter before anybody notices."""
    if not _noticed(metric, metric.cadence, gain, sigma).is_long:
        return ""
    for cadence in SHORTER.get(Cadence(metric.cadence), ()):
        quicker = _noticed(metric, cadence, gain, sigma)
        if not quicker.is_long:
            return _(
                "Half of a gain of %(gain)s could be lost for longer than a quarter before it is noticed. Reported "
                "%(cadence)s it would take about %(time)s, if single values vary as much."
            ) % {"gain": quicker.gain_words, "cadence": _label(cadence), "time": quicker.delay_words}
    return _("Half of a gain of %(gain)s would be noticed late at any cadence: a watch needs a larger gain.") % {
        "gain": _noticed(metric, metric.cadence, gain, sigma).gain_words
    }


def _label(cadence: str) -> str:
    return str(dict(Metric._meta.get_field("cadence").choices or ())[cadence])
